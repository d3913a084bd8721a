// DType: the element types of tensors, their names, sizes, promotion, and dispatch to C++ types.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "nucella/base/error.h"
#include "nucella/base/half.h"

namespace nucella {

enum class DType : uint8_t {
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUInt8,
  kUInt16,
  kUInt32,
  kUInt64,
  kFloat16,
  kBFloat16,
  kFloat32,
  kFloat64,
};
inline constexpr int kDTypeCount = 13;

inline constexpr DType bool_ = DType::kBool, int8 = DType::kInt8, int16 = DType::kInt16,
                       int32 = DType::kInt32, int64 = DType::kInt64, uint8 = DType::kUInt8,
                       uint16 = DType::kUInt16, uint32 = DType::kUInt32, uint64 = DType::kUInt64,
                       float16 = DType::kFloat16, bfloat16 = DType::kBFloat16, float32 = DType::kFloat32,
                       float64 = DType::kFloat64;

/// Bytes per element.
constexpr int itemsize(DType t) {
  constexpr int sizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8};
  return sizes[static_cast<int>(t)];
}
constexpr bool is_floating(DType t) { return t >= DType::kFloat16; }
constexpr bool is_integral(DType t) { return t >= DType::kInt8 && t <= DType::kUInt64; }
constexpr bool is_signed_int(DType t) { return t >= DType::kInt8 && t <= DType::kInt64; }

/// MindSpore's name: "Float32", "Int64", "Bool", "BFloat16", ...
std::string_view name(DType t);
/// Inverse of name(); also takes the lower-case spelling ("float32"). ValueError for anything else.
DType dtype_from_name(std::string_view name);
inline void append_to(std::string& out, DType t) { out += name(t); }

/// Result type of arithmetic between tensors (facts of MindSpore 2.10): TypeError for the mixes it refuses.
DType promote(DType a, DType b, std::string_view op);

template <class T>
struct dtype_of_impl;
template <>
struct dtype_of_impl<bool> {
  static constexpr DType value = DType::kBool;
};
template <>
struct dtype_of_impl<int8_t> {
  static constexpr DType value = DType::kInt8;
};
template <>
struct dtype_of_impl<int16_t> {
  static constexpr DType value = DType::kInt16;
};
template <>
struct dtype_of_impl<int32_t> {
  static constexpr DType value = DType::kInt32;
};
template <>
struct dtype_of_impl<int64_t> {
  static constexpr DType value = DType::kInt64;
};
template <>
struct dtype_of_impl<uint8_t> {
  static constexpr DType value = DType::kUInt8;
};
template <>
struct dtype_of_impl<uint16_t> {
  static constexpr DType value = DType::kUInt16;
};
template <>
struct dtype_of_impl<uint32_t> {
  static constexpr DType value = DType::kUInt32;
};
template <>
struct dtype_of_impl<uint64_t> {
  static constexpr DType value = DType::kUInt64;
};
template <>
struct dtype_of_impl<Half> {
  static constexpr DType value = DType::kFloat16;
};
template <>
struct dtype_of_impl<BFloat16> {
  static constexpr DType value = DType::kBFloat16;
};
template <>
struct dtype_of_impl<float> {
  static constexpr DType value = DType::kFloat32;
};
template <>
struct dtype_of_impl<double> {
  static constexpr DType value = DType::kFloat64;
};
/// The DType of a C++ element type.
template <class T>
inline constexpr DType dtype_of = dtype_of_impl<T>::value;

/// Calls `f.template operator()<T>()` with the C++ type of `t`.
template <class F>
decltype(auto) dispatch(DType t, F&& f) {
  switch (t) {
    case DType::kBool:
      return f.template operator()<bool>();
    case DType::kInt8:
      return f.template operator()<int8_t>();
    case DType::kInt16:
      return f.template operator()<int16_t>();
    case DType::kInt32:
      return f.template operator()<int32_t>();
    case DType::kInt64:
      return f.template operator()<int64_t>();
    case DType::kUInt8:
      return f.template operator()<uint8_t>();
    case DType::kUInt16:
      return f.template operator()<uint16_t>();
    case DType::kUInt32:
      return f.template operator()<uint32_t>();
    case DType::kUInt64:
      return f.template operator()<uint64_t>();
    case DType::kFloat16:
      return f.template operator()<Half>();
    case DType::kBFloat16:
      return f.template operator()<BFloat16>();
    case DType::kFloat32:
      return f.template operator()<float>();
    case DType::kFloat64:
      return f.template operator()<double>();
  }
  raise<RuntimeError>("dispatch: invalid dtype ", static_cast<int>(t));
}
/// As dispatch(), for the four floating types only; TypeError names `op` otherwise.
template <class F>
decltype(auto) dispatch_floating(DType t, std::string_view op, F&& f) {
  switch (t) {
    case DType::kFloat16:
      return f.template operator()<Half>();
    case DType::kBFloat16:
      return f.template operator()<BFloat16>();
    case DType::kFloat32:
      return f.template operator()<float>();
    case DType::kFloat64:
      return f.template operator()<double>();
    default:
      raise<TypeError>(op, ": expected a floating-point tensor, got ", t);
  }
}

}  // namespace nucella
