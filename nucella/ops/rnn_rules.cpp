#include "nucella/ops/rnn_rules.h"

#include "nucella/ops/operators.h"

namespace nucella::rules {

void check_rnn(const Call& call, const Tensor& gates, const Tensor& h, const Tensor& c, const Tensor& weight,
               const Tensor& bias, const Tensor& lengths, const std::string& mode) {
  const std::string_view op = entry_of(call.op).name;
  check<ValueError>(mode == "tanh" || mode == "relu" || mode == "gru" || mode == "lstm", op,
                    ": 'mode' must be 'tanh', 'relu', 'gru' or 'lstm', got '", mode, "'");
  check_floating(call, gates, "gates");
  check_ndim(call, "gates", gates.shape(), 3);
  check_ndim(call, "h", h.shape(), 2);
  check_same_dtype(call, "h", h, "gates", gates);
  check_same_dtype(call, "weight", weight, "gates", gates);
  const int64_t samples = gates.shape()[1], hidden = h.shape()[1];
  const int64_t width = hidden * (mode == "lstm" ? 4 : mode == "gru" ? 3 : 1);
  check_shape(call, "h", h.shape(), {samples, hidden});
  check_shape(call, "gates", gates.shape(), {gates.shape()[0], samples, width});
  check_shape(call, "weight", weight.shape(), {width, hidden});
  check<ValueError>(c.defined() == (mode == "lstm"), op, ": 'c' must be given for mode 'lstm' and no other");
  if (c.defined()) {
    check_same_dtype(call, "c", c, "gates", gates);
    check_shape(call, "c", c.shape(), {samples, hidden});
  }
  if (bias.defined()) {
    check_same_dtype(call, "bias", bias, "gates", gates);
    check_shape(call, "bias", bias.shape(), {width});
  }
  if (!lengths.defined()) return;
  check<TypeError>(lengths.dtype() == int32 || lengths.dtype() == int64, op,
                   ": 'lengths' must be of int32 or int64, got ", lengths.dtype());
  check_shape(call, "lengths", lengths.shape(), {samples});
}

namespace {

// One step forward, with all that its gradient needs.
struct Step {
  int64_t t;
  Tensor mask;           // (N, 1), 1 where a sample is active; undefined when all are
  Tensors gates;         // activated: h; i, f, g, o; or r, z, n
  Tensor h, c;           // the state that it began with
  Tensor share, tanh_c;  // of a GRU: the hidden share of n; of an LSTM
};

class PlainRnn {
 public:
  PlainRnn(const Call& call)
      : gates_(call.in[0]),
        weight_(call.in[2]),
        bias_(call.in[4]),
        lengths_(call.in[5]),
        mode_(call.attrs[0].as<std::string>()),
        reverse_(call.attrs[1].as<bool>()),
        h_(call.in[1]),
        c_(call.in[3]) {
    const int64_t steps = gates_.shape()[0];
    for (int64_t s = 0; s < steps; ++s) forward(reverse_ ? steps - 1 - s : s);
  }

  Tensors gradients(const Tensors& grads) {
    Tensor dh = grads[1], dc = mode_ == "lstm" ? grads[2] : Tensor();
    Tensor dweight = zeros(weight_.shape(), weight_.dtype());
    Tensor dbias = bias_.defined() ? zeros(bias_.shape(), bias_.dtype()) : Tensor();
    Tensors by_place(steps_.size());
    for (size_t i = steps_.size(); i-- > 0;) {
      const Step& step = steps_[i];
      Tensor direct = dh;
      dh = dh + masked(step, at(grads[0], step.t));
      const auto [inputs, hidden] = gate_gradients(step, dh, dc, direct);
      by_place[static_cast<size_t>(step.t)] = inputs;
      dh = direct + ops::matmul(hidden, weight_);
      dweight = dweight + ops::matmul(hidden, step.h, true, false);
      if (dbias.defined()) dbias = dbias + ops::reduce_sum(hidden, {0});
    }
    const Tensor dgates = by_place.empty() ? zeros(gates_.shape(), gates_.dtype()) : ops::stack(by_place);
    return {dgates, dh, dweight, dc, dbias, {}};
  }

