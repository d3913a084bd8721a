// Elements as words of their size: for kernels that only move them.
#pragma once
#include <cstdint>

#include "nucella/base/dtype.h"

namespace nucella::cpu {

/// Calls f with the unsigned integer of an element's size.
template <class F>
void dispatch_word(int itemsize, F f) {
  switch (itemsize) {
    case 1:
      return f.template operator()<uint8_t>();
    case 2:
      return f.template operator()<uint16_t>();
    case 4:
      return f.template operator()<uint32_t>();
    default:
      return f.template operator()<uint64_t>();
  }
}

/// Calls f with the type of positions: int32_t or int64_t.
template <class F>
void dispatch_index(DType dtype, F f) {
  if (dtype == int32) return f.template operator()<int32_t>();
  return f.template operator()<int64_t>();
}

}  // namespace nucella::cpu
