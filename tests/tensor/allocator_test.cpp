#include "nucella/tensor/allocator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "nucella/base/error.h"
#include "nucella/tensor/size_classes.h"

namespace nucella {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

/// Lives longer than anything in the program that frees its memory in time.
struct Everlasting {
  void* small = allocate(1000);
  void* large = allocate(2 * kMiB);
  ~Everlasting() {
    deallocate(small, 1000);
    deallocate(large, 2 * kMiB);
    deallocate(allocate(500), 500);
  }
};
const Everlasting kEverlasting;

/// Undoes what a test sets for the whole process.
struct Allocator : testing::Test {
  void SetUp() override { empty_cache(); }
  void TearDown() override {
    set_memory_limit(0);
    empty_cache();
  }
};

TEST(SizeClasses, HoldTheirSizesWithLittleWaste) {
  int last = -1;
  for (size_t n = 1; n <= 4 * kMiB; n += n < 5000 ? 1 : 997) {
    const int c = size_class(n);
    ASSERT_GE(class_bytes(c), n);
    ASSERT_TRUE(c == last || c == last + 1) << n;
    ASSERT_EQ(class_bytes(c) % 64, 0u);
    ASSERT_LE(class_bytes(c) - n, std::max(size_t{63}, n / 4)) << n;
    last = c;
  }
}

TEST_F(Allocator, BlocksAreAlignedAndTheirOwn) {
  std::vector<std::pair<unsigned char*, size_t>> blocks;
  for (size_t n :
       {size_t{1}, size_t{63}, size_t{64}, size_t{65}, size_t{4096}, size_t{33000}, kMiB, kMiB + 1, 5 * kMiB})
    for (int i = 0; i < 3; ++i) {
      auto* p = static_cast<unsigned char*>(allocate(n));
      ASSERT_EQ(reinterpret_cast<uintptr_t>(p) % 64, 0u);
      std::memset(p, static_cast<int>(blocks.size()), n);
      blocks.emplace_back(p, n);
    }
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto [p, n] = blocks[i];
    EXPECT_EQ(p[0], i);
    EXPECT_EQ(p[n / 2], i);
    EXPECT_EQ(p[n - 1], i);
    deallocate(p, n);
  }
}

TEST_F(Allocator, FreedBlocksAreReused) {
  for (const size_t n : {size_t{100}, size_t{40000}, 3 * kMiB, 64 * kMiB}) {
    deallocate(allocate(n), n);
    const MemoryStats before = memory_stats();
    for (int i = 0; i < 5; ++i) deallocate(allocate(n - 30), n - 30);
    const MemoryStats after = memory_stats();
    EXPECT_EQ(after.allocations, before.allocations + 5);
    EXPECT_EQ(after.cache_hits, before.cache_hits + (kAllocatorKeepsBlocks ? 5 : 0)) << n;
    EXPECT_EQ(after.system_bytes, before.system_bytes);
  }
}

TEST_F(Allocator, ALargeBlockIsNotWastedOnASmallerTensor) {
  deallocate(allocate(8 * kMiB), 8 * kMiB);
  const MemoryStats before = memory_stats();
  void* p = allocate(6 * kMiB);
  EXPECT_EQ(memory_stats().cache_hits, before.cache_hits);
  deallocate(p, 6 * kMiB);
}

TEST_F(Allocator, StatisticsFollowWhatIsInUse) {
  const MemoryStats start = memory_stats();
  reset_peak_memory();
  void* a = allocate(1000);
  void* b = allocate(10 * kMiB);
  EXPECT_EQ(memory_stats().used_bytes, start.used_bytes + 1000 + 10 * kMiB);
  EXPECT_EQ(memory_stats().allocations, start.allocations + 2);
  deallocate(b, 10 * kMiB);
  const MemoryStats after = memory_stats();
  EXPECT_EQ(after.used_bytes, start.used_bytes + 1000);
  EXPECT_GE(after.peak_bytes, start.used_bytes + 1000 + 10 * kMiB);
  EXPECT_GE(after.system_bytes, after.used_bytes + after.cached_bytes);
  EXPECT_GE(after.cached_bytes, kAllocatorKeepsBlocks ? 10 * kMiB : 0);
  deallocate(a, 1000);
  reset_peak_memory();
  EXPECT_EQ(memory_stats().peak_bytes, start.used_bytes);
}

TEST_F(Allocator, EmptyCacheReturnsEverythingThatIsFree) {
  const MemoryStats start = memory_stats();
  std::vector<std::pair<void*, size_t>> blocks;
  for (size_t n = 64; n <= 4 * kMiB; n += n / 3)
    for (int i = 0; i < 20; ++i) blocks.emplace_back(allocate(n), n);
  for (auto [p, n] : blocks) deallocate(p, n);
  empty_cache();
  EXPECT_EQ(memory_stats().used_bytes, start.used_bytes);
  EXPECT_EQ(memory_stats().system_bytes, start.system_bytes);
}

