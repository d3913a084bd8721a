// The kernels of argmax and argmin: where the first element stands that no other along an axis beats; NaN
// beats all.
#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/arg_extreme.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"

#ifndef NUCELLA_KERNELS_CPU_ARG_EXTREME_ROWS_
#define NUCELLA_KERNELS_CPU_ARG_EXTREME_ROWS_
namespace nucella::cpu {

/// The search for one of both extremes in rows of floats.
struct ArgRows {
  /// The position of the first extreme of a row.
  int64_t (*find)(const float* x, int64_t n);
  /// Where x[i] beats best[i], it takes its place, and at[i] becomes `index`.
  void (*merge)(float* best, int32_t* at, const float* x, int64_t n, int32_t index);
};

}  // namespace nucella::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

constexpr hn::ScalableTag<float> d;
constexpr hn::RebindToSigned<decltype(d)> di;
using V = hn::Vec<decltype(d)>;

template <bool kLargest>
auto beats(V x, V best) {
  const auto further = kLargest ? hn::Gt(x, best) : hn::Lt(x, best);
  return hn::AndNot(hn::IsNaN(best), hn::Or(further, hn::IsNaN(x)));
}

template <bool kLargest>
bool beats(float x, float best) {
  return best == best && (x != x || (kLargest ? x > best : x < best));
}

template <bool kLargest>
float extreme(const float* x, int64_t n) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  V a = hn::Set(d, x[0]), b = a;
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const V first = hn::LoadU(d, x + i), second = hn::LoadU(d, x + i + lanes);
    a = hn::IfThenElse(beats<kLargest>(first, a), first, a);
    b = hn::IfThenElse(beats<kLargest>(second, b), second, b);
  }
  HWY_ALIGN float best[hn::MaxLanes(d)];
  hn::Store(hn::IfThenElse(beats<kLargest>(b, a), b, a), d, best);
  float out = best[0];
  for (int64_t k = 1; k < lanes; ++k)
    if (beats<kLargest>(best[k], out)) out = best[k];
  for (; i < n; ++i)
    if (beats<kLargest>(x[i], out)) out = x[i];
  return out;
}

template <bool kLargest>
int64_t find_row(const float* x, int64_t n) {
  const float best = extreme<kLargest>(x, n);
  const bool nan = best != best;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const V wanted = hn::Set(d, best);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const V here = hn::LoadU(d, x + i);
    const auto hit = nan ? hn::IsNaN(here) : hn::Eq(here, wanted);
    if (!hn::AllFalse(d, hit)) return i + static_cast<int64_t>(hn::FindKnownFirstTrue(d, hit));
  }
  while (nan ? x[i] == x[i] : x[i] != best) ++i;
  return i;
}

template <bool kLargest>
void merge_row(float* best, int32_t* at, const float* x, int64_t n, int32_t index) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const auto place = hn::Set(di, index);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const V here = hn::LoadU(d, x + i), before = hn::LoadU(d, best + i);
    const auto better = beats<kLargest>(here, before);
    hn::StoreU(hn::IfThenElse(better, here, before), d, best + i);
    hn::StoreU(hn::IfThenElse(hn::RebindMask(di, better), place, hn::LoadU(di, at + i)), di, at + i);
  }
  for (; i < n; ++i) {
    if (!beats<kLargest>(x[i], best[i])) continue;
    best[i] = x[i];
    at[i] = index;
  }
}

constexpr ArgRows kRows[] = {{find_row<true>, merge_row<true>}, {find_row<false>, merge_row<false>}};

}  // namespace

