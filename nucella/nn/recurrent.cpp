#include "nucella/nn/recurrent.h"

#include <cmath>

#include "nucella/base/log.h"
#include "nucella/nn/dropout.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

int64_t gates_of(std::string_view mode) { return mode == "lstm" ? 4 : mode == "gru" ? 3 : 1; }

init::Uniform spread(int64_t hidden_size) {
  return init::Uniform(1 / std::sqrt(static_cast<double>(hidden_size)));
}

std::string parameter_name(std::string_view stem, int64_t layer, bool reverse) {
  return str(stem, "_l", layer, reverse ? "_reverse" : "");
}

void check_float(const Tensor& t, std::string_view who, std::string_view argument) {
  check<TypeError>(t.dtype() == float32 || t.dtype() == float16, "For '", who, "', '", argument,
                   "' must be of Float32 or Float16, got ", t.dtype());
}

// (T, N, gates) for a sequence x; of a GRU the hidden bias stays with the hidden share.
Tensor input_gates(const Tensor& x, const Tensor& weight, const Tensor& bias_ih, const Tensor& bias_hh,
                   bool gru) {
  if (!bias_ih.defined()) return ops::dense(x, weight);
  return ops::dense(x, weight, gru ? bias_ih : bias_ih + bias_hh);
}

}  // namespace

RecurrentLayer::RecurrentLayer(std::string_view who, std::string mode, int64_t input_size,
                               int64_t hidden_size, const RecurrentOptions& options)
    : who_(who),
      mode_(std::move(mode)),
      input_size_(check_positive(input_size, who, "input_size")),
      hidden_size_(check_positive(hidden_size, who, "hidden_size")),
      options_(options) {
  check_positive(options.num_layers, who, "num_layers");
  check<ValueError>(options.dropout >= 0 && options.dropout < 1, "For '", who,
                    "', 'dropout' must be in [0, 1), got ", options.dropout);
  if (options.dropout > 0 && options.num_layers == 1)
    log_warning("For '", who, "', 'dropout' acts behind all layers but the last, so it does nothing here");
  const int64_t width = gates_of(mode_) * hidden_size, directions = options.bidirectional ? 2 : 1;
  const auto declare = [&](const char* stem, auto shape_of) {
    for (int64_t layer = 0; layer < options.num_layers; ++layer)
      for (int64_t d = 0; d < directions; ++d)
        WeightInit(spread(hidden_size))
            .declare(*this, parameter_name(stem, layer, d == 1), shape_of(layer), options.dtype);
  };
  declare("weight_ih", [&](int64_t layer) {
    return Shape{width, layer == 0 ? input_size : hidden_size * directions};
  });
  declare("weight_hh", [&](int64_t) { return Shape{width, hidden_size}; });
  if (!options.has_bias) return;
  declare("bias_ih", [&](int64_t) { return Shape{width}; });
  declare("bias_hh", [&](int64_t) { return Shape{width}; });
}

ParameterTuple RecurrentLayer::parameters_of(std::string_view kind) const {
  std::vector<Parameter> found;
  for (int64_t layer = 0; layer < options_.num_layers; ++layer)
    for (const bool reverse : {false, true})
      if (const Parameter* p = find_param(parameter_name(kind, layer, reverse))) found.push_back(*p);
  return ParameterTuple(std::move(found));
}

Tensor RecurrentLayer::parameter(std::string_view stem, int64_t layer, bool reverse, const Tensor& x) const {
  const Parameter* p = find_param(parameter_name(stem, layer, reverse));
  if (!p || !p->defined()) return {};
  return p->dtype() == x.dtype() ? Tensor(*p) : ops::cast(*p, x.dtype());
}

Tensor RecurrentLayer::hidden_of(const Value& hx, std::string_view name) const {
  if (hx.is_none()) return {};
  check<TypeError>(hx.is<Tensor>(), "For '", who_, "', '", name, "' must be a Tensor, got ", kind_of(hx));
  return hx.as<Tensor>();
}

void RecurrentLayer::check_inputs(const Tensor& x, const State& first, const Tensor& seq_length) const {
  check<TypeError>(x.defined(), "For '", who_, "', 'x' must be a Tensor, got None");
  check<ValueError>(x.ndim() == 3 && x.shape()[2] == input_size_, "For '", who_,
                    "', 'x' must have three dimensions, the last of them of ", input_size_, ", got ",
                    x.shape());
  const int64_t samples = x.shape()[options_.batch_first ? 0 : 1];
  const Shape state{options_.num_layers * (options_.bidirectional ? 2 : 1), samples, hidden_size_};
  for (const Tensor* t : {&first.h, &first.c}) {
    if (!t->defined()) continue;
    check<TypeError>(t->dtype() == x.dtype(), "For '", who_, "', 'hx' must be of the dtype of 'x', ",
                     x.dtype(), ", got ", t->dtype());
    check_float(x, who_, "x");
    check<ValueError>(t->shape() == state, "For '", who_, "', 'hx' must have the shape ", state, ", got ",
                      t->shape());
  }
  if (!seq_length.defined()) return;
  check<TypeError>(seq_length.dtype() == int32 || seq_length.dtype() == int64, "For '", who_,
                   "', 'seq_length' must be of Int32 or Int64, got ", seq_length.dtype());
  check<ValueError>(seq_length.shape() == Shape{samples}, "For '", who_,
                    "', 'seq_length' must have the shape ", Shape{samples},
                    ", one for each sample of 'x', got ", seq_length.shape());
}