TEST_F(Allocator, EmptyCacheKeepsBlocksInUse) {
  std::vector<char*> blocks;
  for (int i = 0; i < 2000; ++i) blocks.push_back(static_cast<char*>(allocate(2000)));
  for (size_t i = 0; i < blocks.size(); ++i) *blocks[i] = static_cast<char>(i);
  for (size_t i = 0; i < blocks.size(); ++i)
    if (i % 100 != 0) deallocate(blocks[i], 2000);
  empty_cache();
  std::vector<char*> again;
  for (int i = 0; i < 1980; ++i) {
    again.push_back(static_cast<char*>(allocate(2000)));
    std::memset(again.back(), 0x55, 2000);
  }
  for (size_t i = 0; i < blocks.size(); i += 100) {
    EXPECT_EQ(*blocks[i], static_cast<char>(i));
    deallocate(blocks[i], 2000);
  }
  for (char* p : again) deallocate(p, 2000);
}

TEST_F(Allocator, TheLimitRefusesWithTheFigures) {
  const uint64_t base = memory_stats().system_bytes;
  set_memory_limit(base + 32 * kMiB);
  void* p = allocate(20 * kMiB);
  try {
    deallocate(allocate(20 * kMiB), 20 * kMiB);
    FAIL() << "beyond the limit";
  } catch (const MemoryError& e) {
    EXPECT_NE(std::string(e.what()).find(std::to_string(base + 32 * kMiB)), std::string::npos) << e.what();
  }
  deallocate(p, 20 * kMiB);
  set_memory_limit(0);
  deallocate(allocate(40 * kMiB), 40 * kMiB);
}

TEST_F(Allocator, KeptBlocksAreReleasedBeforeTheLimitRefuses) {
  set_memory_limit(memory_stats().system_bytes + 32 * kMiB);
  deallocate(allocate(20 * kMiB), 20 * kMiB);
  std::vector<void*> small;
  for (int i = 0; i < 500; ++i) small.push_back(allocate(30000));
  for (void* p : small) deallocate(p, 30000);
  void* p = nullptr;
  EXPECT_NO_THROW(p = allocate(30 * kMiB));
  if (p != nullptr) deallocate(p, 30 * kMiB);
}

TEST_F(Allocator, MoreThanTheMachineHasIsAMemoryError) {
  const MemoryStats before = memory_stats();
  for (const size_t n : {size_t{1} << 50, size_t{1} << 62, SIZE_MAX - 64, SIZE_MAX})
    EXPECT_THROW(allocate(n), MemoryError);
  EXPECT_EQ(memory_stats().used_bytes, before.used_bytes);
}

TEST_F(Allocator, SizesThatNeverComeAgainDoNotPileUp) {
  const uint64_t start = memory_stats().system_bytes;
  for (size_t n = 8 * kMiB; n < 300 * kMiB; n += n / 7) deallocate(allocate(n), n);
  EXPECT_LE(memory_stats().system_bytes, start + 1000 * kMiB);
}

TEST_F(Allocator, ThreadsHammerAndFreeEachOthersBlocks) {
  struct Block {
    uint64_t* p;
    size_t n;
  };
  const uint64_t used = memory_stats().used_bytes;
  std::array<std::vector<Block>, 4> boxes;
  std::array<std::mutex, 4> locks;
  const auto check_and_free = [](Block b) {
    ASSERT_EQ(b.p[0], b.n);
    ASSERT_EQ(b.p[b.n / 8 - 1], b.n);
    deallocate(b.p, b.n);
  };
  const auto work = [&](size_t me) {
    std::mt19937 random(static_cast<unsigned>(me));
    for (int i = 0; i < 5000; ++i) {
      const size_t n = 8 * (1 + random() % (i % 50 == 0 ? 300000 : 3000));
      const Block block{static_cast<uint64_t*>(allocate(n)), n};
      block.p[0] = n;
      block.p[n / 8 - 1] = n;
      const size_t to = random() % boxes.size();
      std::vector<Block> mine;
      {
        const std::scoped_lock lock(locks[to]);
        boxes[to].push_back(block);
        if (boxes[to].size() > 100) mine.swap(boxes[to]);
      }
      for (const Block b : mine) check_and_free(b);
    }
  };
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) threads.emplace_back(work, t);
  for (int i = 0; i < 20; ++i) {
    memory_stats();
    empty_cache();
  }
  for (std::thread& t : threads) t.join();
  for (const auto& box : boxes)
    for (const Block b : box) check_and_free(b);
  EXPECT_EQ(memory_stats().used_bytes, used);
}

TEST_F(Allocator, AThreadThatEndsGivesItsBlocksBack) {
  const uint64_t start = memory_stats().system_bytes;
  std::thread([] {
    static thread_local Everlasting until_the_thread_ends;
    for (int i = 0; i < 100; ++i) deallocate(allocate(5000), 5000);
    EXPECT_NE(until_the_thread_ends.small, kEverlasting.small);
    std::vector<void*> blocks;
    for (int i = 0; i < 100; ++i) blocks.push_back(allocate(700));
    for (void* p : blocks) deallocate(p, 700);
  }).join();
  empty_cache();
  EXPECT_EQ(memory_stats().system_bytes, start);
}

}  // namespace
}  // namespace nucella
