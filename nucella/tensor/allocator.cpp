#include "nucella/tensor/allocator.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "nucella/base/error.h"
#include "nucella/tensor/block_pool.h"

namespace nucella {
namespace {

/// Blocks up to this size wait in lists of the thread, of at most kListBytes each.
constexpr size_t kThreadBytes = size_t{32} << 10, kListBytes = size_t{64} << 10;
constexpr int kThreadClasses = size_class(kThreadBytes) + 1;
/// Each thread reports its use when it has changed by this much, so that threads need not share a counter.
constexpr int64_t kReportBytes = int64_t{64} << 10;

constexpr uint32_t list_capacity(int c) {
  return static_cast<uint32_t>(std::min<size_t>(kListBytes / class_bytes(c), 128));
}

/// Adds to a counter that only this thread writes.
template <class T>
void add(std::atomic<T>& counter, T n) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

/// What one thread keeps to itself. Other threads only read the counters.
struct ThreadCache {
  std::array<FreeList, kThreadClasses> lists;
  std::atomic<int64_t> unreported{0};  // change of the bytes in use since the last report
  std::atomic<uint64_t> allocations{0}, hits{0};
};

/// What all threads share.
struct Shared {
  BlockPool pool;
  std::atomic<int64_t> used{0}, peak{0};
  std::mutex mutex;  // of what follows
  std::vector<ThreadCache*> threads;
  std::atomic<uint64_t> allocations{0}, hits{0};  // of threads that have none of their own
  std::atomic<uint64_t> limit{0};                 // without caches; else the pool's
};

// Never destroyed: tensors may outlive every other static object.
Shared& shared() {
  static Shared& value = *new Shared;
  return value;
}

void raise_peak(int64_t used) {
  auto& peak = shared().peak;
  int64_t seen = peak.load(std::memory_order_relaxed);
  while (used > seen && !peak.compare_exchange_weak(seen, used, std::memory_order_relaxed)) {
  }
}

void add_used(int64_t change) {
  const int64_t used = shared().used.fetch_add(change, std::memory_order_relaxed) + change;
  if (change > 0) raise_peak(used);
}

void count_use(ThreadCache& cache, int64_t change) {
  const int64_t unreported = cache.unreported.load(std::memory_order_relaxed) + change;
  if (unreported > kReportBytes || unreported < -kReportBytes) [[unlikely]] {
    add_used(unreported);
    cache.unreported.store(0, std::memory_order_relaxed);
  } else {
    cache.unreported.store(unreported, std::memory_order_relaxed);
  }
}

void return_lists(ThreadCache& cache) {
  for (int c = 0; c < kThreadClasses; ++c) {
    FreeList& list = cache.lists[static_cast<size_t>(c)];
    if (list.count() > 0) shared().pool.give(c, list, list.count());
  }
}

constinit thread_local ThreadCache* this_thread = nullptr;
constinit thread_local bool thread_ends = false;

/// Makes the cache of a thread and, when the thread ends, gives back what it holds.
struct ThreadCacheOwner {
  ThreadCacheOwner() {
    const std::scoped_lock lock(shared().mutex);
    shared().threads.push_back(&cache);
    this_thread = &cache;
  }
  ~ThreadCacheOwner() {
    this_thread = nullptr;
    thread_ends = true;
    return_lists(cache);
    add_used(cache.unreported);
    const std::scoped_lock lock(shared().mutex);
    std::erase(shared().threads, &cache);
    shared().allocations += cache.allocations;
    shared().hits += cache.hits;
  }
  ThreadCache cache;
};

/// The cache of this thread, made on first use; nullptr once the thread is about to end.
ThreadCache* thread_cache() {
  if (this_thread == nullptr && !thread_ends) {
    static thread_local ThreadCacheOwner owner;
  }
  return this_thread;
}

void count_allocation(ThreadCache* cache, size_t nbytes, bool hit) {
  if (cache != nullptr) {
    count_use(*cache, static_cast<int64_t>(nbytes));
    add<uint64_t>(cache->allocations, 1);
    add<uint64_t>(cache->hits, hit);
  } else {
    add_used(static_cast<int64_t>(nbytes));
    shared().allocations += 1;
    shared().hits += hit;
  }
}

/// Calls `take`; when that fails for lack of memory, once more after giving the lists of this thread back.
template <class F>
auto take_or_retry(ThreadCache* cache, F take) {
  try {
    return take();
  } catch (const MemoryError&) {
    if (cache == nullptr) throw;
  }
  return_lists(*cache);
  return take();
}

[[gnu::noinline]] void* allocate_shared(size_t nbytes) {
  ThreadCache* cache = thread_cache();
  if (nbytes > kMaxClassBytes) {
    const auto [block, reused] = take_or_retry(cache, [&] { return shared().pool.take_large(nbytes); });
    count_allocation(cache, nbytes, reused);
    return block;
  }
  const int c = size_class(nbytes);
  FreeList one;
  const bool keeps = cache != nullptr && c < kThreadClasses;
  FreeList& list = keeps ? cache->lists[static_cast<size_t>(c)] : one;
  const uint32_t want = keeps ? std::max(list_capacity(c) / 2, 1u) : 1;
  const bool reused = take_or_retry(cache, [&] { return shared().pool.take(c, want, list); });
  count_allocation(cache, nbytes, reused);
  return list.pop();
}

[[gnu::noinline]] void deallocate_shared(void* block, size_t nbytes) noexcept {
  ThreadCache* cache = thread_cache();
  if (cache != nullptr) {
    count_use(*cache, -static_cast<int64_t>(nbytes));
  } else {
    add_used(-static_cast<int64_t>(nbytes));
  }
  if (nbytes > kMaxClassBytes) return shared().pool.give_large(block);
  const int c = size_class(nbytes);
  if (cache == nullptr || c >= kThreadClasses) {
    FreeList one;
    one.push(block);
    return shared().pool.give(c, one, 1);
  }
  FreeList& list = cache->lists[static_cast<size_t>(c)];
  if (list.count() >= list_capacity(c)) shared().pool.give(c, list, list.count() / 2);
  list.push(block);
}

/// Each block on its own, so that a sanitizer sees every use after free.
[[maybe_unused]] void* allocate_uncached(size_t nbytes) {
  Shared& s = shared();
  const uint64_t limit = s.limit;
  const auto used = static_cast<uint64_t>(s.used);
  check<MemoryError>(limit == 0 || (nbytes <= limit && used <= limit - nbytes), "allocate: ", nbytes,
                     " bytes more would exceed the memory limit of ", limit, " bytes, ", used, " are in use");
  void* block = nullptr;
  check<MemoryError>(posix_memalign(&block, 64, nbytes) == 0, "allocate: the system refuses ", nbytes,
                     " bytes more, ", used, " are in use");
  count_allocation(nullptr, nbytes, false);
  return block;
}

}  // namespace

void* allocate(size_t nbytes) {
  if constexpr (!kAllocatorKeepsBlocks) return allocate_uncached(nbytes);
  ThreadCache* cache = this_thread;
  if (nbytes <= kThreadBytes && cache != nullptr) [[likely]] {
    if (void* block = cache->lists[static_cast<size_t>(size_class(nbytes))].pop()) [[likely]] {
      count_use(*cache, static_cast<int64_t>(nbytes));
      add<uint64_t>(cache->allocations, 1);
      add<uint64_t>(cache->hits, 1);
      return block;
    }
  }
  return allocate_shared(nbytes);
}

void deallocate(void* block, size_t nbytes) noexcept {
  if constexpr (!kAllocatorKeepsBlocks) {
    std::free(block);
    return add_used(-static_cast<int64_t>(nbytes));
  }
  ThreadCache* cache = this_thread;
  if (nbytes <= kThreadBytes && cache != nullptr) [[likely]] {
    const int c = size_class(nbytes);
    FreeList& list = cache->lists[static_cast<size_t>(c)];
    if (list.count() < list_capacity(c)) [[likely]] {
      list.push(block);
      return count_use(*cache, -static_cast<int64_t>(nbytes));
    }
  }
  deallocate_shared(block, nbytes);
}

MemoryStats memory_stats() {
  Shared& s = shared();
  const BlockPool::Totals totals = s.pool.totals();
  MemoryStats stats{.cached_bytes = totals.kept, .system_bytes = totals.system};
  const std::scoped_lock lock(s.mutex);
  int64_t used = s.used;
  stats.allocations = s.allocations;
  stats.cache_hits = s.hits;
  for (const ThreadCache* cache : s.threads) {
    used += cache->unreported;
    stats.allocations += cache->allocations;
    stats.cache_hits += cache->hits;
    for (int c = 0; c < kThreadClasses; ++c)
      stats.cached_bytes += cache->lists[static_cast<size_t>(c)].count() * class_bytes(c);
  }
  raise_peak(used);
  stats.used_bytes = static_cast<uint64_t>(used);
  stats.peak_bytes = static_cast<uint64_t>(s.peak.load());
  if (!kAllocatorKeepsBlocks) stats.system_bytes = stats.used_bytes;
  return stats;
}

void reset_peak_memory() {
  shared().peak = 0;
  memory_stats();
}

void set_memory_limit(uint64_t bytes) {
  shared().limit = bytes;
  shared().pool.set_limit(bytes);
}

void empty_cache() {
  if (ThreadCache* cache = thread_cache()) return_lists(*cache);
  shared().pool.release();
}

}  // namespace nucella
