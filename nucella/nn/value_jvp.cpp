#include "nucella/nn/value_jvp.h"

#include <algorithm>

#include "nucella/grad/no_grad.h"
#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

Tensors all_tensors(std::span<const Value> values, std::string_view who, std::string_view what) {
  Tensors out;
  for (const Value& value : values) {
    const Tensor* t = std::get_if<Tensor>(&value.variant());
    check<TypeError>(t && t->defined(), who, ": ", what, " must be Tensors, got ", kind_of(value));
    out.push_back(*t);
  }
  return out;
}

void check_like(const Tensors& got, const Tensors& expected, std::string_view what) {
  check<ValueError>(got.size() == expected.size(), "jvp: there must be ", expected.size(), ' ', what,
                    ", got ", got.size());
  for (size_t i = 0; i < got.size(); ++i) {
    check<ValueError>(got[i].shape() == expected[i].shape(), "jvp: ", what, ' ', i, " must have the shape ",
                      expected[i].shape(), ", got ", got[i].shape());
    check<TypeError>(got[i].dtype() == expected[i].dtype(), "jvp: ", what, ' ', i, " must be of dtype ",
                     expected[i].dtype(), ", got ", got[i].dtype());
  }
}

// The tuple of `items`, or the only one.
Value tuple_or_one(Values items) { return items.size() == 1 ? std::move(items[0]) : Value(std::move(items)); }

}  // namespace

// The backward pass is linear in the gradient of the output. Recorded once with a stand-in for that gradient,
// and differentiated by the stand-in, it gives the derivative along a direction.
struct Linearization::State {
  Tape forward, transposed;
  Tensors primals, outputs, stand_ins, pulled_back;
  Value value;
  bool is_tuple = false;

  Value built(const Tensors& tensors) const {
    return is_tuple ? Value(Values(tensors.begin(), tensors.end())) : Value(tensors.at(0));
  }
};

Linearization::Linearization(const std::function<Value()>& run, std::span<const Value> primals, bool has_aux)
    : state_(std::make_unique<State>()) {
  check_grad_enabled();
  State& s = *state_;
  s.primals = all_tensors(primals, "jvp", "the inputs");
  for (const Tensor& t : s.primals) s.forward.watch(t);
  {
    const TapeScope scope(s.forward);
    s.value = run();
  }
  const Values* items = std::get_if<Values>(&s.value.variant());
  check<ValueError>(!has_aux || (items && items->size() > 1),
                    "jvp: with 'has_aux' the function must return a tuple of more than one output");
  s.is_tuple = items && !has_aux;
  const Value& first = has_aux ? (*items)[0] : s.value;
  s.outputs = all_tensors(s.is_tuple ? std::span(*items) : std::span(&first, 1), "jvp", "the outputs");

  for (const Tensor& out : s.outputs) s.stand_ins.push_back(ones(out.shape(), out.dtype()));
  for (const Tensor& t : s.stand_ins) s.transposed.watch(t);
  const TapeScope scope(s.transposed);
  s.pulled_back = s.forward.backward(s.outputs, s.stand_ins, s.primals, true);
}

Linearization::~Linearization() = default;
Linearization::Linearization(Linearization&&) noexcept = default;

const Value& Linearization::value() const { return state_->value; }
const Tensors& Linearization::primals() const { return state_->primals; }
const Tensors& Linearization::outputs() const { return state_->outputs; }

Value Linearization::jvp(std::span<const Value> tangents) {
  State& s = *state_;
  const Tensors directions = all_tensors(tangents, "jvp", "the tangents");
  check_like(directions, s.primals, "tangents");
  Tensors outputs, seeds;
  for (size_t i = 0; i < directions.size(); ++i) {
    if (!s.pulled_back[i].defined()) continue;
    outputs.push_back(s.pulled_back[i]);
    seeds.push_back(directions[i]);
  }
  Tensors result = s.transposed.backward(outputs, seeds, s.stand_ins, true);
  for (size_t i = 0; i < result.size(); ++i)
    if (!result[i].defined()) result[i] = zeros(s.outputs[i].shape(), s.outputs[i].dtype());
  return s.built(result);
}

