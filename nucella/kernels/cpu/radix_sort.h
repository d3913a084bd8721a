// Radix sort of keys with positions: stable, linear in their number, on several threads.
#pragma once
#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "nucella/kernels/cpu/sort_keys.h"

namespace nucella::cpu {

inline constexpr int kDigitBits = 11;
inline constexpr uint64_t kDigits = uint64_t{1} << kDigitBits;

inline uint64_t sort_bits(const Packed& pair) { return pair.word >> 32; }
inline uint64_t sort_bits(const Keyed<uint64_t>& pair) { return pair.key; }
template <class Pair>
constexpr int kSortBits = std::is_same_v<Pair, Packed> ? 32 : 64;

/// Sorts `pairs` by their keys, digit by digit from the lowest; `other` is room for as many. Digits that all
/// keys have in common cost no pass.
template <class Pair>
void radix_sort(std::span<Pair> pairs, std::span<Pair> other) {
  constexpr int kPasses = (kSortBits<Pair> + kDigitBits - 1) / kDigitBits;
  const auto counts = std::make_unique<std::array<std::array<uint32_t, kDigits>, kPasses>>();
  for (const Pair& pair : pairs)
    for (int pass = 0; pass < kPasses; ++pass)
      ++(*counts)[static_cast<size_t>(pass)][sort_bits(pair) >> (pass * kDigitBits) & (kDigits - 1)];
  Pair *from = pairs.data(), *to = other.data();
  for (int pass = 0; pass < kPasses; ++pass) {
    auto& starts = (*counts)[static_cast<size_t>(pass)];
    const int shift = pass * kDigitBits;
    if (starts[sort_bits(from[0]) >> shift & (kDigits - 1)] == pairs.size()) continue;
    uint32_t next = 0;
    for (uint32_t& start : starts) next += std::exchange(start, next);
    for (size_t i = 0; i < pairs.size(); ++i)
      to[starts[sort_bits(from[i]) >> shift & (kDigits - 1)]++] = from[i];
    std::swap(from, to);
  }
  if (from != pairs.data()) std::copy_n(from, pairs.size(), pairs.data());
}

/// How many of the first `at` elements of the merged sequence come from `a`.
template <class Pair>
size_t merged_share(std::span<const Pair> a, std::span<const Pair> b, size_t at) {
  size_t low = at > b.size() ? at - b.size() : 0, high = std::min(at, a.size());
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (b[at - middle - 1] < a[middle]) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/// Merges two sorted sequences, the threads taking equal stretches of the result.
template <class Pair>
void merge_sorted(std::span<const Pair> a, std::span<const Pair> b, Pair* to) {
  const auto total = static_cast<int64_t>(a.size() + b.size());
  parallel_for(0, total, std::max<int64_t>(1 << 14, total / num_threads()), [&](int64_t first, int64_t last) {
    const size_t begin = static_cast<size_t>(first), end = static_cast<size_t>(last);
    const size_t a0 = merged_share(a, b, begin), a1 = merged_share(a, b, end);
    std::merge(a.begin() + static_cast<long>(a0), a.begin() + static_cast<long>(a1),
               b.begin() + static_cast<long>(begin - a0), b.begin() + static_cast<long>(end - a1),
               to + first);
  });
}

/// Sorts `pairs`, which come in the order of their positions. Long ones are cut into a part for each thread,
/// which are then merged.
template <class Pair>
void sort_on_threads(std::vector<Pair>& pairs) {
  constexpr size_t kShort = 512, kPerThread = 1 << 15;
  if (pairs.size() <= kShort) {
    std::sort(pairs.begin(), pairs.end());
    return;
  }
  size_t parts = 1;
  while (2 * parts <= static_cast<size_t>(num_threads()) && pairs.size() / (2 * parts) >= kPerThread)
    parts *= 2;
  std::vector<Pair> other(pairs.size());
  const auto cut = [&](size_t part) { return pairs.size() * part / parts; };
  parallel_for(0, static_cast<int64_t>(parts), 1, [&](int64_t first, int64_t last) {
    for (auto part = static_cast<size_t>(first); part < static_cast<size_t>(last); ++part) {
      const size_t begin = cut(part), size = cut(part + 1) - begin;
      radix_sort(std::span(pairs).subspan(begin, size), std::span(other).subspan(begin, size));
    }
  });
  for (size_t width = 1; width < parts; width *= 2) {
    const std::span<const Pair> from(pairs);
    for (size_t part = 0; part < parts; part += 2 * width) {
      const size_t begin = cut(part), middle = cut(part + width), end = cut(part + 2 * width);
      merge_sorted(from.subspan(begin, middle - begin), from.subspan(middle, end - middle),
                   other.data() + begin);
    }
    pairs.swap(other);
  }
}

}  // namespace nucella::cpu
