#include "nucella/base/philox_kernels.h"

#include <algorithm>

#include "nucella/base/erf_inv.h"
#include "nucella/base/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/base/philox_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nucella::philox::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

// No vectors: all is left to the scalar code.
int64_t uniform_blocks(const Task&, double, double) { return 0; }
int64_t normal_blocks(const Task&, double, double) { return 0; }
int64_t truncated_normal_blocks(const Task&, const Truncation&) { return 0; }

#else
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr hn::ScalableTag<uint32_t> du;
constexpr hn::ScalableTag<float> df;
constexpr hn::ScalableTag<double> dd;
constexpr hn::Half<hn::ScalableTag<uint32_t> > du_half;
constexpr hn::Half<hn::ScalableTag<float> > df_half;
constexpr hn::RebindToUnsigned<hn::ScalableTag<double> > du64;
constexpr hn::RebindToSigned<hn::ScalableTag<double> > di64;

using Words = hn::Vec<hn::ScalableTag<uint32_t> >;
using HalfWords = hn::Vec<hn::Half<hn::ScalableTag<uint32_t> > >;
using HalfFloats = hn::Vec<hn::Half<hn::ScalableTag<float> > >;
using Floats = hn::Vec<hn::ScalableTag<float> >;
using Doubles = hn::Vec<hn::ScalableTag<double> >;

HWY_INLINE size_t lanes() { return hn::Lanes(du); }

struct Block {
  Words w0, w1, w2, w3;
};

/// Low and high halves of the products of all lanes with `m`.
HWY_INLINE void multiply(Words a, Words m, Words& low, Words& high) {
  const auto even = hn::MulEven(a, m);
  const auto odd = hn::MulEven(hn::BitCast(du, hn::ShiftRight<32>(hn::BitCast(du64, a))), m);
  low = hn::OddEven(hn::BitCast(du, hn::ShiftLeft<32>(odd)), hn::BitCast(du, even));
  high = hn::OddEven(hn::BitCast(du, odd), hn::BitCast(du, hn::ShiftRight<32>(even)));
}