Tensors Linearization::vjp(const Tensors& sens) {
  State& s = *state_;
  check_like(sens, s.outputs, "gradients of the outputs");
  Tensors result = s.forward.backward(s.outputs, sens, s.primals, true);
  for (size_t i = 0; i < result.size(); ++i)
    if (!result[i].defined()) result[i] = zeros(s.primals[i].shape(), s.primals[i].dtype());
  return result;
}

namespace {

// Zeros but for a one at `index` in row-major order.
Tensor unit(const Tensor& like, int64_t index) {
  const Tensor flat =
      ops::one_hot(full({1}, static_cast<double>(index), int64), like.size(), 1, 0, -1, like.dtype());
  return ops::reshape(flat, like.shape());
}

Tensors zeros_like_all(const Tensors& tensors) {
  Tensors out;
  for (const Tensor& t : tensors) out.push_back(zeros(t.shape(), t.dtype()));
  return out;
}

Shape joined(const Shape& a, const Shape& b) {
  Shape out = a;
  for (const int64_t extent : b) out.push_back(extent);
  return out;
}

// blocks[o][p] from one vjp for each element of an output.
std::vector<Tensors> rows(Linearization& point) {
  const Tensors &primals = point.primals(), &outputs = point.outputs();
  std::vector<Tensors> blocks;
  for (size_t o = 0; o < outputs.size(); ++o) {
    std::vector<Tensors> pieces(primals.size());
    for (int64_t i = 0; i < outputs[o].size(); ++i) {
      Tensors seeds = zeros_like_all(outputs);
      seeds[o] = unit(outputs[o], i);
      const Tensors grads = point.vjp(seeds);
      for (size_t p = 0; p < primals.size(); ++p) pieces[p].push_back(grads[p]);
    }
    blocks.emplace_back();
    for (size_t p = 0; p < primals.size(); ++p) {
      const Shape shape = joined(outputs[o].shape(), primals[p].shape());
      blocks[o].push_back(pieces[p].empty() ? zeros(shape, primals[p].dtype())
                                            : ops::reshape(ops::stack(pieces[p], 0), shape));
    }
  }
  return blocks;
}

// blocks[o][p] from one jvp for each element of an argument.
std::vector<Tensors> columns(Linearization& point, const std::vector<int>& positions) {
  const Tensors &primals = point.primals(), &outputs = point.outputs();
  std::vector<Tensors> blocks(outputs.size(), Tensors(primals.size()));
  for (const int p : positions) {
    std::vector<Tensors> pieces(outputs.size());
    for (int64_t i = 0; i < primals[p].size(); ++i) {
      Tensors tangents = zeros_like_all(primals);
      tangents[p] = unit(primals[p], i);
      const Tensors along = point.jvp(Values(tangents.begin(), tangents.end())).tensors();
      for (size_t o = 0; o < outputs.size(); ++o) pieces[o].push_back(along[o]);
    }
    for (size_t o = 0; o < outputs.size(); ++o) {
      const Shape shape = joined(outputs[o].shape(), primals[p].shape());
      blocks[o][p] = pieces[o].empty() ? zeros(shape, outputs[o].dtype())
                                       : ops::reshape(ops::stack(pieces[o], -1), shape);
    }
  }
  return blocks;
}

void check_jacobian_positions(const std::vector<int>& positions, size_t arguments) {
  for (const int p : positions) {
    check<ValueError>(p >= 0 && static_cast<size_t>(p) < arguments,
                      "jacobian: 'grad_position' must be in [0, ", arguments, "), got ", p);
    check<ValueError>(std::count(positions.begin(), positions.end(), p) == 1,
                      "jacobian: 'grad_position' holds ", p, " more than once");
  }
}

}  // namespace

Value jacobian(Linearization& point, const std::vector<int>& positions, JacobianMode mode) {
  check_jacobian_positions(positions, point.primals().size());
  const auto blocks = mode == JacobianMode::kForward ? columns(point, positions) : rows(point);
  Values by_output;
  for (const Tensors& block : blocks) {
    Values by_position;
    for (const int p : positions) by_position.push_back(block[p]);
    by_output.push_back(tuple_or_one(std::move(by_position)));
  }
  return tuple_or_one(std::move(by_output));
}

}  // namespace nucella
