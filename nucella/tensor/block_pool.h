// BlockPool: the blocks that all threads share, small ones by size class, large ones by best fit.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "nucella/tensor/size_classes.h"

namespace nucella {

/// Blocks up to this size come in classes, larger ones have pages of their own.
inline constexpr size_t kMaxClassBytes = size_t{1} << 20;
inline constexpr int kClasses = size_class(kMaxClassBytes) + 1;

/// A stack of free blocks of one class, linked through the blocks. Only count() may be read by other threads.
class FreeList {
 public:
  void push(void* block) {
    top_ = new (block) Link{top_};
    count_.store(count() + 1, std::memory_order_relaxed);
  }
  /// nullptr when empty.
  void* pop() {
    Link* block = top_;
    if (block == nullptr) return nullptr;
    top_ = block->next;
    count_.store(count() - 1, std::memory_order_relaxed);
    return block;
  }
  uint32_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  struct Link {
    Link* next;
  };
  Link* top_ = nullptr;
  std::atomic<uint32_t> count_{0};
};

class BlockPool {
 public:
  struct Totals {
    uint64_t system = 0;  ///< bytes of pages held
    uint64_t kept = 0;    ///< of these, in free blocks
  };

  /// Moves 1 to `want` free blocks of class `c` to `to`. True when all were in use before. MemoryError beyond
  /// the limit or the machine.
  bool take(int c, uint32_t want, FreeList& to);
  /// Moves `count` blocks of class `c` from `from` here.
  void give(int c, FreeList& from, uint32_t count);

  struct LargeBlock {
    void* block;
    bool reused;
  };
  /// A block of at least `nbytes`; a kept one at most an eighth larger, or a new one. MemoryError as take().
  LargeBlock take_large(size_t nbytes);
  void give_large(void* block) noexcept;

  /// Returns to the system the pages that hold free blocks only.
  void release();
  void set_limit(uint64_t bytes);
  Totals totals();

 private:
  /// Pages cut into blocks of one class.
  struct Slab {
    std::byte* begin;
    size_t free_blocks = 0;  // as counted by release_slabs()
  };
  /// The free blocks of one class: those given back, and those never used at the end of the newest slab.
  struct Class {
    FreeList free;
    std::vector<Slab> slabs;
    std::byte* newest = nullptr;  // begin of the slab that fresh lies in
    std::byte* fresh = nullptr;
    std::byte* fresh_end = nullptr;
  };
  struct Large {
    void* block = nullptr;
    uint64_t stamp = 0;  // grows with the time it was given back
  };
  using LargeBySize = std::multimap<size_t, Large>;

  void add_slab(int c);
  void release_slabs(int c);
  void release_large(LargeBySize::iterator at);
  void release_all();
  void make_room_for(size_t nbytes);
  void* new_pages(size_t nbytes);

  std::mutex mutex_;
  std::array<Class, kClasses> classes_;
  LargeBySize kept_;
  std::unordered_map<void*, LargeBySize::node_type>
      in_use_;  // keeps the nodes, so that giving back cannot fail
  uint64_t system_bytes_ = 0;
  uint64_t large_used_ = 0, large_peak_ = 0, large_kept_ = 0;
  uint64_t limit_ = 0;
  uint64_t clock_ = 0;
};

}  // namespace nucella