/// One block of Philox4x32-10 in each lane, numbered from `first`.
HWY_INLINE Block next_blocks(uint64_t seed, uint64_t first) {
  const auto low = static_cast<uint32_t>(first);
  uint32_t k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
  Words c0 = hn::Iota(du, low), c1 = hn::Set(du, static_cast<uint32_t>(first >> 32));
  c1 =
      hn::Sub(c1, hn::VecFromMask(du, hn::Lt(c0, hn::Set(du, low))));  // carries where the lower word wrapped
  Words c2 = hn::Set(du, k0), c3 = hn::Set(du, k1);
  const Words m0 = hn::Set(du, 0xD2511F53), m1 = hn::Set(du, 0xCD9E8D57);
  for (int round = 0; round < 10; ++round) {
    Words low0, high0, low1, high1;
    multiply(c0, m0, low0, high0);
    multiply(c2, m1, low1, high1);
    c0 = hn::Xor(hn::Xor(high1, c1), hn::Set(du, k0));
    c1 = low1;
    c2 = hn::Xor(hn::Xor(high0, c3), hn::Set(du, k1));
    c3 = low0;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return {c0, c1, c2, c3};
}

/// unit() of each lane, exact: the word becomes the lower half of the mantissa of 2^52.
HWY_INLINE Doubles units(HalfWords words) {
  constexpr uint64_t kExponent = 0x4330000000000000;
  const auto bits = hn::Or(hn::PromoteTo(du64, words), hn::Set(du64, kExponent));
  return hn::Mul(hn::Sub(hn::BitCast(dd, bits), hn::Set(dd, 0x1p52)), hn::Set(dd, 0x1p-32));
}

/// sum of c[i] * x^i.
template <size_t N>
HWY_INLINE Doubles polynomial(const std::array<double, N>& c, Doubles x, size_t terms = N) {
  Doubles sum = hn::Set(dd, c[terms - 1]);
  for (size_t i = terms - 1; i-- > 0;) sum = hn::MulAdd(sum, x, hn::Set(dd, c[i]));
  return sum;
}

/// Natural logarithm of positive normal numbers: x = m * 2^e with m about 1, log m = 2 artanh((m - 1) / (m +
/// 1)), whose Taylor series is below 2^-54 after ten terms.
HWY_INLINE Doubles log_of(Doubles x) {
  constexpr std::array<double, 9> kSeries = {1 / 3.0,  1 / 5.0,  1 / 7.0,  1 / 9.0, 1 / 11.0,
                                             1 / 13.0, 1 / 15.0, 1 / 17.0, 1 / 19.0};
  constexpr double kLn2High = 0x1.62e42fefa38p-1,
                   kLn2Low = 0x1.ef35793c7673p-45;  // the high part has zeros to spare
  const auto bits = hn::BitCast(di64, x);
  const auto exponent =
      hn::ShiftRight<52>(hn::Sub(bits, hn::Set(di64, 0x3FE6A09E667F3BCD)));  // of x / sqrt(1/2)
  const Doubles m = hn::BitCast(dd, hn::Sub(bits, hn::ShiftLeft<52>(exponent)));
  const Doubles e = hn::ConvertTo(dd, exponent);
  const Doubles one = hn::Set(dd, 1.0);
  const Doubles s = hn::Div(hn::Sub(m, one), hn::Add(m, one));
  const Doubles z = hn::Mul(s, s), twice = hn::Add(s, s);
  const Doubles tail =
      hn::MulAdd(hn::Mul(twice, z), polynomial(kSeries, z), hn::Mul(e, hn::Set(dd, kLn2Low)));
  return hn::MulAdd(e, hn::Set(dd, kLn2High), hn::Add(twice, tail));
}

/// Cosine and sine of 2 * kPi * u for u in [0, 1]: kPi is no exact pi, so the angle in the octant around
/// quarter turn q is 2 * kPi * (u - q/4) plus q times what kPi/2 lacks to pi/2.
HWY_INLINE void turn(Floats u, bool upper, Doubles& cosine, Doubles& sine) {
  constexpr std::array<double, 7> kSine = {
      -1 / 6.0,        1 / 120.0,        -1 / 5040.0,         1 / 362880.0,
      -1 / 39916800.0, 1 / 6227020800.0, -1 / 1307674368000.0};
  constexpr std::array<double, 9> kCosine = {1,
                                             -1 / 2.0,
                                             1 / 24.0,
                                             -1 / 720.0,
                                             1 / 40320.0,
                                             -1 / 3628800.0,
                                             1 / 479001600.0,
                                             -1 / 87178291200.0,
                                             1 / 20922789888000.0};
  constexpr double kLack = (kPi - 3.141592653589793) / 2 - 6.123233995736766e-17;
  const Floats quarters = hn::Round(hn::Mul(u, hn::Set(df, 4.0f)));
  const Floats rest = hn::Sub(u, hn::Mul(quarters, hn::Set(df, 0.25f)));
  const auto half = [&](Floats v) {
    return hn::PromoteTo(dd, upper ? hn::UpperHalf(df_half, v) : hn::LowerHalf(df_half, v));
  };
  const Doubles q = half(quarters);
  const Doubles r = hn::MulAdd(half(rest), hn::Set(dd, 2 * kPi), hn::Mul(q, hn::Set(dd, kLack)));
  const Doubles z = hn::Mul(r, r);
  const Doubles sin_r = hn::MulAdd(hn::Mul(r, z), polynomial(kSine, z), r);
  const Doubles cos_r = polynomial(kCosine, z);
  const auto turns = hn::ConvertTo(di64, q);
  const auto one = hn::Set(di64, 1), two = hn::Set(di64, 2);
  const auto swap = hn::RebindMask(dd, hn::TestBit(turns, one));
  const auto sign = [&](auto count) { return hn::BitCast(dd, hn::ShiftLeft<62>(hn::And(count, two))); };
  cosine = hn::Xor(hn::IfThenElse(swap, sin_r, cos_r), sign(hn::Add(turns, one)));
  sine = hn::Xor(hn::IfThenElse(swap, cos_r, sin_r), sign(turns));
}

/// Rounds to float; false when an error of `margin` could have changed the result of any lane.
HWY_INLINE bool round_safely(Doubles value, Doubles margin, HalfFloats& rounded) {
  rounded = hn::DemoteTo(df_half, hn::Sub(value, margin));
  return hn::AllTrue(df_half, hn::Eq(rounded, hn::DemoteTo(df_half, hn::Add(value, margin))));
}

HWY_INLINE Floats small_uniforms(Words words) {
  const Words bits = hn::Or(hn::And(words, hn::Set(du, 0x7FFFFF)), hn::Set(du, 0x3F800000));
  return hn::Max(hn::Sub(hn::BitCast(df, bits), hn::Set(df, 1.0f)), hn::Set(df, 1e-7f));
}

HWY_INLINE HalfWords half_of(Words v, bool upper) {
  return upper ? hn::UpperHalf(du_half, v) : hn::LowerHalf(du_half, v);
}

/// Half a vector of cosine and sine twins. What might be rounded wrongly is done again with the scalar
/// formula.
HWY_INLINE void normal_half(Words a, Words b, bool upper, double mean, double sigma, HalfFloats& even,
                            HalfFloats& odd) {
  const Floats u = small_uniforms(a);
  const Doubles log_u =
      log_of(hn::PromoteTo(dd, upper ? hn::UpperHalf(df_half, u) : hn::LowerHalf(df_half, u)));
  const Doubles radius = hn::Mul(hn::Sqrt(hn::Mul(hn::Set(dd, -2.0), log_u)), hn::Set(dd, sigma));
  Doubles cosine, sine;
  turn(small_uniforms(b), upper, cosine, sine);
  const Doubles x = hn::MulAdd(radius, cosine, hn::Set(dd, mean)),
                y = hn::MulAdd(radius, sine, hn::Set(dd, mean));
  // The vector functions are good to 2^-50 of the radius; the sums add their own rounding.
  const Doubles margin = hn::Mul(hn::Add(hn::Abs(radius), hn::Set(dd, std::abs(mean))), hn::Set(dd, 0x1p-47));
  const bool even_ok = round_safely(x, margin, even), odd_ok = round_safely(y, margin, odd);
  if (HWY_LIKELY(even_ok && odd_ok)) return;
  HWY_ALIGN uint32_t wa[hn::MaxLanes(du_half)], wb[hn::MaxLanes(du_half)];
  HWY_ALIGN float evens[hn::MaxLanes(du_half)], odds[hn::MaxLanes(du_half)];
  hn::Store(half_of(a, upper), du_half, wa);
  hn::Store(half_of(b, upper), du_half, wb);
  for (size_t i = 0; i < hn::Lanes(du_half); ++i) {
    const auto pair = normal_pair(wa[i], wb[i], mean, sigma);
    evens[i] = pair[0];
    odds[i] = pair[1];
  }
  even = hn::Load(df_half, evens);
  odd = hn::Load(df_half, odds);
}

HWY_INLINE void normal_vectors(Words a, Words b, double mean, double sigma, Floats& even, Floats& odd) {
  HalfFloats even_low, even_high, odd_low, odd_high;
  normal_half(a, b, false, mean, sigma, even_low, odd_low);
  normal_half(a, b, true, mean, sigma, even_high, odd_high);
  even = hn::Combine(df, even_high, even_low);
  odd = hn::Combine(df, odd_high, odd_low);
}

HWY_INLINE Doubles ratio(const erf_inv::Range& range, Doubles x, size_t p_terms, size_t q_terms) {
  const Doubles shifted = hn::Sub(x, hn::Set(dd, range.offset));
  return hn::Div(polynomial(range.p, shifted, p_terms), polynomial(range.q, shifted, q_terms));
}

/// The first three ranges of erf_inv (see erf_inv.h); lanes beyond are to be done by the scalar code.
HWY_INLINE Doubles erf_inv_of(Doubles p, Doubles q, hn::Mask<hn::ScalableTag<double> >& beyond) {
  const auto& ranges = erf_inv::kRanges;
  const Doubles g = hn::Mul(p, hn::Add(p, hn::Set(dd, 10.0)));
  const Doubles central = hn::Mul(g, hn::Add(hn::Set(dd, ranges[0].y), ratio(ranges[0], p, 8, 10)));
  const Doubles root = hn::Sqrt(hn::Neg(log_of(q)));
  const Doubles middle = hn::Div(hn::Mul(root, hn::Sqrt(hn::Set(dd, 2.0))),
                                 hn::Add(hn::Set(dd, ranges[1].y), ratio(ranges[1], q, 9, 9)));
  const Doubles outer = hn::Mul(root, hn::Add(hn::Set(dd, ranges[2].y), ratio(ranges[2], root, 11, 8)));
  beyond = hn::Ge(root, hn::Set(dd, 3.0));
  const Doubles side = hn::IfThenElse(hn::Ge(q, hn::Set(dd, 0.25)), middle, outer);
  return hn::IfThenElse(hn::Le(p, hn::Set(dd, 0.5)), central, side);
}

HWY_INLINE HalfFloats truncated_half(HalfWords words, const Truncation& cut) {
  const Doubles share = hn::Add(hn::Set(dd, cut.low), hn::Mul(units(words), hn::Set(dd, cut.width)));
  const Doubles z = hn::Add(share, share), one = hn::Set(dd, 1.0);
  const Doubles q = hn::Min(z, hn::Sub(hn::Set(dd, 2.0), z)), p = hn::Sub(one, q);
  auto beyond = hn::Le(q, hn::Zero(dd));
  const auto tiny = beyond;
  const Doubles positive = erf_inv_of(p, hn::IfThenElse(tiny, one, q), beyond);
  const Doubles scaled = hn::Mul(positive, hn::Set(dd, kRoot2 * cut.sigma));
  const Doubles value =
      hn::Add(hn::Set(dd, cut.mean), hn::IfThenElse(hn::Gt(z, one), scaled, hn::Neg(scaled)));
  const Doubles margin =
      hn::Mul(hn::Add(hn::Abs(scaled), hn::Set(dd, std::abs(cut.mean))), hn::Set(dd, 0x1p-45));
  HalfFloats rounded;
  const bool safe = round_safely(value, margin, rounded);
  if (HWY_LIKELY(safe && hn::AllFalse(dd, hn::Or(beyond, tiny)))) return rounded;
  HWY_ALIGN uint32_t w[hn::MaxLanes(du_half)];
  HWY_ALIGN float values[hn::MaxLanes(du_half)];
  hn::Store(words, du_half, w);
  for (size_t i = 0; i < hn::Lanes(du_half); ++i) values[i] = static_cast<float>(cut.value(unit(w[i])));
  return hn::Load(df_half, values);
}

/// Calls `make(words)` -> four vectors of floats for as many vectors of blocks as fit.
template <class Make>
HWY_INLINE int64_t run(const Task& task, Make make) {
  const auto n = static_cast<int64_t>(lanes());
  int64_t done = 0;
  for (; done + n <= task.blocks; done += n) {
    Floats f0, f1, f2, f3;
    make(next_blocks(task.seed, task.first + static_cast<uint64_t>(done)), f0, f1, f2, f3);
    hn::StoreInterleaved4(f0, f1, f2, f3, df, task.out + 4 * done);
  }
  return done;
}

}  // namespace

