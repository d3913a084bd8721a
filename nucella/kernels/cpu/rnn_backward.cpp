// rnn_sequence_grad: the gates again from one product over all steps, the steps backward with one product
// each, and one product for the weight.
#include "nucella/kernels/cpu/rnn_work.h"

namespace nucella {
namespace cpu {
namespace {

template <class Math>
class RnnBackward {
 public:
  using R = typename Math::Real;

  RnnBackward(const Call& call)
      : in_(call.in[3], call.in[4], call.in[7], call.in[5], call.in[8], call.in[9], call.attrs),
        lstm_(in_.mode == RnnMode::kLstm),
        gru_(in_.mode == RnnMode::kGru),
        state_(in_.samples * in_.hidden),
        y_(read_as(call.in[2], dtype_of<R>)),
        grad_(read_as(call.in[0], dtype_of<R>)),
        before_(static_cast<size_t>(in_.steps * state_)) {}

  /// `dh` and `dc` (N, H) come with the gradients of the last state and leave with those of the first.
  void run(R* dgates, R* dh, R* dc, R* dweight, R* dbias) {
    fill_before();
    recompute();
    std::vector<R> own;
    if (gru_) own.resize(static_cast<size_t>(in_.steps * in_.samples * in_.width));
    R* hidden_side = gru_ ? own.data() : dgates;
    std::vector<R> through(static_cast<size_t>(state_));
    for (int64_t s = in_.steps - 1; s >= 0 && state_ > 0; --s) {
      const int64_t t = in_.place(s), at = t * in_.samples * in_.width;
      in_.for_samples([&](int64_t n) {
        const int64_t row = at + n * in_.width;
        step(t, n, dgates + row, hidden_side + row, dh + n * in_.hidden, dc ? dc + n * in_.hidden : nullptr);
      });
      Math::product({through.data(), in_.hidden, 1}, {hidden_side + at, in_.width, 1}, in_.weight(),
                    in_.samples, in_.width, in_.hidden);
      for (int64_t i = 0; i < state_; ++i) dh[i] += through[static_cast<size_t>(i)];
    }
    const int64_t rows = in_.steps * in_.samples;
    if (rows == 0 || in_.width == 0) {
      std::fill_n(dweight, in_.width * in_.hidden, R{0});
    } else {
      Math::product({dweight, in_.hidden, 1}, {hidden_side, 1, in_.width}, {before_.data(), in_.hidden, 1},
                    in_.width, rows, in_.hidden);
    }
    if (dbias) sum_rows(hidden_side, rows, dbias);
  }

 private:
  R* row(std::vector<R>& of, int64_t t, int64_t n, int64_t width) {
    return of.data() + (t * in_.samples + n) * width;
  }
  const R* output(int64_t t, int64_t n) const {
    return data_or_null<const R>(y_) + (t * in_.samples + n) * in_.hidden;
  }

  // The hidden state that each step began with.
  void fill_before() {
    for (int64_t t = 0; t < in_.steps; ++t)
      for (int64_t n = 0; n < in_.samples; ++n) {
        const int64_t last = in_.before(t, n);
        std::copy_n(last < 0 ? in_.h0(n) : output(last, n), in_.hidden, row(before_, t, n, in_.hidden));
      }
  }

  // Activated gates, and for each step the c that it began with (LSTM) or the candidate (GRU).
  void recompute() {
    if (!lstm_ && !gru_) return;
    gates_.resize(static_cast<size_t>(in_.steps * in_.samples * in_.width));
    more_.resize(before_.size());
    if (state_ == 0) return;
    in_.hidden_gates(gates_.data(), before_.data(), in_.steps * in_.samples);
    in_.for_samples([&](int64_t n) {
      for (int64_t s = 0; s < in_.steps; ++s) {
        const int64_t t = in_.place(s), last = in_.before(t, n);
        if (!in_.is_active(t, n)) continue;
        R *gates = row(gates_, t, n, in_.width), *more = row(more_, t, n, in_.hidden);
        in_.activate(gates, in_.gates(t, n));
        if (gru_)
          in_.candidate(gates, in_.gates(t, n), more);
        else if (last < 0)
          std::copy_n(in_.c0(n), in_.hidden, more);
        else
          cell_state(row(gates_, last, n, in_.width), row(more_, last, n, in_.hidden), more);
      }
    });
  }

  void cell_state(const R* gates, const R* c, R* to) const {
    const int64_t h = in_.hidden;
    for (int64_t j = 0; j < h; ++j) to[j] = gates[h + j] * c[j] + gates[j] * gates[2 * h + j];
  }