RecurrentLayer::Result RecurrentLayer::run_layer(const Tensor& x, const State& first, const Tensor& lengths,
                                                 int64_t layer) {
  const int64_t directions = options_.bidirectional ? 2 : 1;
  Tensors outputs, hs, cs;
  for (int64_t d = 0; d < directions; ++d) {
    const bool reverse = d == 1;
    const int64_t place = layer * directions + d;
    const auto state = [&](const Tensor& t) {
      return t.defined() ? ops::squeeze(ops::strided_slice(t, {place}, {place + 1}), {0}) : t;
    };
    const auto p = [&](const char* stem) { return parameter(stem, layer, reverse, x); };
    const Tensor bias = p("bias_hh"), hidden_bias = mode_ == "gru" ? bias : Tensor();
    const Tensor gates = input_gates(x, p("weight_ih"), p("bias_ih"), bias, mode_ == "gru");
    const Tensors made = ops::rnn_sequence(gates, state(first.h), p("weight_hh"), state(first.c), hidden_bias,
                                           lengths, mode_, reverse);
    outputs.push_back(made[0]);
    hs.push_back(made[1]);
    if (mode_ == "lstm") cs.push_back(made[2]);
  }
  return {directions == 1 ? outputs[0] : ops::concat(outputs, 2),
          {ops::stack(hs), cs.empty() ? Tensor() : ops::stack(cs)}};
}

RecurrentLayer::Result RecurrentLayer::run(const Tensor& given, State first, const Tensor& seq_length) {
  check_inputs(given, first, seq_length);
  const auto turned = [&](const Tensor& t) {
    return options_.batch_first ? ops::transpose(t, {1, 0, 2}) : t;
  };
  Tensor x = turned(given);
  const Shape state{options_.num_layers * (options_.bidirectional ? 2 : 1), x.shape()[1], hidden_size_};
  if (!first.h.defined()) first.h = zeros(state, x.dtype());
  if (!first.c.defined() && mode_ == "lstm") first.c = zeros(state, x.dtype());
  Tensors hs, cs;
  for (int64_t layer = 0; layer < options_.num_layers; ++layer) {
    if (layer > 0 && options_.dropout > 0) x = dropout(x, options_.dropout, training());
    Result made = run_layer(x, first, seq_length, layer);
    x = std::move(made.output);
    hs.push_back(std::move(made.last.h));
    cs.push_back(std::move(made.last.c));
  }
  const auto joined = [](const Tensors& parts) { return parts.size() == 1 ? parts[0] : ops::concat(parts); };
  return {turned(x), {joined(hs), mode_ == "lstm" ? joined(cs) : Tensor()}};
}

RNN::RNN(int64_t input_size, int64_t hidden_size, const RnnOptions& options)
    : CellOf("RNN", check_choice(options.nonlinearity, {"tanh", "relu"}, "RNN", "nonlinearity"), input_size,
             hidden_size, options) {}
RNN::RNN(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
         const RnnOptions& options)
    : RNN(input_size, hidden_size, options) {
  join(owner, name);
}
std::tuple<Tensor, Tensor> RNN::construct(const Tensor& x, const Value& hx, const Tensor& seq_length) {
  Result made = run(x, {hidden_of(hx, "hx"), {}}, seq_length);
  return {made.output, made.last.h};
}

GRU::GRU(int64_t input_size, int64_t hidden_size, const RecurrentOptions& options)
    : CellOf("GRU", "gru", input_size, hidden_size, options) {}
GRU::GRU(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
         const RecurrentOptions& options)
    : GRU(input_size, hidden_size, options) {
  join(owner, name);
}
std::tuple<Tensor, Tensor> GRU::construct(const Tensor& x, const Value& hx, const Tensor& seq_length) {
  Result made = run(x, {hidden_of(hx, "hx"), {}}, seq_length);
  return {made.output, made.last.h};
}

LSTM::LSTM(int64_t input_size, int64_t hidden_size, const RecurrentOptions& options)
    : CellOf("LSTM", "lstm", input_size, hidden_size, options) {}
LSTM::LSTM(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
           const RecurrentOptions& options)
    : LSTM(input_size, hidden_size, options) {
  join(owner, name);
}

