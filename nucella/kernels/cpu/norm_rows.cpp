#include "nucella/kernels/cpu/norm_rows.h"

#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/norm_rows.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;
using V = hn::Vec<hn::ScalableTag<float>>;

// The lanes i... of a row: whole vectors, and the rest of it.
struct Whole {
  int64_t i;
  HWY_INLINE V load(const float* p) const { return hn::LoadU(d, p + i); }
  HWY_INLINE void store(V v, float* p) const { hn::StoreU(v, d, p + i); }
  /// Clears the lanes behind the end.
  HWY_INLINE V keep(V v) const { return v; }
};
struct Rest {
  int64_t i, n;
  HWY_INLINE V load(const float* p) const { return Tail<float>(p + i, n - i).load(); }
  HWY_INLINE void store(V v, float* p) const { Tail<float>::store(v, p + i, n - i); }
  HWY_INLINE V keep(V v) const { return hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(n - i)), v); }
};

template <class F>
HWY_INLINE void for_vectors(int64_t n, F body) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) body(Whole{i});
  if (i < n) body(Rest{i, n});
}

HWY_INLINE float total(V v) { return hn::GetLane(hn::SumOfLanes(d, v)); }

float sum_row(const float* x, int64_t n) {
  V sum = hn::Zero(d);
  for_vectors(n, [&](auto at) HWY_ATTR { sum = hn::Add(sum, at.keep(at.load(x))); });
  return total(sum);
}

float squares_row(const float* x, float mean, int64_t n) {
  V sum = hn::Zero(d);
  const V m = hn::Set(d, mean);
  for_vectors(n, [&](auto at) HWY_ATTR {
    const V shifted = at.keep(hn::Sub(at.load(x), m));
    sum = hn::MulAdd(shifted, shifted, sum);
  });
  return total(sum);
}

void normalise_row(const float* x, float mean, float rstd, const float* gamma, const float* beta, float* y,
                   int64_t n) {
  const V m = hn::Set(d, mean), r = hn::Set(d, rstd);
  for_vectors(n, [&](auto at) HWY_ATTR {
    V v = hn::Mul(hn::Sub(at.load(x), m), r);
    if (gamma) v = beta ? hn::MulAdd(v, at.load(gamma), at.load(beta)) : hn::Mul(v, at.load(gamma));
    at.store(v, y);
  });
}

void affine_row(const float* x, float mean, float scale, float shift, float* y, int64_t n) {
  const V m = hn::Set(d, mean), a = hn::Set(d, scale), b = hn::Set(d, shift);
  for_vectors(n, [&](auto at) HWY_ATTR { at.store(hn::MulAdd(hn::Sub(at.load(x), m), a, b), y); });
}

void gradient_sums_row(const float* grad, const float* x, float mean, const float* gamma, float* sums,
                       int64_t n) {
  V plain = hn::Zero(d), by_x = hn::Zero(d);
  const V m = hn::Set(d, mean);
  for_vectors(n, [&](auto at) HWY_ATTR {
    const V g = at.load(grad), h = at.keep(gamma ? hn::Mul(g, at.load(gamma)) : g);
    plain = hn::Add(plain, h);
    by_x = hn::MulAdd(h, hn::Sub(at.load(x), m), by_x);
  });
  sums[0] = total(plain);
  sums[1] = total(by_x);
}

void gradient_row(const float* grad, const float* x, float mean, float by_grad, const float* gamma,
                  float by_x, float shift, float* dx, int64_t n) {
  const V m = hn::Set(d, mean), a = hn::Set(d, by_grad), b = hn::Set(d, by_x), c = hn::Set(d, shift);
  for_vectors(n, [&](auto at) HWY_ATTR {
    const V g = at.load(grad), h = gamma ? hn::Mul(g, at.load(gamma)) : g;
    at.store(hn::MulAdd(h, a, hn::MulAdd(hn::Sub(at.load(x), m), b, c)), dx);
  });
}

void add_param_gradients_row(const float* grad, const float* x, float mean, float rstd, float* dgamma,
                             float* dbeta, int64_t n) {
  const V m = hn::Set(d, mean), r = hn::Set(d, rstd);
  for_vectors(n, [&](auto at) HWY_ATTR {
    const V g = at.load(grad);
    at.store(hn::MulAdd(g, hn::Mul(hn::Sub(at.load(x), m), r), at.load(dgamma)), dgamma);
    if (dbeta) at.store(hn::Add(at.load(dbeta), g), dbeta);
  });
}

// The functions across rows take these in order, which is how memory delivers them fastest; their sums stay
// in the first-level cache.

void add_rows(const float* x, int64_t rows, int64_t channels, float* sums) {
  for (int64_t r = 0; r < rows; ++r, x += channels)
    for_vectors(channels, [&](auto at) HWY_ATTR { at.store(hn::Add(at.load(sums), at.load(x)), sums); });
}

void channel_moments(const float* x, int64_t rows, int64_t channels, float* mean, float* m2) {
  const V count = hn::Set(d, static_cast<float>(rows)), zero = hn::Zero(d);
  for_vectors(channels, [&](auto at) HWY_ATTR {
    at.store(zero, mean);
    at.store(zero, m2);
  });
  add_rows(x, rows, channels, mean);
  for_vectors(channels, [&](auto at) HWY_ATTR { at.store(hn::Div(at.load(mean), count), mean); });
  for (int64_t r = 0; r < rows; ++r, x += channels)
    for_vectors(channels, [&](auto at) HWY_ATTR {
      const V shifted = hn::Sub(at.load(x), at.load(mean));
      at.store(hn::MulAdd(shifted, shifted, at.load(m2)), m2);
    });
}

