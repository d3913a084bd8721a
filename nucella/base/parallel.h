// parallel_for: the one way to run a loop on all threads (OpenMP); nested calls and small ranges run
// serially.
#pragma once
#include <cstdint>
#include <functional>

namespace nucella {

/// Number of threads that parallel_for may use; at first what OpenMP says (OMP_NUM_THREADS or the cores).
int num_threads();
/// Sets it. ValueError unless n >= 1.
void set_num_threads(int n);

/// Keeps this thread's loops, and those of oneDNN, on one thread for as long as it lives.
class OneThreadScope {
 public:
  explicit OneThreadScope(bool wanted = true);
  ~OneThreadScope();
  OneThreadScope(const OneThreadScope&) = delete;
  OneThreadScope& operator=(const OneThreadScope&) = delete;

 private:
  int before_;
};

namespace detail {
bool worth_parallel(int64_t work, int64_t grain);
void parallel_run(int64_t begin, int64_t end, int64_t grain,
                  const std::function<void(int64_t, int64_t)>& body);
}  // namespace detail

/// Calls `body(first, last)` on disjoint pieces that cover [begin, end), each at least `grain` long.
/// An exception thrown by a piece reaches the caller after all pieces have ended.
template <class F>
void parallel_for(int64_t begin, int64_t end, int64_t grain, F&& body) {
  if (begin >= end) return;
  if (!detail::worth_parallel(end - begin, grain)) {
    body(begin, end);
  } else {
    detail::parallel_run(begin, end, grain, std::ref(body));
  }
}

}  // namespace nucella
