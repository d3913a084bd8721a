// Every op as a typed C++ function in namespace nucella::ops, made from list.inc. The rules of each:
// ops/<name>.cpp.
#pragma once
#include <array>
#include <tuple>
#include <type_traits>

#include "nucella/op/op.h"

namespace nucella {

enum class Op : uint16_t {
#define OP(name, params, ins, attrs) name,
#include "nucella/ops/list.inc"
};

namespace detail {

inline void append_pointers(std::vector<const Tensor*>& out, const Tensor& t) { out.push_back(&t); }
inline void append_pointers(std::vector<const Tensor*>& out, const Tensors& list) {
  for (const Tensor& t : list) out.push_back(&t);
}

template <class... In>
inline constexpr bool kOnlyTensors = (std::is_base_of_v<Tensor, In> && ...);

/// Calls `body(Inputs)`: on the stack when every input is one tensor, through a vector when there are lists.
template <class F, class... In>
auto with_inputs(F body, const In&... in) {
  if constexpr (kOnlyTensors<In...>) {
    const std::array<const Tensor*, sizeof...(In)> pointers{&in...};
    return body(Inputs(pointers));
  } else {
    std::vector<const Tensor*> pointers;
    (append_pointers(pointers, in), ...);
    return body(Inputs(pointers));
  }
}

template <size_t N, size_t A, class... In>
std::array<Tensor, N> call_fixed(Op op, const std::array<Attr, A>& attrs, const In&... in) {
  return with_inputs(
      [&](Inputs inputs) {
        std::array<Tensor, N> out;
        apply({op, inputs, attrs, out});
        return out;
      },
      in...);
}

template <size_t A, class... In>
Tensors call_variadic(Op op, const std::array<Attr, A>& attrs, const In&... in) {
  return with_inputs(
      [&](Inputs inputs) {
        Tensors out(static_cast<size_t>(entry_of(op).def->count_outputs({op, inputs, attrs, {}})));
        apply({op, inputs, attrs, out});
        return out;
      },
      in...);
}

template <class... A>
std::array<Attr, sizeof...(A)> make_attrs(const A&... attrs) {
  return {Attr(attrs)...};
}

}  // namespace detail

namespace ops {
#define NUCELLA_UNPAREN(...) __VA_ARGS__
#define NUCELLA_ARGS(...) __VA_OPT__(, ) __VA_ARGS__
#define OP(name, params, ins, attrs)                                                                 \
  inline Tensor name params {                                                                        \
    return std::move(detail::call_fixed<1>(Op::name, detail::make_attrs attrs NUCELLA_ARGS ins)[0]); \
  }
#define OPN(n, name, params, ins, attrs)                                               \
  inline std::array<Tensor, n> name params {                                           \
    return detail::call_fixed<n>(Op::name, detail::make_attrs attrs NUCELLA_ARGS ins); \
  }
#define OPV(name, params, ins, attrs)                                                  \
  inline Tensors name params {                                                         \
    return detail::call_variadic(Op::name, detail::make_attrs attrs NUCELLA_ARGS ins); \
  }
#include "nucella/ops/list.inc"
#undef NUCELLA_UNPAREN
#undef NUCELLA_ARGS
}  // namespace ops

}  // namespace nucella
