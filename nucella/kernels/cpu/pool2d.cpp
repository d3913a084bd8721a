// Maximum and mean pooling with their gradients. Results keep the layout of the input: row-major or channels
// last.
#include <cmath>
#include <limits>

#include "nucella/kernels/cpu/image.h"
#include "nucella/kernels/cpu/layout.h"
#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

using cpu::Image;

// Calls `body(n, c, oy, ox)` for every place of the window on every plane.
template <class F>
void for_places(const Shape& out, F body) {
  const int64_t places = std::max<int64_t>(out[2] * out[3], 1);
  parallel_for(0, out[0] * out[1], 1 + (1 << 12) / places, [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane)
      for (int64_t y = 0; y < out[2]; ++y)
        for (int64_t x = 0; x < out[3]; ++x) body(plane / out[1], plane % out[1], y, x);
  });
}

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

void fill_zero(const Tensor& t) { std::memset(t.raw_data_unchecked(), 0, static_cast<size_t>(t.nbytes())); }

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
  fill_zero(out);
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

// A float32 image in one of the two dense layouts: `count` blocks of height x width pixels of `lanes`
// elements.
struct Pixels {
  int64_t count, lanes;
};

Pixels pixels_of(const Tensor& t) {
  const Shape& s = t.shape();
  return t.is_contiguous() ? Pixels{s[0] * s[1], 1} : Pixels{s[0], s[1]};
}

const char* unfit_for_pixels(const Tensor& x) {
  if (x.dtype() != float32) return "only float32";
  if (x.size() == 0) return "empty";
  if (x.shape()[2] * x.shape()[3] > std::numeric_limits<int32_t>::max()) return "too many pixels";
  return x.is_contiguous() || cpu::is_channels_last(x) ? nullptr : "layout";
}

// The first tap at place `o` that lies on the input or behind it.
int64_t first_tap(const Window& w, int64_t o) {
  const int64_t start = w.start(o);
  return start >= 0 ? start : start + (-start + w.dilation - 1) / w.dilation * w.dilation;
}

// Calls `body(pixel)` with the index in its block of every pixel under a place of the window, in order.
template <class F>
void for_pixels_under(const Windows& w, int64_t oy, int64_t ox, F body) {
  const int64_t y0 = first_tap(w[0], oy), x0 = first_tap(w[1], ox),
                y1 = std::min(w[0].start(oy) + w[0].reach(), w[0].in),
                x1 = std::min(w[1].start(ox) + w[1].reach(), w[1].in);
  for (int64_t y = y0; y < y1; y += w[0].dilation)
    for (int64_t x = x0; x < x1; x += w[1].dilation) body(y * w[1].in + x);
}

int64_t rows_per_piece(const Windows& w, int64_t lanes) {
  constexpr int64_t kGrain = 1 << 14;
  return 1 + kGrain / (w[1].out * w[0].kernel * w[1].kernel * lanes);
}

const char* max_pool2d_pixels(const Call& call) {
  const Tensor& x = call.in[0];
  if (const char* reason = unfit_for_pixels(x)) return reason;
  const Tensor out = cpu::empty_in_layout_of(x, call.out[0].shape());
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  const auto [count, lanes] = pixels_of(x);
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  auto* to = reinterpret_cast<float*>(out.raw_data_unchecked());
  parallel_for(0, count * w[0].out, rows_per_piece(w, lanes),
               [&, lanes = lanes](int64_t first, int64_t last) {
                 for (int64_t row = first; row < last; ++row) {
                   const float* block = from + row / w[0].out * w[0].in * w[1].in * lanes;
                   for (int64_t ox = 0; ox < w[1].out; ++ox) {
                     float* o = to + (row * w[1].out + ox) * lanes;
                     bool begun = false;
                     for_pixels_under(w, row % w[0].out, ox, [&](int64_t pixel) {
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
  if (const char* reason = unfit_for_pixels(x)) return reason;
  const Tensor grad = x.is_contiguous() ? call.in[1].contiguous() : cpu::to_channels_last(call.in[1]);
  const Tensor out = cpu::empty_in_layout_of(x, x.shape());
  const Windows w = dilated_pool_windows(call.attrs, x.shape());
  const auto [count, lanes] = pixels_of(x);
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  const auto* g = reinterpret_cast<const float*>(grad.raw_data_unchecked());
  auto* to = reinterpret_cast<float*>(out.raw_data_unchecked());
  const int64_t in_block = w[0].in * w[1].in * lanes, out_block = w[0].out * w[1].out * lanes;
  constexpr int64_t kChunk = 64;
  const int64_t grain = 1 + rows_per_piece(w, lanes) / w[0].out;
  parallel_for(0, count, grain, [&, lanes = lanes](int64_t first, int64_t last) {
    std::fill(to + first * in_block, to + last * in_block, 0.0f);
    std::array<float, kChunk> most;
    std::array<int32_t, kChunk> where;
    for (int64_t block = first; block < last; ++block)
      for (int64_t place = 0; place < w[0].out * w[1].out; ++place)
        for (int64_t lane = 0; lane < lanes; lane += kChunk) {
          const int64_t n = std::min(kChunk, lanes - lane);
          bool begun = false;
          for_pixels_under(w, place / w[1].out, place % w[1].out, [&](int64_t pixel) {
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
    for_places(out.shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
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
  fill_zero(out);
  dispatch_floating(grad.dtype(), "avg_pool2d_grad", [&]<class T>() {
    using C = cpu::compute_t<T>;
    const Image<const T> from(grad);
    const Image<T> to(out);
    for_places(grad.shape(), [&](int64_t n, int64_t c, int64_t oy, int64_t ox) {
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

constexpr Kernel kMax[] = {{"pixels", max_pool2d_pixels}, {"ref", max_pool2d_ref}};
constexpr Kernel kMaxGrad[] = {{"pixels", max_pool2d_grad_pixels}, {"ref", max_pool2d_grad_ref}};
constexpr Kernel kMaxIndices[] = {{"ref", max_pool2d_indices_ref}};
constexpr Kernel kMaxPick[] = {{"ref", max_pool2d_pick_ref}};
constexpr Kernel kAvg[] = {{"ref", avg_pool2d_ref}};
constexpr Kernel kAvgGrad[] = {{"ref", avg_pool2d_grad_ref}};
}  // namespace

extern constinit const KernelList max_pool2d_cpu{kMax, true};
extern constinit const KernelList max_pool2d_grad_cpu{kMaxGrad, true};
extern constinit const KernelList max_pool2d_indices_cpu{kMaxIndices};
extern constinit const KernelList max_pool2d_pick_cpu{kMaxPick, true};
extern constinit const KernelList avg_pool2d_cpu{kAvg, true};
extern constinit const KernelList avg_pool2d_grad_cpu{kAvgGrad, true};

}  // namespace nucella
