// Mapping: a file as memory of its owner: a write copies the page and never reaches the file.
//
// The system ends a program (SIGBUS) that reads a mapped page which the file has lost meanwhile. Here such a
// page becomes zeros, the loss is noted, and the next call throws an OSError that names the file.
#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "nucella/tensor/tensor.h"

namespace nucella {

class Mapping {
 public:
  /// All `bytes` bytes of the open regular file; `file` must stay open as long as this object lives. OSError
  /// when the system refuses; `path` names the file in errors.
  Mapping(int file, size_t bytes, std::string path);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::byte* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  /// Whether the address lies in any mapping.
  static bool holds(const void* address);

  struct Region;

 private:
  std::byte* data_ = nullptr;
  size_t bytes_ = 0;
  std::unique_ptr<Region> region_;
};

namespace detail {
/// True while a mapping lives of which a page was lost.
extern std::atomic<bool> mapping_damaged;
[[gnu::cold]] void raise_mapping_damage(std::span<const Tensor* const> used);
[[gnu::cold]] void raise_mapping_damage_at(const void* used);
}  // namespace detail

/// OSError when a page of a mapped file was found lost and nobody has been told yet, or when one of the
/// tensors lies in a mapping that has lost one.
inline void check_mappings(std::span<const Tensor* const> used = {}) {
  if (detail::mapping_damaged.load(std::memory_order_acquire)) [[unlikely]]
    detail::raise_mapping_damage(used);
}
/// The same for bytes that begin at `used`.
inline void check_mapping_at(const void* used) {
  if (detail::mapping_damaged.load(std::memory_order_acquire)) [[unlikely]]
    detail::raise_mapping_damage_at(used);
}

}  // namespace nucella
