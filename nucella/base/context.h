// Context: the settings of the process: mode, threads, determinism, random stream.
#pragma once
#include <optional>

#include "nucella/base/random.h"

namespace nucella {

/// MindSpore's numbers.
enum class Mode { kGraph = 0, kPynative = 1 };

struct Context {
  /// Cells run op by op (PyNative) or, later, as compiled graphs.
  Mode mode = Mode::kPynative;
  /// Threads that kernels, fills and file readers may use.
  int threads = 1;
  /// Kernels whose result depends on the number of threads or on timing are left out.
  bool deterministic = false;
  /// Where initializers take their numbers from.
  RandomStream random_stream = RandomStream::kV2;
};

/// What set_context() shall change; the rest stays.
struct ContextOptions {
  std::optional<Mode> mode = {};
  std::optional<int> threads = {};
  std::optional<bool> deterministic = {};
  std::optional<RandomStream> random_stream = {};
};

Context get_context();
/// ValueError for a wrong setting; then nothing is changed.
void set_context(const ContextOptions& options);

/// Single settings, for hot paths.
bool deterministic();
Mode execution_mode();

}  // namespace nucella
