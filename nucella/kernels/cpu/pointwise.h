// Kernels of element-wise ops made from scalar functions: the references, for every dtype and layout.
#pragma once
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/scalar_math.h"

/// Before a loop whose turns touch no element that another one writes.
#if defined(__clang__)
#define NUCELLA_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define NUCELLA_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace nucella::cpu {

/// A step of a row that the compiler knows.
template <int64_t kStep>
using Fixed = std::integral_constant<int64_t, kStep>;

/// out = F(x) along a row, computed in C. Rows without gaps have a loop of their own, of which the compiler
/// makes vectors: elements that an update in place shares stand at the same place on both sides.
template <class F, class X, class Out, class C = compute_t<X>>
void map_row(const Row<2>& row) {
  Out* out = row.at<Out>(0);
  const X* x = row.at<const X>(1);
  const auto loop = [=, n = row.size](auto out_step, auto x_step) {
    NUCELLA_INDEPENDENT
    for (int64_t i = 0; i < n; ++i) out[i * out_step] = static_cast<Out>(F{}(static_cast<C>(x[i * x_step])));
  };
  if (row.step[0] == 1 && row.step[1] == 1) return loop(Fixed<1>(), Fixed<1>());
  loop(row.step[0], row.step[1]);
}

/// out = F(x, y) along a row, computed in C; as map_row, and for one value for all of a row.
template <class F, class X, class Out, class C = compute_t<X>>
void map_rows(const Row<3>& row) {
  Out* out = row.at<Out>(0);
  const X *x = row.at<const X>(1), *y = row.at<const X>(2);
  const auto loop = [=, n = row.size](auto out_step, auto x_step, auto y_step) {
    NUCELLA_INDEPENDENT
    for (int64_t i = 0; i < n; ++i)
      out[i * out_step] = static_cast<Out>(F{}(static_cast<C>(x[i * x_step]), static_cast<C>(y[i * y_step])));
  };
  const auto [out_step, x_step, y_step] = row.step;
  if (out_step == 1 && x_step == 1 && y_step == 1) return loop(Fixed<1>(), Fixed<1>(), Fixed<1>());
  if (out_step == 1 && x_step == 1 && y_step == 0) return loop(Fixed<1>(), Fixed<1>(), Fixed<0>());
  loop(out_step, x_step, y_step);
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
