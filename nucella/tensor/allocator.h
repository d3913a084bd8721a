// The caching allocator: 64-byte aligned blocks in size classes, kept after use so no page is paid for twice.
#pragma once
#include <cstddef>
#include <cstdint>

namespace nucella {

struct MemoryStats {
  uint64_t used_bytes = 0;  ///< handed out now
  uint64_t peak_bytes =
      0;  ///< largest used_bytes since the start or reset_peak_memory(), to 64 KiB per thread
  uint64_t cached_bytes = 0;  ///< free, kept for reuse
  uint64_t system_bytes = 0;  ///< obtained from the system and not returned (used + cached + rounding)
  uint64_t allocations = 0;   ///< calls of allocate()
  uint64_t cache_hits = 0;    ///< of these, served from kept blocks
};

/// False in builds with AddressSanitizer: reuse would hide uses of freed memory from it.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAllocatorKeepsBlocks = false;
#elif defined(__has_feature)
inline constexpr bool kAllocatorKeepsBlocks = !__has_feature(address_sanitizer);
#else
inline constexpr bool kAllocatorKeepsBlocks = true;
#endif

/// At least `nbytes` (> 0) bytes, 64-byte aligned, not initialised. MemoryError beyond the limit or the
/// machine.
void* allocate(size_t nbytes);
/// Gives back a block of allocate(nbytes) with the same `nbytes`. Any thread may do so.
void deallocate(void* block, size_t nbytes) noexcept;

MemoryStats memory_stats();
void reset_peak_memory();
/// Upper bound for system_bytes; 0 means none. Kept blocks are released before an allocation is refused.
void set_memory_limit(uint64_t bytes);
/// Returns all kept blocks to the system, except what other threads hold for themselves (at most 2 MiB each).
void empty_cache();

/// Lets standard containers take their memory from here.
template <class T>
struct CachingAllocator {
  using value_type = T;
  CachingAllocator() = default;
  template <class U>
  CachingAllocator(const CachingAllocator<U>&) {}
  T* allocate(size_t n) { return static_cast<T*>(nucella::allocate(n * sizeof(T))); }
  void deallocate(T* p, size_t n) noexcept { nucella::deallocate(p, n * sizeof(T)); }
  friend bool operator==(const CachingAllocator&, const CachingAllocator&) { return true; }
};

}  // namespace nucella