const ArgRows* arg_extreme_rows() { return kRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(arg_extreme_rows);
}
namespace {

constexpr int64_t kGrain = 1 << 14;

const cpu::ArgRows& arg_rows(bool largest) {
  using namespace cpu;
  static const ArgRows* rows = HWY_DYNAMIC_DISPATCH(arg_extreme_rows)();
  return rows[largest ? 0 : 1];
}

int axis_of(const Call& call) {
  const int64_t axis = call.attrs[0].as<int64_t>();
  return static_cast<int>(axis < 0 ? axis + std::max(call.in[0].ndim(), 1) : axis);
}

void store(const Tensor& out, int64_t i, int64_t position) {
  if (out.dtype() == int32) {
    reinterpret_cast<int32_t*>(out.raw_data_unchecked())[i] = static_cast<int32_t>(position);
  } else {
    reinterpret_cast<int64_t*>(out.raw_data_unchecked())[i] = position;
  }
}

// For every position outside the axis: the index of the first element that no other beats.
template <class Better>
const char* arg_ref(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const int axis = axis_of(call);
  Shape shape = x.shape(), strides = x.strides();
  const int64_t n = x.ndim() == 0 ? 1 : shape[axis], step = x.ndim() == 0 ? 0 : strides[axis];
  if (x.ndim() > 0) {
    shape.erase(axis);
    strides.erase(axis);
  }
  dispatch(x.dtype(), [&]<class T>() {
    const T* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    parallel_for(0, out.size(), std::max<int64_t>(1, kGrain / std::max<int64_t>(n, 1)),
                 [&](int64_t a, int64_t b) {
                   for (int64_t i = a; i < b; ++i) {
                     int64_t rest = i, at = 0;
                     for (int d = shape.ndim() - 1; d >= 0; --d) {
                       at += rest % shape[d] * strides[d];
                       rest /= shape[d];
                     }
                     int64_t best = 0;
                     for (int64_t k = 1; k < n; ++k) {
                       const T v = from[at + k * step], top = from[at + best * step];
                       if (!cpu::is_nan(top) && (Better{}(v, top) || cpu::is_nan(v))) best = k;
                     }
                     store(out, i, best);
                   }
                 });
  });
  return nullptr;
}

// A row that is alone is cut into pieces for the threads; of equal pieces the first counts.
int64_t find_long(const float* x, int64_t n, const cpu::ArgRows& rows) {
  constexpr int64_t kPiece = 1 << 16;
  std::vector<float> best(static_cast<size_t>((n + kPiece - 1) / kPiece));
  std::vector<int64_t> places(best.size());
  parallel_for(0, std::ssize(best), 1, [&](int64_t a, int64_t b) {
    for (int64_t p = a; p < b; ++p) {
      const auto piece = static_cast<size_t>(p);
      places[piece] = p * kPiece + rows.find(x + p * kPiece, std::min(kPiece, n - p * kPiece));
      best[piece] = x[places[piece]];
    }
  });
  return places[static_cast<size_t>(rows.find(best.data(), std::ssize(best)))];
}

// The axis lies outside of others: rows of `inner` elements are merged one after the other, a stretch at a
// time.
void find_columns(const Tensor& out, const float* x, int64_t n, int64_t inner, const cpu::ArgRows& rows) {
  constexpr int64_t kStretch = 256;
  const int64_t stretches = (inner + kStretch - 1) / kStretch, tasks = out.size() / inner * stretches;
  parallel_for(0, tasks, std::max<int64_t>(1, kGrain / (n * std::min(inner, kStretch))),
               [&](int64_t a, int64_t b) {
                 for (int64_t task = a; task < b; ++task) {
                   const int64_t block = task / stretches, begin = task % stretches * kStretch,
                                 count = std::min(kStretch, inner - begin);
                   const float* from = x + block * n * inner + begin;
                   float best[kStretch];
                   int32_t at[kStretch] = {};
                   std::copy_n(from, count, best);
                   for (int64_t k = 1; k < n; ++k)
                     rows.merge(best, at, from + k * inner, count, static_cast<int32_t>(k));
                   for (int64_t i = 0; i < count; ++i) store(out, block * inner + begin + i, at[i]);
                 }
               });
}

template <bool kLargest>
const char* arg_simd(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  if (x.dtype() != float32) return "only float32 has vector code";
  if (!x.is_contiguous() || !out.is_contiguous() || x.ndim() == 0)
    return "the elements do not lie row by row";
  const int axis = axis_of(call);
  const int64_t n = x.shape()[axis], inner = Shape(x.shape().begin() + axis + 1, x.shape().end()).numel();
  if (n > INT32_MAX && inner > 1) return "positions do not fit into 32 bits";
  if (out.size() == 0) return nullptr;
  const auto* from = reinterpret_cast<const float*>(x.raw_data_unchecked());
  const cpu::ArgRows& rows = arg_rows(kLargest);
  if (inner > 1) {
    find_columns(out, from, n, inner, rows);
  } else if (out.size() == 1) {
    store(out, 0, find_long(from, n, rows));
  } else {
    parallel_for(0, out.size(), std::max<int64_t>(1, kGrain / n), [&](int64_t a, int64_t b) {
      for (int64_t i = a; i < b; ++i) store(out, i, rows.find(from + i * n, n));
    });
  }
  return nullptr;
}

template <bool kLargest>
const char* arg_half(const Call& call) {
  return axis_of(call) == 0 ? cpu::in_float32<arg_simd<kLargest>>(call)
                            : cpu::rows_in_float32<1, arg_simd<kLargest>>(call);
}

constexpr Kernel kArgmax[] = {
    {"simd", arg_simd<true>}, {"float32", arg_half<true>}, {"ref", arg_ref<std::greater<>>}};
constexpr Kernel kArgmin[] = {
    {"simd", arg_simd<false>}, {"float32", arg_half<false>}, {"ref", arg_ref<std::less<>>}};

}  // namespace

extern constinit const KernelList argmax_cpu{kArgmax};
extern constinit const KernelList argmin_cpu{kArgmin};

}  // namespace nucella
#endif  // HWY_ONCE
