// Size classes of the allocator: multiples of 64 bytes, four to each power of two, at most a fifth wasted.
#pragma once
#include <bit>
#include <cstddef>

namespace nucella {

/// The class of blocks that hold `nbytes`.
constexpr int size_class(size_t nbytes) {
  const size_t units = (nbytes - (nbytes != 0)) / 64;
  if (units < 4) return static_cast<int>(units);
  const int shift = std::bit_width(units) - 3;
  return static_cast<int>(units >> shift) + 4 * shift;
}

/// Bytes of a block of class `c`.
constexpr size_t class_bytes(int c) {
  if (c < 8) return static_cast<size_t>(c + 1) * 64;
  return static_cast<size_t>(c % 4 + 5) << (c / 4 - 1 + 6);
}

}  // namespace nucella
