// Numbers as unsigned keys of the same order, joined with their positions, so that sorting is stable and
// knows no types.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "nucella/kernels/cpu/loops.h"

namespace nucella::cpu {

/// The key has 64 bits for 64-bit numbers, else 32.
template <class T>
using key_t = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

/// Keys rise with the numbers; all NaN are equal and largest, both zeros equal. `flip` (all bits set) turns
/// the order.
template <class T>
key_t<T> key_of(T value, key_t<T> flip) {
  using Key = key_t<T>;
  constexpr Key kTop = Key{1} << (8 * sizeof(Key) - 1);
  if constexpr (std::is_integral_v<T>) {
    const Key bits = std::is_signed_v<T> ? static_cast<Key>(value) ^ kTop : static_cast<Key>(value);
    return bits ^ flip;
  } else {
    const auto number = static_cast<compute_t<T>>(value) + compute_t<T>(0);  // -0 becomes 0
    if (number != number) return static_cast<Key>(~Key{0} ^ flip);
    const Key bits = std::bit_cast<Key>(number);
    return (bits & kTop ? ~bits : bits | kTop) ^ flip;
  }
}

/// A key and the position that it came from; the order of pairs is that of keys, then of positions.
template <class Key>
struct Keyed {
  Key key;
  uint64_t at;
  uint64_t position() const { return at; }
  friend bool operator<(const Keyed& a, const Keyed& b) {
    return a.key != b.key ? a.key < b.key : a.at < b.at;
  }
};
/// A key of 32 bits above a position of 32 bits: compared as one number.
struct Packed {
  uint64_t word;
  uint64_t position() const { return word & 0xFFFFFFFFu; }
  friend bool operator<(const Packed& a, const Packed& b) { return a.word < b.word; }
};

inline Packed joined(uint32_t key, uint64_t position) { return {uint64_t{key} << 32 | position}; }
inline Keyed<uint64_t> joined(uint64_t key, uint64_t position) { return {key, position}; }
template <class T>
using joined_t = decltype(joined(key_t<T>{}, uint64_t{}));

/// The longest line whose positions fit.
inline constexpr int64_t kMaxLine = int64_t{1} << 32;

}  // namespace nucella::cpu