namespace {

// The two members of a state of an LSTM.
const Values& pair_of(const Value& hx, std::string_view who) {
  const Values* pair = hx.sequence();
  check<TypeError>(pair != nullptr, "For '", who, "', 'hx' must be a tuple, got ", kind_of(hx));
  check<TypeError>(pair->size() == 2, "For '", who, "', 'hx' must hold 2 tensors, got ", pair->size());
  return *pair;
}

}  // namespace

std::tuple<Tensor, std::tuple<Tensor, Tensor>> LSTM::construct(const Tensor& x, const Value& hx,
                                                               const Tensor& seq_length) {
  State first;
  if (!hx.is_none()) {
    const Values& pair = pair_of(hx, "LSTM");
    first = {hidden_of(pair[0], "hx[0]"), hidden_of(pair[1], "hx[1]")};
  }
  Result made = run(x, std::move(first), seq_length);
  return {made.output, {made.last.h, made.last.c}};
}

RecurrentCell::RecurrentCell(std::string_view who, std::string mode, int64_t input_size, int64_t hidden_size,
                             const RecurrentCellOptions& options)
    : who_(who),
      mode_(std::move(mode)),
      input_size_(check_positive(input_size, who, "input_size")),
      hidden_size_(check_positive(hidden_size, who, "hidden_size")),
      weight_ih(*this, "weight_ih", spread(hidden_size), {gates_of(mode_) * hidden_size, input_size},
                options.dtype),
      weight_hh(*this, "weight_hh", spread(hidden_size), {gates_of(mode_) * hidden_size, hidden_size},
                options.dtype) {
  if (!options.has_bias) return;
  bias_ih = Parameter(*this, "bias_ih", spread(hidden_size), {gates_of(mode_) * hidden_size}, options.dtype);
  bias_hh = Parameter(*this, "bias_hh", spread(hidden_size), {gates_of(mode_) * hidden_size}, options.dtype);
}

Tensor RecurrentCell::checked(const Value& value, std::string_view argument) const {
  check<TypeError>(value.is<Tensor>() && value.as<Tensor>().defined(), "For '", who_, "', '", argument,
                   "' must be a Tensor, got ", kind_of(value));
  const Tensor t = value.as<Tensor>();
  check_float(t, who_, argument);
  return t;
}

Tensors RecurrentCell::step(const Tensor& x, const Tensor& h, const Tensor& c) {
  check<ValueError>(x.ndim() == 2, "For '", who_, "', 'x' must have 2 dimensions, got ", x.shape());
  const bool gru = mode_ == "gru", biased = has_bias();
  const Tensor bias = biased ? in_compute_type(bias_hh) : Tensor();
  const Tensor gates =
      input_gates(x, in_compute_type(weight_ih), biased ? in_compute_type(bias_ih) : Tensor(), bias, gru);
  Tensors made = ops::rnn_sequence(ops::expand_dims(gates, 0), h, in_compute_type(weight_hh), c,
                                   gru ? bias : Tensor(), {}, mode_);
  made.erase(made.begin());
  return made;
}

RNNCell::RNNCell(int64_t input_size, int64_t hidden_size, const RnnCellOptions& options)
    : CellOf("RNNCell", check_choice(options.nonlinearity, {"tanh", "relu"}, "RNNCell", "nonlinearity"),
             input_size, hidden_size, options),
      nonlinearity_(options.nonlinearity) {}
RNNCell::RNNCell(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
                 const RnnCellOptions& options)
    : RNNCell(input_size, hidden_size, options) {
  join(owner, name);
}
Tensor RNNCell::construct(const Value& x, const Value& hx) {
  return step(checked(x, "x"), checked(hx, "hx"))[0];
}

GRUCell::GRUCell(int64_t input_size, int64_t hidden_size, const RecurrentCellOptions& options)
    : CellOf("GRUCell", "gru", input_size, hidden_size, options) {}
GRUCell::GRUCell(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
                 const RecurrentCellOptions& options)
    : GRUCell(input_size, hidden_size, options) {
  join(owner, name);
}
Tensor GRUCell::construct(const Value& x, const Value& hx) {
  return step(checked(x, "x"), checked(hx, "hx"))[0];
}

LSTMCell::LSTMCell(int64_t input_size, int64_t hidden_size, const RecurrentCellOptions& options)
    : CellOf("LSTMCell", "lstm", input_size, hidden_size, options) {}
LSTMCell::LSTMCell(Cell& owner, std::string_view name, int64_t input_size, int64_t hidden_size,
                   const RecurrentCellOptions& options)
    : LSTMCell(input_size, hidden_size, options) {
  join(owner, name);
}
std::tuple<Tensor, Tensor> LSTMCell::construct(const Value& x, const Value& hx) {
  const Tensor input = checked(x, "x");
  const Values& pair = pair_of(hx, "LSTMCell");
  const Tensors made = step(input, checked(pair[0], "hx[0]"), checked(pair[1], "hx[1]"));
  return {made[0], made[1]};
}

}  // namespace nucella::nn