  // `dh` becomes the part of the gradient that does not pass through the weight.
  void step(int64_t t, int64_t n, R* dgates, R* hidden_side, R* dh, R* dc) {
    if (!in_.is_active(t, n)) {
      std::fill_n(dgates, in_.width, R{0});
      std::fill_n(hidden_side, in_.width, R{0});
      return;
    }
    const R* grad = data_or_null<const R>(grad_) + (t * in_.samples + n) * in_.hidden;
    for (int64_t j = 0; j < in_.hidden; ++j) dh[j] += grad[j];
    if (lstm_) return lstm_step(t, n, dgates, dh, dc);
    if (gru_) return gru_step(t, n, dgates, hidden_side, dh);
    const R* y = output(t, n);
    for (int64_t j = 0; j < in_.hidden; ++j) {
      const R slope = in_.mode == RnnMode::kTanh ? 1 - y[j] * y[j] : R(y[j] > 0);
      dgates[j] = dh[j] * slope;
      dh[j] = 0;
    }
  }

  void lstm_step(int64_t t, int64_t n, R* to, R* dh, R* dc) {
    const int64_t h = in_.hidden;
    const R *gates = row(gates_, t, n, in_.width), *before = row(more_, t, n, h);
    R* tanh_c = to + 3 * h;  // until the gradient of o takes its place
    cell_state(gates, before, tanh_c);
    Math::tanh(tanh_c, h);
    for (int64_t j = 0; j < h; ++j) {
      const R i = gates[j], f = gates[h + j], g = gates[2 * h + j], o = gates[3 * h + j], th = tanh_c[j];
      const R c = dc[j] + dh[j] * o * (1 - th * th);
      to[j] = c * g * i * (1 - i);
      to[h + j] = c * before[j] * f * (1 - f);
      to[2 * h + j] = c * i * (1 - g * g);
      to[3 * h + j] = dh[j] * th * o * (1 - o);
      dc[j] = c * f;
      dh[j] = 0;
    }
  }

  void gru_step(int64_t t, int64_t n, R* to, R* hidden_side, R* dh) {
    const int64_t h = in_.hidden;
    const R *gates = row(gates_, t, n, in_.width), *candidate = row(more_, t, n, h),
            *before = row(before_, t, n, h);
    for (int64_t j = 0; j < h; ++j) {
      const R r = gates[j], z = gates[h + j], share = gates[2 * h + j], c = candidate[j];
      const R dn = dh[j] * (1 - z) * (1 - c * c);
      to[j] = hidden_side[j] = dn * share * r * (1 - r);
      to[h + j] = hidden_side[h + j] = dh[j] * (before[j] - c) * z * (1 - z);
      to[2 * h + j] = dn;
      hidden_side[2 * h + j] = dn * r;
      dh[j] *= z;
    }
  }

  void sum_rows(const R* from, int64_t rows, R* to) const {
    std::vector<double> sums(static_cast<size_t>(in_.width));
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < in_.width; ++j) sums[static_cast<size_t>(j)] += from[i * in_.width + j];
    for (size_t j = 0; j < sums.size(); ++j) to[j] = static_cast<R>(sums[j]);
  }

  const RnnSequence<Math> in_;
  const bool lstm_, gru_;
  const int64_t state_;
  Tensor y_, grad_;
  std::vector<R> before_, gates_, more_;
};

}  // namespace

template <class Math>
const char* rnn_backward(const Call& call) {
  using R = typename Math::Real;
  const bool lstm = rnn_mode(call.attrs[0].as<std::string>()) == RnnMode::kLstm, bias = call.in[8].defined();
  const auto result = [&](size_t i) { return Result(call.out[i], dtype_of<R>); };
  const Result dgates = result(0), dh = result(1), dweight = result(2), dbias = result(bias ? 3 : 2),
               dc = result(lstm ? (bias ? 4 : 3) : 2);
  const Tensor from_h = read_as(call.in[1], dtype_of<R>), from_c = read_as(call.in[6], dtype_of<R>);
  std::copy_n(data_or_null<const R>(from_h), from_h.size(), dh.template data<R>());
  if (lstm) std::copy_n(data_or_null<const R>(from_c), from_c.size(), dc.template data<R>());
  RnnBackward<Math>(call).run(dgates.template data<R>(), dh.template data<R>(),
                              lstm ? dc.template data<R>() : nullptr, dweight.template data<R>(),
                              bias ? dbias.template data<R>() : nullptr);
  dgates.finish();
  dh.finish();
  dweight.finish();
  if (bias) dbias.finish();
  if (lstm) dc.finish();
  return nullptr;
}

namespace {

const char* rnn_fast(const Call& call) {
  if (call.in[3].dtype() == float64) return "float64 has no vector code";
  return rnn_backward<FastMath>(call);
}
constexpr Kernel kKernels[] = {{"onednn", rnn_fast}, {"ref", rnn_backward<PlainMath>}};

}  // namespace
}  // namespace cpu

extern constinit const KernelList rnn_sequence_grad_cpu{cpu::kKernels};

}  // namespace nucella
