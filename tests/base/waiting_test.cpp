#include "nucella/base/waiting.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace nucella {
namespace {

std::atomic<int> given_up = 0, taken_back = 0;

struct CountedWaits {
  CountedWaits() {
    given_up = taken_back = 0;
    set_wait_hooks({[]() -> void* {
                      ++given_up;
                      return &given_up;
                    },
                    [](void* note) {
                      EXPECT_EQ(note, &given_up);
                      ++taken_back;
                    }});
  }
  ~CountedWaits() { set_wait_hooks({}); }
};

TEST(LockWaiting, GivesNothingUpForAMutexThatIsFree) {
  const CountedWaits counted;
  std::mutex mutex;
  { const auto lock = lock_waiting(mutex); }
  { const auto lock = lock_waiting(mutex); }
  EXPECT_EQ(given_up, 0);
}

TEST(LockWaiting, GivesUpWhatTheOtherThreadNeedsWhileItWaits) {
  const CountedWaits counted;
  std::mutex mutex;
  int guarded = 0;
  std::thread other;
  {
    const auto lock = lock_waiting(mutex);
    other = std::thread([&] {
      const auto second = lock_waiting(mutex);
      ++guarded;
    });
    while (given_up == 0) std::this_thread::yield();  // what the other holds is free now
    EXPECT_EQ(taken_back, 0);
    EXPECT_EQ(guarded, 0);
  }
  other.join();
  EXPECT_EQ(guarded, 1);
  EXPECT_EQ(taken_back, 1);
}

}  // namespace
}  // namespace nucella
