// Maximum pooling with its gradients. Results keep the layout of the input: row-major or channels last.
#include <cmath>

#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/pool_pixels.h"

namespace nucella {
namespace {

using cpu::for_places;
using cpu::Image;

// Where the first largest element lies under a place of the window; a NaN counts as the largest.
template <class T>
std::pair<int64_t, int64_t> largest(const Image<const T>& image, const Windows& w, int64_t n, int64_t c,
                                    int64_t oy, int64_t ox) {
  std::pair<int64_t, int64_t> at{-1, -1};
  double most = 0;
  cpu::for_pixels(w, oy, ox, [&](int64_t y, int64_t x) {
    const double v = static_cast<double>(image(n, c, y, x));
    if (at.first >= 0 && (v <= most || std::isnan(most))) return;
    at = {y, x};
    most = v;
  });
  return at;
}

const char* max_pool2d_ref(const Call& call) {
  const Tensor& x = call.in[0];
  const Tensor out = cpu::empty_in_layout_of(x, call.out[0].shape());
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  dispatch_floating(x.dtype(), "max_pool2d", [&]<class T>() {
    const Image<const T> from(x);
    const Image<T> to(out);
    for_places(out.shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
      const auto [iy, ix] = largest(from, w, n, c, oy, ox);
      to(n, c, oy, ox) = from(n, c, iy, ix);
    });
  });
  call.out[0] = out;
  return nullptr;
}

const char* max_pool2d_grad_ref(const Call& call) {
  const Tensor &x = call.in[0], &grad = call.in[1];
  const Tensor out = cpu::empty_in_layout_of(x, x.shape());
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  cpu::fill_zero(out);
  dispatch_floating(x.dtype(), "max_pool2d_grad", [&]<class T>() {
    using C = cpu::compute_t<T>;
    const Image<const T> from(x), g(grad);
    const Image<T> to(out);
    for_places(grad.shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
      const auto [iy, ix] = largest(from, w, n, c, oy, ox);
      T& sum = to(n, c, iy, ix);
      sum = static_cast<T>(static_cast<C>(sum) + static_cast<C>(g(n, c, oy, ox)));
    });
  });
  call.out[0] = out;
  return nullptr;
}

const char* max_pool2d_pick_ref(const Call& call) {
  const Tensor &x = call.in[0], &values = call.in[1];
  const Tensor out = cpu::empty_in_layout_of(x, call.out[0].shape());
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  dispatch_floating(x.dtype(), "max_pool2d_pick", [&]<class T>() {
    const Image<const T> from(x), picked(values);
    const Image<T> to(out);
    for_places(out.shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
      const auto [iy, ix] = largest(from, w, n, c, oy, ox);
      to(n, c, oy, ox) = picked(n, c, iy, ix);
    });
  });
  call.out[0] = out;
  return nullptr;
}

const char* max_pool2d_indices_ref(const Call& call) {
  const Tensor& x = call.in[0];
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  dispatch_floating(x.dtype(), "max_pool2d_indices", [&]<class T>() {
    const Image<const T> from(x);
    const Image<int64_t> to(call.out[0]);
    for_places(call.out[0].shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
      const auto [iy, ix] = largest(from, w, n, c, oy, ox);
      to(n, c, oy, ox) = iy * w[1].in + ix;
    });
  });
  return nullptr;
}

const char* max_pool2d_pixels(const Call& call) {
  const Tensor& x = call.in[0];
  if (const char* reason = cpu::unfit_for_pixels(x)) return reason;
  const Tensor out = cpu::empty_in_layout_of(x, call.out[0].shape());
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  const auto [count, lanes] = cpu::pixels_of(x);
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  auto* to = reinterpret_cast<float*>(out.raw_data_unchecked());
  parallel_for(0, count * w[0].out, cpu::rows_per_piece(w, lanes),
               [&, lanes = lanes](int64_t first, int64_t last) {
                 for (int64_t row = first; row < last; ++row) {
                   const float* block = from + row / w[0].out * w[0].in * w[1].in * lanes;
                   for (int64_t ox = 0; ox < w[1].out; ++ox) {
                     float* o = to + (row * w[1].out + ox) * lanes;
                     bool begun = false;
                     cpu::for_pixels_under(w, row % w[0].out, ox, [&](int64_t pixel) {
                       const float* v = block + pixel * lanes;
                       if (!std::exchange(begun, true)) {
                         std::copy_n(v, lanes, o);
                         return;
                       }
#pragma omp simd
                       for (int64_t i = 0; i < lanes; ++i)
                         o[i] = v[i] > o[i] || std::isnan(v[i]) ? v[i] : o[i];
                     });
                   }
                 }
               });
  call.out[0] = out;
  return nullptr;
}

