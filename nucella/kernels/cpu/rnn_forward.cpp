// rnn_sequence: one product per step for the hidden state, everything else in one pass over each sample.
#include "nucella/kernels/cpu/rnn_work.h"

namespace nucella {
namespace cpu {
namespace {

// From activated gates to the new state; `c` is brought forward in place. `h` must not be `before`.
template <class Math, class R = typename Math::Real>
void new_state(const RnnSequence<Math>& in, const R* gates, const R* from_input, const R* before, R* c,
               R* h) {
  const int64_t n = in.hidden;
  switch (in.mode) {
    case RnnMode::kTanh:
    case RnnMode::kRelu:
      std::copy_n(gates, n, h);
      return;
    case RnnMode::kGru:
      in.candidate(gates, from_input, h);
      for (int64_t j = 0; j < n; ++j) h[j] += gates[n + j] * (before[j] - h[j]);
      return;
    case RnnMode::kLstm:
      for (int64_t j = 0; j < n; ++j) h[j] = c[j] = gates[n + j] * c[j] + gates[j] * gates[2 * n + j];
      Math::tanh(h, n);
      for (int64_t j = 0; j < n; ++j) h[j] *= gates[3 * n + j];
  }
}

}  // namespace

template <class Math>
const char* rnn_forward(const Call& call) {
  using R = typename Math::Real;
  const RnnSequence<Math> in(call.in[0], call.in[1], call.in[3], call.in[2], call.in[4], call.in[5],
                             call.attrs);
  const bool lstm = in.mode == RnnMode::kLstm;
  const Result y(call.out[0], dtype_of<R>), h(call.out[1], dtype_of<R>),
      c(call.out[lstm ? 2 : 1], dtype_of<R>);
  const int64_t state = in.samples * in.hidden;
  R *hs = h.template data<R>(), *cs = c.template data<R>();
  if (state > 0) std::copy_n(in.h0(0), state, hs);
  if (state > 0 && lstm) std::copy_n(in.c0(0), state, cs);
  std::vector<R> pre(static_cast<size_t>(in.samples * in.width));
  for (int64_t s = 0; s < in.steps && state > 0; ++s) {
    const int64_t t = in.place(s);
    in.hidden_gates(pre.data(), hs, in.samples);
    in.for_samples([&](int64_t n) {
      R *out = y.template data<R>() + t * state + n * in.hidden, *before = hs + n * in.hidden;
      if (!in.is_active(t, n)) return std::fill_n(out, in.hidden, R{0}), void();
      R* gates = pre.data() + n * in.width;
      in.activate(gates, in.gates(t, n));
      new_state(in, gates, in.gates(t, n), before, cs + n * in.hidden, out);
      std::copy_n(out, in.hidden, before);
    });
  }
  y.finish();
  h.finish();
  if (lstm) c.finish();
  return nullptr;
}

namespace {

const char* rnn_fast(const Call& call) {
  if (call.in[0].dtype() == float64) return "float64 has no vector code";
  return rnn_forward<FastMath>(call);
}
constexpr Kernel kKernels[] = {{"onednn", rnn_fast}, {"ref", rnn_forward<PlainMath>}};

}  // namespace
}  // namespace cpu

extern constinit const KernelList rnn_sequence_cpu{cpu::kKernels};

}  // namespace nucella
