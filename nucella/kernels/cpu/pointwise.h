// Kernels of element-wise ops made from scalar functions: the references, for every dtype and layout.
#pragma once
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/scalar_math.h"

namespace nucella::cpu {

/// out = F(x) along a row, computed in C.
template <class F, class X, class Out, class C = compute_t<X>>
void map_row(const Row<2>& row) {
  const auto [out_step, x_step] = row.step;
  Out* out = row.at<Out>(0);
  const X* x = row.at<const X>(1);
  for (int64_t i = 0; i < row.size; ++i)
    out[i * out_step] = static_cast<Out>(F{}(static_cast<C>(x[i * x_step])));
}

/// out = F(x, y) along a row, computed in C.
template <class F, class X, class Out, class C = compute_t<X>>
void map_rows(const Row<3>& row) {
  const auto [out_step, x_step, y_step] = row.step;
  Out* out = row.at<Out>(0);
  const X *x = row.at<const X>(1), *y = row.at<const X>(2);
  for (int64_t i = 0; i < row.size; ++i)
    out[i * out_step] = static_cast<Out>(F{}(static_cast<C>(x[i * x_step]), static_cast<C>(y[i * y_step])));
}

using MapRow = void (*)(const Row<2>&);
using MapRows = void (*)(const Row<3>&);

/// Runs a call of one or two inputs; kernels end with it, so it returns what they return.
inline const char* run_rows(const Call& call, MapRow row) {
  for_rows<2>({&call.out[0], &call.in[0]}, row);
  return nullptr;
}
inline const char* run_rows(const Call& call, MapRows row) {
  for_rows<3>({&call.out[0], &call.in[0], &call.in[1]}, row);
  return nullptr;
}

/// out = F(x, y) in the dtype of x; 16-bit floats are computed in float.
template <class F>
const char* binary_ref(const Call& call) {
  return run_rows(call, dispatch(call.in[0].dtype(), []<class T>() -> MapRows { return map_rows<F, T, T>; }));
}

/// As binary_ref with a bool output.
template <class F>
const char* compare_ref(const Call& call) {
  return run_rows(call,
                  dispatch(call.in[0].dtype(), []<class T>() -> MapRows { return map_rows<F, T, bool>; }));
}

/// out = F(x) in the dtype of x.
template <class F>
const char* unary_ref(const Call& call) {
  return run_rows(call, dispatch(call.in[0].dtype(), []<class T>() -> MapRow { return map_row<F, T, T>; }));
}

/// out = F(x) for floats; bool and integers are computed in float32, the dtype of the output.
template <class F>
const char* float_unary_ref(const Call& call) {
  return run_rows(call, dispatch(call.in[0].dtype(), []<class T>() -> MapRow {
                    using Out = std::conditional_t<is_floating(dtype_of<T>), T, float>;
                    return map_row<F, T, Out, compute_t<Out>>;
                  }));
}

/// out = F(x), a bool.
template <class F>
const char* predicate_ref(const Call& call) {
  return run_rows(call,
                  dispatch(call.in[0].dtype(), []<class T>() -> MapRow { return map_row<F, T, bool>; }));
}

/// Elements of `from` converted to the dtype of `to`, as the op cast does.
void convert_elements(const Tensor& to, const Tensor& from);

}  // namespace nucella::cpu