// In one place, so that a gradient sees the very zeros that the forward pass made.
template <class At>
HWY_INLINE V affine_at(At at, const float* x, const ChannelAffine& f) {
  return hn::MulAdd(hn::Sub(at.load(x), at.load(f.mean)), at.load(f.scale), at.load(f.shift));
}

void channel_affine(const float* x, const ChannelAffine& f, float* y, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, y += channels)
    for_vectors(channels, [&](auto at) HWY_ATTR { at.store(affine_at(at, x, f), y); });
}

// As ops::relu, to which a NaN is not positive.
HWY_INLINE V relu(V v) { return hn::IfThenElseZero(hn::Gt(v, hn::Zero(d)), v); }

void channel_affine_relu(const float* x, const ChannelAffine& f, const float* added, float* y, int64_t rows,
                         int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, y += channels) {
    for_vectors(channels, [&](auto at) HWY_ATTR {
      const V v = affine_at(at, x, f);
      at.store(relu(added ? hn::Add(v, at.load(added)) : v), y);
    });
    if (added) added += channels;
  }
}

// The gradient as it is, or only where `relu` lets it through.
struct AsItIs {
  template <class At>
  HWY_INLINE V operator()(At at, const float* grad, const float*) const {
    return at.load(grad);
  }
};
struct ThroughRelu {
  const ChannelAffine& relu;
  template <class At>
  HWY_INLINE V operator()(At at, const float* grad, const float* x) const {
    return hn::IfThenElseZero(hn::Gt(affine_at(at, x, relu), hn::Zero(d)), at.load(grad));
  }
};

template <class Gradient>
HWY_INLINE void add_gradient_sums(const float* grad, const float* x, const float* mean, Gradient gradient,
                                  float* plain, float* by_x, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, grad += channels)
    for_vectors(channels, [&](auto at) HWY_ATTR {
      const V g = gradient(at, grad, x), shifted = hn::Sub(at.load(x), at.load(mean));
      at.store(hn::Add(at.load(plain), g), plain);
      at.store(hn::MulAdd(g, shifted, at.load(by_x)), by_x);
    });
}

void channel_gradient_sums(const float* grad, const float* x, const float* mean, float* plain, float* by_x,
                           int64_t rows, int64_t channels) {
  add_gradient_sums(grad, x, mean, AsItIs{}, plain, by_x, rows, channels);
}

void channel_gradient_sums_relu(const float* grad, const float* x, const ChannelAffine& relu, float* plain,
                                float* by_x, int64_t rows, int64_t channels) {
  add_gradient_sums(grad, x, relu.mean, ThroughRelu{relu}, plain, by_x, rows, channels);
}

template <class Gradient>
HWY_INLINE void make_gradient(const float* grad, const float* x, Gradient gradient, const ChannelGradient& f,
                              float* dx, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; ++r, x += channels, grad += channels, dx += channels)
    for_vectors(channels, [&](auto at) HWY_ATTR {
      const V shifted = hn::Sub(at.load(x), at.load(f.mean));
      const V through = hn::MulAdd(shifted, at.load(f.by_x), at.load(f.shift));
      at.store(hn::MulAdd(gradient(at, grad, x), at.load(f.by_grad), through), dx);
    });
}

void channel_gradient(const float* grad, const float* x, const ChannelGradient& f, float* dx, int64_t rows,
                      int64_t channels) {
  make_gradient(grad, x, AsItIs{}, f, dx, rows, channels);
}

void channel_gradient_relu(const float* grad, const float* x, const ChannelAffine& relu,
                           const ChannelGradient& f, float* dx, int64_t rows, int64_t channels) {
  make_gradient(grad, x, ThroughRelu{relu}, f, dx, rows, channels);
}

void keep_positive_row(const float* grad, const float* y, float* out, int64_t n) {
  for_vectors(n, [&](auto at) HWY_ATTR {
    at.store(hn::IfThenElseZero(hn::Gt(at.load(y), hn::Zero(d)), at.load(grad)), out);
  });
}

constexpr NormRows kNormRows{sum_row,           squares_row,  normalise_row,          affine_row,
                             gradient_sums_row, gradient_row, add_param_gradients_row};
constexpr ChannelRows kChannelRows{channel_moments,       channel_affine,   channel_affine_relu,
                                   channel_gradient_sums, channel_gradient, channel_gradient_sums_relu,
                                   channel_gradient_relu, keep_positive_row};

}  // namespace

const NormRows* target_norm_rows() { return &kNormRows; }
const ChannelRows* target_channel_rows() { return &kChannelRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella::cpu {
HWY_EXPORT(target_norm_rows);
HWY_EXPORT(target_channel_rows);

const NormRows& norm_rows() {
  static const NormRows* rows = HWY_DYNAMIC_DISPATCH(target_norm_rows)();
  return *rows;
}

const ChannelRows& channel_rows() {
  static const ChannelRows* rows = HWY_DYNAMIC_DISPATCH(target_channel_rows)();
  return *rows;
}

}  // namespace nucella::cpu
#endif  // HWY_ONCE
