#include "nucella/base/dtype.h"

#include <array>

namespace nucella {
namespace {
constexpr std::array<std::string_view, kDTypeCount> kNames = {
    "Bool",   "Int8",   "Int16",   "Int32",    "Int64",   "UInt8",  "UInt16",
    "UInt32", "UInt64", "Float16", "BFloat16", "Float32", "Float64"};
constexpr std::array<std::string_view, kDTypeCount> kLowerNames = {
    "bool",   "int8",   "int16",   "int32",    "int64",   "uint8",  "uint16",
    "uint32", "uint64", "float16", "bfloat16", "float32", "float64"};

bool is_wide_unsigned(DType t) { return t == uint16 || t == uint32 || t == uint64; }
}  // namespace

std::string_view name(DType t) { return kNames[static_cast<size_t>(t)]; }

DType dtype_from_name(std::string_view text) {
  for (int i = 0; i < kDTypeCount; ++i)
    if (kNames[i] == text || kLowerNames[i] == text) return static_cast<DType>(i);
  raise<ValueError>("dtype: unknown type name '", text, "'");
}

DType promote(DType a, DType b, std::string_view op) {
  if (a == b) return a;
  check<TypeError>(!is_wide_unsigned(a) && !is_wide_unsigned(b), op, ": the input types ", a, " and ", b,
                   " cannot be combined");
  if (a == bool_) return b;
  if (b == bool_) return a;
  if (is_floating(a) != is_floating(b)) return is_floating(a) ? a : b;
  if (is_floating(a)) {
    if (itemsize(a) == itemsize(b)) return float32;  // float16 with bfloat16
    return itemsize(a) > itemsize(b) ? a : b;
  }
  if (a == uint8 || b == uint8) {
    const DType other = a == uint8 ? b : a;
    return other == int8 ? int16 : other;
  }
  return itemsize(a) > itemsize(b) ? a : b;
}

}  // namespace nucella
