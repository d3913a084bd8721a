// Kernels of element-wise ops made from scalar functions: the references, for every dtype and layout.
#pragma once
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/scalar_math.h"

namespace nucella::cpu {

/// out = F(x, y) in the dtype of x; 16-bit floats are computed in float.
template <class F>
const char* binary_ref(const Call& call) {
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using C = compute_t<T>;
    map2<T, T, T>(call.out[0], call.in[0], call.in[1],
                  [](T a, T b) { return static_cast<T>(F{}(static_cast<C>(a), static_cast<C>(b))); });
  });
  return nullptr;
}

/// As binary_ref with a bool output.
template <class F>
const char* compare_ref(const Call& call) {
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using C = compute_t<T>;
    map2<T, T, bool>(call.out[0], call.in[0], call.in[1],
                     [](T a, T b) { return F{}(static_cast<C>(a), static_cast<C>(b)); });
  });
  return nullptr;
}

/// out = F(x) in the dtype of x.
template <class F>
const char* unary_ref(const Call& call) {
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using C = compute_t<T>;
    map1<T, T>(call.out[0], call.in[0], [](T a) { return static_cast<T>(F{}(static_cast<C>(a))); });
  });
  return nullptr;
}

/// out = F(x) for floats; bool and integers are computed in float32, the dtype of the output.
template <class F>
const char* float_unary_ref(const Call& call) {
  dispatch(call.in[0].dtype(), [&]<class T>() {
    using Out = std::conditional_t<is_floating(dtype_of<T>), T, float>;
    using C = compute_t<Out>;
    map1<T, Out>(call.out[0], call.in[0], [](T a) { return static_cast<Out>(F{}(static_cast<C>(a))); });
  });
  return nullptr;
}

}  // namespace nucella::cpu
