// Waiting for a mutex without keeping the interpreter of another language locked meanwhile.
#pragma once
#include <mutex>

namespace nucella {

/// What a thread does around waiting for another. `before` gives up what the other may need (Python's
/// interpreter lock) and returns a note of it; `after` takes it back.
struct WaitHooks {
  void* (*before)() = nullptr;
  void (*after)(void* given_up) = nullptr;
};

/// Set once, by the extension module of that language.
void set_wait_hooks(const WaitHooks& hooks);

/// For the time in which this thread may wait.
class WaitScope {
 public:
  WaitScope();
  WaitScope(const WaitScope&) = delete;
  ~WaitScope();

 private:
  void* given_up_ = nullptr;
};

/// The lock of `mutex`; only when another thread has it this one waits, in a WaitScope.
template <class Mutex>
std::unique_lock<Mutex> lock_waiting(Mutex& mutex) {
  std::unique_lock<Mutex> lock(mutex, std::try_to_lock);
  if (!lock) {
    const WaitScope waiting;
    lock.lock();
  }
  return lock;
}

}  // namespace nucella
