#include "nucella/kernels/cpu/simd.h"

namespace nucella::cpu {
namespace {

constexpr int64_t kGrain = 1 << 15;  // elements worth a thread
constexpr int64_t kBlock = 512;      // 16-bit elements widened at a time

template <class T>
T* data(const Tensor& t) {
  return reinterpret_cast<T*>(t.raw_data_unchecked());
}

void widen(const Half* x, float* out, int64_t n) { half_rows().widen_f16(x, out, n); }
void widen(const BFloat16* x, float* out, int64_t n) { half_rows().widen_bf16(x, out, n); }
void narrow(const float* x, Half* out, int64_t n) { half_rows().narrow_f16(x, out, n); }
void narrow(const float* x, BFloat16* out, int64_t n) { half_rows().narrow_bf16(x, out, n); }

// A float row function that takes 16-bit rows.
template <class T>
struct HalfBinary {
  BinaryRow<float> rows[3];

  void operator()(RowMode mode, const T* x, const T* y, T* out, int64_t n) const {
    float xs[kBlock], ys[kBlock], results[kBlock];
    if (mode == kValueRow) xs[0] = *x;
    if (mode == kRowValue) ys[0] = *y;
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = std::min(kBlock, n - i);
      if (mode != kValueRow) widen(x + i, xs, m);
      if (mode != kRowValue) widen(y + i, ys, m);
      rows[mode](xs, ys, results, m);
      narrow(results, out + i, m);
    }
  }
};

template <class T>
struct PlainBinary {
  BinaryRow<T> rows[3];
  void operator()(RowMode mode, const T* x, const T* y, T* out, int64_t n) const { rows[mode](x, y, out, n); }
};

template <class T, class F>
void linear(const F& f, RowMode mode, const T* x, const T* y, T* out, int64_t n) {
  parallel_for(0, n, kGrain, [&](int64_t a, int64_t b) {
    f(mode, mode == kValueRow ? x : x + a, mode == kRowValue ? y : y + a, out + a, b - a);
  });
}

bool same_layout(const Tensor& a, const Tensor& b) {
  return a.strides() == b.strides() && a.shape() == b.shape();
}

template <class T, class F>
const char* binary(const F& f, const Tensor& out, const Tensor& x, const Tensor& y) {
  const int64_t n = out.size();
  if (n == 0) return nullptr;
  const T *px = data<T>(x), *py = data<T>(y);
  if (out.is_contiguous() || out.is_dense()) {
    const bool row_x = same_layout(x, out), row_y = same_layout(y, out);
    if (row_x && row_y) return linear<T>(f, kRowRow, px, py, data<T>(out), n), nullptr;
    if (row_x && y.size() == 1) return linear<T>(f, kRowValue, px, py, data<T>(out), n), nullptr;
    if (row_y && x.size() == 1) return linear<T>(f, kValueRow, px, py, data<T>(out), n), nullptr;
  }
  const auto loop = plan_loop<3>(
      out.shape(), {out.strides(), broadcast_strides(x, out.shape()), broadcast_strides(y, out.shape())});
  const int axis = loop.shape.ndim() - 1;
  const int64_t so = loop.strides[0][axis], sx = loop.strides[1][axis], sy = loop.strides[2][axis];
  if (so != 1 || sx < 0 || sx > 1 || sy < 0 || sy > 1 || sx + sy == 0)
    return "the operands have no rows in common";
  const RowMode mode = sx == 0 ? kValueRow : sy == 0 ? kRowValue : kRowRow;
  if (loop.shape.ndim() == 1) return linear<T>(f, mode, px, py, data<T>(out), n), nullptr;
  cpu::detail::for_rows<3>(loop, [&](const std::array<int64_t, 3>& at) {
    f(mode, px + at[1], py + at[2], data<T>(out) + at[0], loop.shape[axis]);
  });
  return nullptr;
}

template <class T>
struct HalfUnary {
  UnaryRow<float> row;
  void operator()(const T* x, T* out, int64_t n) const {
    float values[kBlock];
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = std::min(kBlock, n - i);
      widen(x + i, values, m);
      row(values, values, m);
      narrow(values, out + i, m);
    }
  }
};

template <class T, class F>
const char* unary(const F& f, const Tensor& out, const Tensor& x) {
  const int64_t n = out.size();
  if (n == 0) return nullptr;
  if (same_layout(x, out) && (out.is_contiguous() || out.is_dense())) {
    parallel_for(0, n, kGrain, [&](int64_t a, int64_t b) { f(data<T>(x) + a, data<T>(out) + a, b - a); });
    return nullptr;
  }
  const auto loop = plan_loop<2>(out.shape(), {out.strides(), broadcast_strides(x, out.shape())});
  const int axis = loop.shape.ndim() - 1;
  if (loop.strides[0][axis] != 1 || loop.strides[1][axis] != 1) return "the operands have no rows in common";
  cpu::detail::for_rows<2>(loop, [&](const std::array<int64_t, 2>& at) {
    f(data<T>(x) + at[1], data<T>(out) + at[0], loop.shape[axis]);
  });
  return nullptr;
}

}  // namespace

const char* run_binary(const BinaryRows& rows, const Tensor& out, const Tensor& x, const Tensor& y) {
  const auto& f32 = rows.f32;
  switch (out.dtype()) {
    case DType::kFloat32:
      return binary<float>(PlainBinary<float>{{f32[0], f32[1], f32[2]}}, out, x, y);
    case DType::kFloat64:
      return binary<double>(PlainBinary<double>{{rows.f64[0], rows.f64[1], rows.f64[2]}}, out, x, y);
    case DType::kFloat16:
      return binary<Half>(HalfBinary<Half>{{f32[0], f32[1], f32[2]}}, out, x, y);
    case DType::kBFloat16:
      return binary<BFloat16>(HalfBinary<BFloat16>{{f32[0], f32[1], f32[2]}}, out, x, y);
    default:
      return "only floating dtypes have vector code";
  }
}

const char* run_unary(const UnaryRows& rows, const Tensor& out, const Tensor& x) {
  if (x.dtype() != out.dtype()) return "the dtype changes";
  switch (out.dtype()) {
    case DType::kFloat32:
      return unary<float>(rows.f32, out, x);
    case DType::kFloat64:
      return rows.f64 ? unary<double>(rows.f64, out, x) : "no vector code for float64";
    case DType::kFloat16:
      return unary<Half>(HalfUnary<Half>{rows.f32}, out, x);
    case DType::kBFloat16:
      return unary<BFloat16>(HalfUnary<BFloat16>{rows.f32}, out, x);
    default:
      return "only floating dtypes have vector code";
  }
}

}  // namespace nucella::cpu
