// Mean pooling with its gradient. Results keep the layout of the input: row-major or channels last.
#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/pool_pixels.h"

namespace nucella {
namespace {

using cpu::Image;

// By what the sum under a place is divided. Padding that ceil_mode adds behind the given one never counts.
class Divisor {
 public:
  Divisor(Attrs attrs, const Windows& windows)
      : windows_(windows),
        count_padding_(attrs[2].as<std::string>() == "pad" && attrs[5].as<bool>()),
        override_(attrs[6].as<int64_t>()) {}
  double at(int64_t oy, int64_t ox) const {
    return static_cast<double>(override_ ? override_ : extent(windows_[0], oy) * extent(windows_[1], ox));
  }

 private:
  int64_t extent(const Window& w, int64_t o) const {
    const int64_t low = count_padding_ ? -w.before : 0, high = w.in + (count_padding_ ? w.after : 0);
    return std::min(w.start(o) + w.kernel, high) - std::max(w.start(o), low);
  }

  Windows windows_;
  bool count_padding_;
  int64_t override_;
};

const char* avg_pool2d_ref(const Call& call) {
  const Tensor& x = call.in[0];
  const Tensor out = cpu::empty_in_layout_of(x, call.out[0].shape());
  const Windows w = pool_windows(call.attrs, x.shape());
  const Divisor divisor(call.attrs, w);
  dispatch_floating(x.dtype(), "avg_pool2d", [&]<class T>() {
    using C = cpu::compute_t<T>;
    const Image<const T> from(x);
    const Image<T> to(out);
    cpu::for_places(out.shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
      C sum{};
      cpu::for_pixels(w, oy, ox, [&](int64_t iy, int64_t ix) { sum += static_cast<C>(from(n, c, iy, ix)); });
      to(n, c, oy, ox) = static_cast<T>(sum / static_cast<C>(divisor.at(oy, ox)));
    });
  });
  call.out[0] = out;
  return nullptr;
}

const char* avg_pool2d_grad_ref(const Call& call) {
  const Tensor& grad = call.in[0];
  const Shape input = call.out[0].shape();
  const Tensor out = cpu::empty_in_layout_of(grad, input);
  const Windows w = pool_windows(call.attrs, input);
  const Divisor divisor(call.attrs, w);
  cpu::fill_zero(out);
  dispatch_floating(grad.dtype(), "avg_pool2d_grad", [&]<class T>() {
    using C = cpu::compute_t<T>;
    const Image<const T> from(grad);
    const Image<T> to(out);
    cpu::for_places(grad.shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
      const C share = static_cast<C>(from(n, c, oy, ox)) / static_cast<C>(divisor.at(oy, ox));
      cpu::for_pixels(w, oy, ox, [&](int64_t iy, int64_t ix) {
        T& sum = to(n, c, iy, ix);
        sum = static_cast<T>(static_cast<C>(sum) + share);
      });
    });
  });
  call.out[0] = out;
  return nullptr;
}

const char* avg_pool2d_pixels(const Call& call) {
  const Tensor& x = call.in[0];
  if (const char* reason = cpu::unfit_for_pixels(x)) return reason;
  const Tensor out = cpu::empty_in_layout_of(x, call.out[0].shape());
  const Windows w = pool_windows(call.attrs, x.shape());
  const Divisor divisor(call.attrs, w);
  const auto [count, lanes] = cpu::pixels_of(x);
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  auto* to = reinterpret_cast<float*>(out.raw_data_unchecked());
  parallel_for(0, count * w[0].out, cpu::rows_per_piece(w, lanes),
               [&, lanes = lanes](int64_t first, int64_t last) {
                 for (int64_t row = first; row < last; ++row) {
                   const int64_t oy = row % w[0].out;
                   const float* block = from + row / w[0].out * w[0].in * w[1].in * lanes;
                   for (int64_t ox = 0; ox < w[1].out; ++ox) {
                     float* o = to + (row * w[1].out + ox) * lanes;
                     std::fill_n(o, lanes, 0.0f);
                     cpu::for_pixels_under(w, oy, ox, [&](int64_t pixel) {
                       const float* v = block + pixel * lanes;
#pragma omp simd
                       for (int64_t i = 0; i < lanes; ++i) o[i] += v[i];
                     });
                     const auto by = static_cast<float>(divisor.at(oy, ox));
#pragma omp simd
                     for (int64_t i = 0; i < lanes; ++i) o[i] /= by;
                   }
                 }
               });
  call.out[0] = out;
  return nullptr;
}

const char* avg_pool2d_grad_pixels(const Call& call) {
  const Tensor& grad = call.in[0];
  const Shape input = call.out[0].shape();
  if (input[2] * input[3] == 0) return "empty";
  if (const char* reason = cpu::unfit_for_pixels(grad)) return reason;
  const Tensor out = cpu::empty_in_layout_of(grad, input);
  const Windows w = pool_windows(call.attrs, input);
  const Divisor divisor(call.attrs, w);
  const auto [count, lanes] = cpu::pixels_of(grad);
  const auto* g = reinterpret_cast<const float*>(grad.raw_data_unchecked());
  auto* to = reinterpret_cast<float*>(out.raw_data_unchecked());
  const int64_t in_block = w[0].in * w[1].in * lanes, places = w[0].out * w[1].out;
  const int64_t grain = 1 + cpu::rows_per_piece(w, lanes) / w[0].out;
  parallel_for(0, count, grain, [&, lanes = lanes](int64_t first, int64_t last) {
    std::fill(to + first * in_block, to + last * in_block, 0.0f);
    for (int64_t block = first; block < last; ++block)
      for (int64_t place = 0; place < places; ++place) {
        const int64_t oy = place / w[1].out, ox = place % w[1].out;
        const float* from = g + (block * places + place) * lanes;
        const auto by = static_cast<float>(divisor.at(oy, ox));
        cpu::for_pixels_under(w, oy, ox, [&](int64_t pixel) {
          float* sums = to + block * in_block + pixel * lanes;
#pragma omp simd
          for (int64_t i = 0; i < lanes; ++i) sums[i] += from[i] / by;
        });
      }
  });
  call.out[0] = out;
  return nullptr;
}

constexpr Kernel kAvg[] = {
    {"pixels", avg_pool2d_pixels}, {"float32", cpu::in_float32<avg_pool2d_pixels>}, {"ref", avg_pool2d_ref}};
constexpr Kernel kAvgGrad[] = {{"pixels", avg_pool2d_grad_pixels},
                               {"float32", cpu::in_float32<avg_pool2d_grad_pixels>},
                               {"ref", avg_pool2d_grad_ref}};
}  // namespace

extern constinit const KernelList avg_pool2d_cpu{kAvg, true};
extern constinit const KernelList avg_pool2d_grad_cpu{kAvgGrad, true};

}  // namespace nucella
