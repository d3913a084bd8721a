#include "nucella/kernels/cpu/simd.h"

#include "nucella/base/half_rows.h"

namespace nucella::cpu {
namespace {

constexpr int64_t kGrain = 1 << 15;  // elements worth a thread
constexpr int64_t kBlock = 512;      // 16-bit elements widened at a time

template <class T>
T* data(const Tensor& t) {
  return reinterpret_cast<T*>(t.raw_data_unchecked());
}

// How two operands make a row of results: both as rows, or one of them as a single value.
enum RowMode { kRowRow, kValueRow, kRowValue };

// Fills a vector's worth of `to` from the n < lanes elements at `from`. Unused lanes repeat the first
// element, so that they raise no floating-point flag which the data do not raise themselves.
template <class T>
const T* padded(const T* from, int64_t n, T* to, int64_t lanes) {
  for (int64_t i = 0; i < lanes; ++i) to[i] = from[i < n ? i : 0];
  return to;
}

// A row function on rows of any length.
template <class T>
struct PlainBinary {
  BinaryRow<T> row;
  int64_t lanes;

  void operator()(RowMode mode, const T* x, const T* y, T* out, int64_t n) const {
    constexpr int64_t kLanes = kMaxVectorBytes / sizeof(T);
    T xs[kLanes], ys[kLanes], results[kLanes];
    if (mode == kValueRow) x = padded(x, 1, xs, lanes);
    if (mode == kRowValue) y = padded(y, 1, ys, lanes);
    const int64_t x_step = mode != kValueRow, y_step = mode != kRowValue, whole = n & -lanes;
    if (whole > 0) row(x, x_step, y, y_step, out, whole);
    if (whole == n) return;
    if (mode != kValueRow) x = padded(x + whole, n - whole, xs, lanes);
    if (mode != kRowValue) y = padded(y + whole, n - whole, ys, lanes);
    row(x, 0, y, 0, results, lanes);
    std::copy_n(results, n - whole, out + whole);
  }
};

// A float row function on rows of float16, block by block.
struct HalfBinary {
  PlainBinary<float> plain;

  void operator()(RowMode mode, const Half* x, const Half* y, Half* out, int64_t n) const {
    float xs[kBlock], ys[kBlock], results[kBlock];
    if (mode == kValueRow) xs[0] = *x;
    if (mode == kRowValue) ys[0] = *y;
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = std::min(kBlock, n - i);
      if (mode != kValueRow) widen(x + i, xs, m);
      if (mode != kRowValue) widen(y + i, ys, m);
      plain(mode, xs, ys, results, m);
      narrow(results, out + i, m);
    }
  }
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
  const Rows<3> rows({&out, &x, &y});
  const int64_t x_step = rows.step(1), y_step = rows.step(2);
  if (rows.step(0) != 1 || x_step < 0 || x_step > 1 || y_step < 0 || y_step > 1 || x_step + y_step == 0)
    return "the operands have no rows in common";
  const RowMode mode = x_step == 0 ? kValueRow : y_step == 0 ? kRowValue : kRowRow;
  for_rows(rows, [&](const Row<3>& row) {
    f(mode, row.at<const T>(1), row.at<const T>(2), row.at<T>(0), row.size);
  });
  return nullptr;
}

template <class T>
struct PlainUnary {
  UnaryRow<T> row;
  int64_t lanes;

  void operator()(const T* x, T* out, int64_t n) const {
    constexpr int64_t kLanes = kMaxVectorBytes / sizeof(T);
    const int64_t whole = n & -lanes;
    if (whole > 0) row(x, out, whole);
    if (whole == n) return;
    T values[kLanes];
    row(padded(x + whole, n - whole, values, lanes), values, lanes);
    std::copy_n(values, n - whole, out + whole);
  }
};

struct HalfUnary {
  PlainUnary<float> plain;

  void operator()(const Half* x, Half* out, int64_t n) const {
    float values[kBlock];
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t m = std::min(kBlock, n - i);
      widen(x + i, values, m);
      plain(values, values, m);
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
  const Rows<2> rows({&out, &x});
  if (rows.step(0) != 1 || rows.step(1) != 1) return "the operands have no rows in common";
  for_rows(rows, [&](const Row<2>& row) { f(row.at<const T>(1), row.at<T>(0), row.size); });
  return nullptr;
}

}  // namespace

const char* run_binary(const BinaryRows& rows, const Tensor& out, const Tensor& x, const Tensor& y) {
  if (x.dtype() != out.dtype()) return "the dtype changes";
  const PlainBinary<float> f32{rows.f32, rows.vector_bytes / int64_t{sizeof(float)}};
  const PlainBinary<double> f64{rows.f64, rows.vector_bytes / int64_t{sizeof(double)}};
  const PlainBinary<BFloat16> bf16{rows.bf16, rows.vector_bytes / int64_t{sizeof(BFloat16)}};
  switch (out.dtype()) {
    case DType::kFloat32:
      return binary<float>(f32, out, x, y);
    case DType::kFloat64:
      return rows.f64 ? binary<double>(f64, out, x, y) : "no vector code for float64";
    case DType::kFloat16:
      return binary<Half>(HalfBinary{f32}, out, x, y);
    case DType::kBFloat16:
      return binary<BFloat16>(bf16, out, x, y);
    default:
      return "only floating dtypes have vector code";
  }
}

const char* run_unary(const UnaryRows& rows, const Tensor& out, const Tensor& x) {
  if (x.dtype() != out.dtype()) return "the dtype changes";
  const PlainUnary<float> f32{rows.f32, rows.vector_bytes / int64_t{sizeof(float)}};
  const PlainUnary<double> f64{rows.f64, rows.vector_bytes / int64_t{sizeof(double)}};
  const PlainUnary<BFloat16> bf16{rows.bf16, rows.vector_bytes / int64_t{sizeof(BFloat16)}};
  switch (out.dtype()) {
    case DType::kFloat32:
      return unary<float>(f32, out, x);
    case DType::kFloat64:
      return rows.f64 ? unary<double>(f64, out, x) : "no vector code for float64";
    case DType::kFloat16:
      return unary<Half>(HalfUnary{f32}, out, x);
    case DType::kBFloat16:
      return unary<BFloat16>(bf16, out, x);
    default:
      return "only floating dtypes have vector code";
  }
}

}  // namespace nucella::cpu
