#include "nucella/base/context.h"

#include <atomic>

#include "nucella/base/error.h"
#include "nucella/base/parallel.h"

namespace nucella {
namespace {
std::atomic<Mode> mode_setting{Mode::kPynative};
std::atomic<bool> deterministic_setting{false};
}  // namespace

bool deterministic() { return deterministic_setting.load(std::memory_order_relaxed); }
Mode execution_mode() { return mode_setting.load(std::memory_order_relaxed); }

Context get_context() { return {execution_mode(), num_threads(), deterministic(), random_stream()}; }

void set_context(const ContextOptions& options) {
  if (options.mode)
    check<ValueError>(*options.mode == Mode::kGraph || *options.mode == Mode::kPynative,
                      "set_context: 'mode' must be GRAPH_MODE (0) or PYNATIVE_MODE (1), got ",
                      static_cast<int>(*options.mode));
  if (options.threads)
    check<ValueError>(*options.threads >= 1, "set_context: 'threads' must be at least 1, got ",
                      *options.threads);
  if (options.mode) mode_setting = *options.mode;
  if (options.threads) set_num_threads(*options.threads);
  if (options.deterministic) deterministic_setting = *options.deterministic;
  if (options.random_stream) set_random_stream(*options.random_stream);
}

}  // namespace nucella
