// Plain loops over strided operands: the reference kernels of element-wise ops and reductions are made of
// them.
#pragma once
#include "nucella/base/parallel.h"
#include "nucella/op/op.h"
#include "nucella/tensor/strided.h"

namespace nucella::cpu {

/// The type to compute in: float for the 16-bit types, else the type itself.
template <class T>
struct compute_of {
  using type = T;
};
template <>
struct compute_of<Half> {
  using type = float;
};
template <>
struct compute_of<BFloat16> {
  using type = float;
};
template <class T>
using compute_t = typename compute_of<T>::type;

namespace detail {

/// Calls `row(offsets)` for every row of the loop (all axes but the innermost), in parallel.
template <int N, class F>
void for_rows(const StridedLoop<N>& loop, F row) {
  const int inner_axis = loop.shape.ndim() - 1;
  const int64_t inner = std::max<int64_t>(loop.shape[inner_axis], 1);
  const int64_t rows = loop.shape.numel() / inner;
  constexpr int64_t kGrain = 1 << 14;
  parallel_for(0, rows, std::max<int64_t>(1, kGrain / inner), [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r) {
      int64_t rest = r;
      std::array<int64_t, N> at{};
      for (int i = inner_axis - 1; i >= 0; --i) {
        const int64_t index = rest % loop.shape[i];
        rest /= loop.shape[i];
        for (int k = 0; k < N; ++k) at[k] += index * loop.strides[k][i];
      }
      row(at);
    }
  });
}

}  // namespace detail

/// out = f(x), element by element, any strides.
template <class X, class Out, class F>
void map1(const Tensor& out, const Tensor& x, F f) {
  if (out.size() == 0) return;
  const auto loop = plan_loop<2>(out.shape(), {out.strides(), broadcast_strides(x, out.shape())});
  auto* o = reinterpret_cast<Out*>(out.raw_data_unchecked());
  const auto* a = reinterpret_cast<const X*>(x.raw_data_unchecked());
  const int axis = loop.shape.ndim() - 1;
  const int64_t n = loop.shape[axis], so = loop.strides[0][axis], sa = loop.strides[1][axis];
  detail::for_rows<2>(loop, [&](const std::array<int64_t, 2>& at) {
    for (int64_t i = 0; i < n; ++i) o[at[0] + i * so] = static_cast<Out>(f(a[at[1] + i * sa]));
  });
}

/// out = f(x, y), element by element, broadcast, any strides.
template <class X, class Y, class Out, class F>
void map2(const Tensor& out, const Tensor& x, const Tensor& y, F f) {
  if (out.size() == 0) return;
  const auto loop = plan_loop<3>(
      out.shape(), {out.strides(), broadcast_strides(x, out.shape()), broadcast_strides(y, out.shape())});
  auto* o = reinterpret_cast<Out*>(out.raw_data_unchecked());
  const auto* a = reinterpret_cast<const X*>(x.raw_data_unchecked());
  const auto* b = reinterpret_cast<const Y*>(y.raw_data_unchecked());
  const int axis = loop.shape.ndim() - 1;
  const int64_t n = loop.shape[axis], so = loop.strides[0][axis], sa = loop.strides[1][axis],
                sb = loop.strides[2][axis];
  detail::for_rows<3>(loop, [&](const std::array<int64_t, 3>& at) {
    for (int64_t i = 0; i < n; ++i)
      o[at[0] + i * so] = static_cast<Out>(f(a[at[1] + i * sa], b[at[2] + i * sb]));
  });
}

}  // namespace nucella::cpu