int64_t uniform_blocks(const Task& task, double low, double width) {
  const auto half = [&](Words w, bool upper) {
    const Doubles scaled = hn::Mul(hn::Set(dd, width), units(half_of(w, upper)));
    return hn::DemoteTo(df_half, hn::Add(scaled, hn::Set(dd, low)));
  };
  const auto whole = [&](Words w) { return hn::Combine(df, half(w, true), half(w, false)); };
  return run(task, [&](const Block& b, Floats& f0, Floats& f1, Floats& f2, Floats& f3) {
    f0 = whole(b.w0);
    f1 = whole(b.w1);
    f2 = whole(b.w2);
    f3 = whole(b.w3);
  });
}

int64_t normal_blocks(const Task& task, double mean, double sigma) {
  return run(task, [&](const Block& b, Floats& f0, Floats& f1, Floats& f2, Floats& f3) {
    normal_vectors(b.w0, b.w1, mean, sigma, f0, f1);
    normal_vectors(b.w2, b.w3, mean, sigma, f2, f3);
  });
}

int64_t truncated_normal_blocks(const Task& task, const Truncation& cut) {
  const auto whole = [&](Words w) {
    return hn::Combine(df, truncated_half(half_of(w, true), cut), truncated_half(half_of(w, false), cut));
  };
  return run(task, [&](const Block& b, Floats& f0, Floats& f1, Floats& f2, Floats& f3) {
    f0 = whole(b.w0);
    f1 = whole(b.w1);
    f2 = whole(b.w2);
    f3 = whole(b.w3);
  });
}

#endif
}  // namespace nucella::philox::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella::philox {

HWY_EXPORT(uniform_blocks);
HWY_EXPORT(normal_blocks);
HWY_EXPORT(truncated_normal_blocks);

int64_t uniform_blocks(const Task& task, double low, double width) {
  return HWY_DYNAMIC_DISPATCH(uniform_blocks)(task, low, width);
}
int64_t normal_blocks(const Task& task, double mean, double sigma) {
  return HWY_DYNAMIC_DISPATCH(normal_blocks)(task, mean, sigma);
}
int64_t truncated_normal_blocks(const Task& task, const Truncation& cut) {
  return HWY_DYNAMIC_DISPATCH(truncated_normal_blocks)(task, cut);
}

}  // namespace nucella::philox
#endif