const char* max_pool2d_grad_pixels(const Call& call) {
  const Tensor& x = call.in[0];
  if (const char* reason = cpu::unfit_for_pixels(x)) return reason;
  const Tensor grad = x.is_contiguous() ? call.in[1].contiguous() : cpu::to_channels_last(call.in[1]);
  const Tensor out = cpu::empty_in_layout_of(x, x.shape());
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  const auto [count, lanes] = cpu::pixels_of(x);
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  const auto* g = reinterpret_cast<const float*>(grad.raw_data_unchecked());
  auto* to = reinterpret_cast<float*>(out.raw_data_unchecked());
  const int64_t in_block = w[0].in * w[1].in * lanes, out_block = w[0].out * w[1].out * lanes;
  constexpr int64_t kChunk = 64;
  const int64_t grain = 1 + cpu::rows_per_piece(w, lanes) / w[0].out;
  parallel_for(0, count, grain, [&, lanes = lanes](int64_t first, int64_t last) {
    std::fill(to + first * in_block, to + last * in_block, 0.0f);
    std::array<float, kChunk> most;
    std::array<int32_t, kChunk> where;
    for (int64_t block = first; block < last; ++block)
      for (int64_t place = 0; place < w[0].out * w[1].out; ++place)
        for (int64_t lane = 0; lane < lanes; lane += kChunk) {
          const int64_t n = std::min(kChunk, lanes - lane);
          bool begun = false;
          cpu::for_pixels_under(w, place / w[1].out, place % w[1].out, [&](int64_t pixel) {
            const float* v = from + block * in_block + pixel * lanes + lane;
            const auto here = static_cast<int32_t>(pixel);
            if (!std::exchange(begun, true)) {
              std::copy_n(v, n, most.begin());
              std::fill_n(where.begin(), n, here);
              return;
            }
            float* m = most.data();
            int32_t* at = where.data();
#pragma omp simd
            for (int64_t i = 0; i < n; ++i) {
              const bool larger = v[i] > m[i] || (std::isnan(v[i]) && !std::isnan(m[i]));
              m[i] = larger ? v[i] : m[i];
              at[i] = larger ? here : at[i];
            }
          });
          const float* from_grad = g + block * out_block + place * lanes + lane;
          float* sums = to + block * in_block + lane;
          for (int64_t i = 0; i < n; ++i) sums[where[static_cast<size_t>(i)] * lanes + i] += from_grad[i];
        }
  });
  call.out[0] = out;
  return nullptr;
}

constexpr Kernel kMax[] = {
    {"pixels", max_pool2d_pixels}, {"float32", cpu::in_float32<max_pool2d_pixels>}, {"ref", max_pool2d_ref}};
constexpr Kernel kMaxGrad[] = {{"pixels", max_pool2d_grad_pixels},
                               {"float32", cpu::in_float32<max_pool2d_grad_pixels>},
                               {"ref", max_pool2d_grad_ref}};
constexpr Kernel kMaxIndices[] = {{"ref", max_pool2d_indices_ref}};
constexpr Kernel kMaxPick[] = {{"ref", max_pool2d_pick_ref}};
}  // namespace

extern constinit const KernelList max_pool2d_cpu{kMax, true};
extern constinit const KernelList max_pool2d_grad_cpu{kMaxGrad, true};
extern constinit const KernelList max_pool2d_indices_cpu{kMaxIndices};
extern constinit const KernelList max_pool2d_pick_cpu{kMaxPick, true};

}  // namespace nucella
