// convert_row: a row of elements of one dtype into those of another of the same kind, at the speed of the
// memory.
#pragma once
#include <cstddef>
#include <cstdint>

#include "nucella/base/dtype.h"

namespace nucella {

/// True between floating dtypes and between signed integers: what a checkpoint may be converted to on
/// loading.
constexpr bool is_same_kind(DType a, DType b) {
  return (is_floating(a) && is_floating(b)) || (is_signed_int(a) && is_signed_int(b));
}
/// `n` elements of dtype `from` into elements of dtype `to`. Floats round to nearest even; integers that do
/// not fit wrap around. TypeError unless is_same_kind(from, to).
void convert_row(DType from, const std::byte* source, DType to, std::byte* target, int64_t n);

}  // namespace nucella
