// The steps of recurrent networks, for float with fast products and for double with plain ones.
#pragma once
#include <cmath>

#include "nucella/kernels/cpu/activation_rows.h"
#include "nucella/kernels/cpu/matrix.h"
#include "nucella/kernels/cpu/norm_work.h"
#include "nucella/kernels/cpu/onednn.h"

namespace nucella::cpu {

enum class RnnMode : uint8_t { kTanh, kRelu, kLstm, kGru };
inline RnnMode rnn_mode(const std::string& name) {
  if (name == "lstm") return RnnMode::kLstm;
  if (name == "gru") return RnnMode::kGru;
  return name == "relu" ? RnnMode::kRelu : RnnMode::kTanh;
}

/// Products and activations in float.
struct FastMath {
  using Real = float;
  static void product(Matrix<float> out, Matrix<const float> a, Matrix<const float> b, int64_t rows,
                      int64_t inner, int64_t columns) {
    onednn::Operand o[3];
    const auto set = [&](int i, const float* data, int64_t m, int64_t n, int64_t row, int64_t column) {
      o[i].data = const_cast<float*>(data);
      o[i].shape = {m, n};
      o[i].strides = {row, column};
    };
    set(0, out.data, rows, columns, out.row, out.column);
    set(1, a.data, rows, inner, a.row, a.column);
    set(2, b.data, inner, columns, b.row, b.column);
    onednn::matmul(o[0], o[1], o[2]);
  }
  static void sigmoid(float* x, int64_t n) { activation_rows().sigmoid(x, n); }
  static void tanh(float* x, int64_t n) { activation_rows().tanh(x, n); }
};

/// The same in double, element by element.
struct PlainMath {
  using Real = double;
  static void product(Matrix<double> out, Matrix<const double> a, Matrix<const double> b, int64_t rows,
                      int64_t inner, int64_t columns) {
    multiply<double>(out, {const_cast<double*>(a.data), a.row, a.column},
                     {const_cast<double*>(b.data), b.row, b.column}, rows, inner, columns);
  }
  static void sigmoid(double* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i) x[i] = 1 / (1 + std::exp(-x[i]));
  }
  static void tanh(double* x, int64_t n) {
    for (int64_t i = 0; i < n; ++i) x[i] = std::tanh(x[i]);
  }
};

/// What both directions of a call know: extents, weights, and which samples are still running at a step.
template <class Math>
class RnnSequence {
 public:
  using R = typename Math::Real;

  RnnSequence(const Tensor& gates, const Tensor& h, const Tensor& c, const Tensor& weight, const Tensor& bias,
              const Tensor& lengths, Attrs attrs)
      : mode(rnn_mode(attrs[0].as<std::string>())),
        steps(gates.shape()[0]),
        samples(gates.shape()[1]),
        hidden(h.shape()[1]),
        width(gates.shape()[2]),
        gates_(read_as(gates, dtype_of<R>)),
        h_(read_as(h, dtype_of<R>)),
        c_(read_as(c, dtype_of<R>)),
        weight_(read_as(weight, dtype_of<R>)),
        bias_(read_as(bias, dtype_of<R>)),
        reverse_(attrs[1].as<bool>()) {
    if (lengths.defined()) lengths_ = lengths.to_vector<int64_t>();
  }

  const RnnMode mode;
  const int64_t steps, samples, hidden, width;

  const R* gates(int64_t t, int64_t n) const {
    return data_or_null<const R>(gates_) + (t * samples + n) * width;
  }
  const R* h0(int64_t n) const { return data_or_null<const R>(h_) + n * hidden; }
  const R* c0(int64_t n) const { return data_or_null<const R>(c_) + n * hidden; }
  Matrix<const R> weight() const { return {data_or_null<const R>(weight_), hidden, 1}; }
  const R* bias() const { return data_or_null<const R>(bias_); }
  /// The place in the sequence that is worked on in step `s`.
  int64_t place(int64_t s) const { return reverse_ ? steps - 1 - s : s; }
  bool is_active(int64_t t, int64_t n) const {
    return lengths_.empty() || t < lengths_[static_cast<size_t>(n)];
  }
  /// The place worked on before `t`, or -1 when the sample begins there.
  int64_t before(int64_t t, int64_t n) const {
    const int64_t last = reverse_ ? t + 1 : t - 1;
    return last < 0 || last >= steps || !is_active(last, n) ? -1 : last;
  }
  template <class F>
  void for_samples(F f) const {
    parallel_for(0, samples, std::max<int64_t>(1, (1 << 12) / std::max<int64_t>(width, 1)),
                 [&](int64_t first, int64_t last) {
                   for (int64_t n = first; n < last; ++n) f(n);
                 });
  }
  /// to (rows, width) = h (rows, hidden) weight^T.
  void hidden_gates(R* to, const R* h, int64_t rows) const {
    if (rows > 0) Math::product({to, width, 1}, {h, hidden, 1}, weight().transposed(), rows, hidden, width);
  }
  /// Adds the bias, and for all gates that need it the input's share, and activates: what is left in `pre`
  /// are the gates i, f, g, o of an LSTM; r, z and, not activated, the hidden share of n of a GRU.
  void activate(R* pre, const R* from_input) const {
    const int64_t sums = mode == RnnMode::kGru ? 2 * hidden : width;
    if (const R* b = bias())
      for (int64_t j = 0; j < width; ++j) pre[j] += b[j];
    for (int64_t j = 0; j < sums; ++j) pre[j] += from_input[j];
    switch (mode) {
      case RnnMode::kTanh:
        return Math::tanh(pre, width);
      case RnnMode::kRelu:
        for (int64_t j = 0; j < width; ++j) pre[j] = pre[j] > 0 || std::isnan(pre[j]) ? pre[j] : 0;
        return;
      case RnnMode::kGru:
        return Math::sigmoid(pre, 2 * hidden);
      case RnnMode::kLstm:
        Math::sigmoid(pre, 2 * hidden);
        Math::tanh(pre + 2 * hidden, hidden);
        Math::sigmoid(pre + 3 * hidden, hidden);
    }
  }
  /// The candidate n of a GRU from activated gates.
  void candidate(const R* gates, const R* from_input, R* to) const {
    for (int64_t j = 0; j < hidden; ++j)
      to[j] = from_input[2 * hidden + j] + gates[j] * gates[2 * hidden + j];
    Math::tanh(to, hidden);
  }

 private:
  Tensor gates_, h_, c_, weight_, bias_;
  bool reverse_;
  std::vector<int64_t> lengths_;
};

/// Kernels of rnn_sequence and of its gradient, for both kinds of Math.
template <class Math>
const char* rnn_forward(const Call& call);
template <class Math>
const char* rnn_backward(const Call& call);

}  // namespace nucella::cpu