 private:
  static Tensor at(const Tensor& sequence, int64_t t) {
    return ops::squeeze(ops::strided_slice(sequence, {t}, {t + 1}), {0});
  }
  Tensors parts(const Tensor& t) const {
    const int64_t n = h_.shape()[1];
    return ops::split_views(t, Ints(static_cast<size_t>(t.shape()[1] / std::max<int64_t>(n, 1)), n), 1);
  }
  static Tensor masked(const Step& step, const Tensor& t) { return step.mask.defined() ? t * step.mask : t; }
  // `fresh` where the sample is active, else `old`.
  static Tensor chosen(const Step& step, const Tensor& fresh, const Tensor& old) {
    return step.mask.defined() ? old + (fresh - old) * step.mask : fresh;
  }

  void forward(int64_t t) {
    Step step{t, {}, {}, h_, c_, {}, {}};
    if (lengths_.defined()) {
      const Tensor active = ops::greater(lengths_, full({}, static_cast<double>(t), lengths_.dtype()));
      step.mask = ops::expand_dims(ops::cast(active, gates_.dtype()), 1);
    }
    const Tensor x = at(gates_, t), hidden = ops::dense(h_, weight_, bias_);
    Tensor h;
    if (mode_ == "lstm") {
      const Tensors g = parts(x + hidden);
      step.gates = {ops::sigmoid(g[0]), ops::sigmoid(g[1]), ops::tanh(g[2]), ops::sigmoid(g[3])};
      const Tensor c = step.gates[1] * c_ + step.gates[0] * step.gates[2];
      step.tanh_c = ops::tanh(c);
      h = step.gates[3] * step.tanh_c;
      c_ = chosen(step, c, c_);
    } else if (mode_ == "gru") {
      const Tensors a = parts(x), b = parts(hidden);
      const Tensor r = ops::sigmoid(a[0] + b[0]), z = ops::sigmoid(a[1] + b[1]);
      step.share = b[2];
      step.gates = {r, z, ops::tanh(a[2] + r * b[2])};
      h = step.gates[2] + z * (h_ - step.gates[2]);
    } else {
      h = mode_ == "tanh" ? ops::tanh(x + hidden) : ops::relu(x + hidden);
      step.gates = {h};
    }
    h_ = chosen(step, h, h_);
    steps_.push_back(std::move(step));
  }

  struct Sides {
    Tensor inputs, hidden;
  };
  // Gradients of the gates before activation, on the input's side and on the hidden one. `direct` becomes
  // what reaches the state before the step past the weight; `dc` moves on as well.
  Sides gate_gradients(const Step& step, const Tensor& dh, Tensor& dc, Tensor& direct) const {
    const auto sigmoid_slope = [](const Tensor& y) { return y * (1.0 - y); };
    const auto tanh_slope = [](const Tensor& y) { return 1.0 - ops::square(y); };
    const Tensors& g = step.gates;
    const Tensor none = ops::mul(dh, scalar(0, dh.dtype()));
    if (mode_ == "lstm") {
      const Tensor down = dc + dh * g[3] * tanh_slope(step.tanh_c);
      const Tensor gates =
          masked(step, ops::concat({down * g[2] * sigmoid_slope(g[0]), down * step.c * sigmoid_slope(g[1]),
                                    down * g[0] * tanh_slope(g[2]), dh * step.tanh_c * sigmoid_slope(g[3])},
                                   1));
      dc = chosen(step, down * g[1], dc);
      direct = chosen(step, none, direct);
      return {gates, gates};
    }
    if (mode_ == "gru") {
      const Tensor dn = dh * (1.0 - g[1]) * tanh_slope(g[2]);
      const Tensor dr = dn * step.share * sigmoid_slope(g[0]),
                   dz = dh * (step.h - g[2]) * sigmoid_slope(g[1]);
      direct = chosen(step, dh * g[1], direct);
      return {masked(step, ops::concat({dr, dz, dn}, 1)), masked(step, ops::concat({dr, dz, dn * g[0]}, 1))};
    }
    const Tensor slope = mode_ == "tanh" ? tanh_slope(g[0]) : ops::cast(ops::greater(g[0], none), dh.dtype());
    const Tensor gates = masked(step, dh * slope);
    direct = chosen(step, none, direct);
    return {gates, gates};
  }

  Tensor gates_, weight_, bias_, lengths_;
  std::string mode_;
  bool reverse_;
  Tensor h_, c_;
  std::vector<Step> steps_;
};

}  // namespace

Tensors plain_rnn_gradients(const Call& call, const Tensors& grads) {
  return PlainRnn(call).gradients(grads);
}

}  // namespace nucella::rules
