#include "nucella/kernels/cpu/pointwise.h"

namespace nucella {
namespace {

// Softmax or its logarithm in float64, for every position outside the axis.
template <bool kLog>
const char* softmax_ref(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const int64_t signed_axis = call.attrs[0].as<int64_t>();
  const int axis = static_cast<int>(signed_axis < 0 ? signed_axis + x.ndim() : signed_axis);
  Shape shape = x.shape(), xs = x.strides(), os = out.strides();
  const int64_t n = shape[axis], x_step = xs[axis], o_step = os[axis];
  if (x.size() == 0) return nullptr;
  for (Shape* s : {&shape, &xs, &os}) s->erase(axis);
  dispatch_floating(x.dtype(), "softmax", [&]<class T>() {
    const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    T* to = reinterpret_cast<T*>(out.raw_data_unchecked());
    parallel_for(0, shape.numel(), std::max<int64_t>(1, (1 << 12) / n), [&](int64_t a, int64_t b) {
      for (int64_t i = a; i < b; ++i) {
        int64_t rest = i, x_at = 0, o_at = 0;
        for (int d = shape.ndim() - 1; d >= 0; --d) {
          x_at += rest % shape[d] * xs[d];
          o_at += rest % shape[d] * os[d];
          rest /= shape[d];
        }
        double top = from[x_at], sum = 0;
        for (int64_t k = 1; k < n; ++k)
          top = cpu::Maximum{}(top, static_cast<double>(from[x_at + k * x_step]));
        for (int64_t k = 0; k < n; ++k) sum += std::exp(from[x_at + k * x_step] - top);
        for (int64_t k = 0; k < n; ++k) {
          const double v = from[x_at + k * x_step] - top;
          to[o_at + k * o_step] = static_cast<T>(kLog ? v - std::log(sum) : std::exp(v) / sum);
        }
      }
    });
  });
  return nullptr;
}

constexpr Kernel kSoftmax[] = {{"ref", softmax_ref<false>}};
constexpr Kernel kLogSoftmax[] = {{"ref", softmax_ref<true>}};

}  // namespace

extern constinit const KernelList softmax_cpu{kSoftmax};
extern constinit const KernelList log_softmax_cpu{kLogSoftmax};

}  // namespace nucella
