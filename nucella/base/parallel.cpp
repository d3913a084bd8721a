#include "nucella/base/parallel.h"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <mutex>

#include "nucella/base/error.h"

#if defined(__SANITIZE_THREAD__)
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#define NUCELLA_TSAN_ACQUIRE(p) __tsan_acquire(p)
#define NUCELLA_TSAN_RELEASE(p) __tsan_release(p)
#else
#define NUCELLA_TSAN_ACQUIRE(p) static_cast<void>(p)
#define NUCELLA_TSAN_RELEASE(p) static_cast<void>(p)
#endif

namespace nucella {

int num_threads() { return omp_get_max_threads(); }

void set_num_threads(int n) {
  check<ValueError>(n >= 1, "set_num_threads: 'n' must be at least 1, got ", n);
  omp_set_num_threads(n);
}

OneThreadScope::OneThreadScope(bool wanted) : before_(omp_get_max_threads()) {
  if (wanted) omp_set_num_threads(1);
}
OneThreadScope::~OneThreadScope() { omp_set_num_threads(before_); }

namespace detail {

bool worth_parallel(int64_t work, int64_t grain) {
  return work >= 2 * std::max<int64_t>(grain, 1) && !omp_in_parallel() && omp_get_max_threads() > 1;
}

void parallel_run(int64_t begin, int64_t end, int64_t grain,
                  const std::function<void(int64_t, int64_t)>& body) {
  const int64_t total = end - begin;
  const int64_t pieces = std::min<int64_t>(omp_get_max_threads(), total / std::max<int64_t>(grain, 1));
  std::exception_ptr failure;
  std::mutex failure_mutex;
  char fork = 0, join = 0;  // libgomp is not instrumented: these tell TSan of its fork and join
  NUCELLA_TSAN_RELEASE(&fork);
#pragma omp parallel for num_threads(static_cast <int>(pieces)) schedule(static, 1)
  for (int64_t i = 0; i < pieces; ++i) {
    NUCELLA_TSAN_ACQUIRE(&fork);
    try {
      body(begin + total * i / pieces, begin + total * (i + 1) / pieces);
    } catch (...) {
      std::scoped_lock lock(failure_mutex);
      failure = std::current_exception();
    }
    NUCELLA_TSAN_RELEASE(&join);
  }
  NUCELLA_TSAN_ACQUIRE(&join);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace detail
}  // namespace nucella
