// NoRecomputeScope: recompute() calls its function and nothing more.
#pragma once

namespace nucella {

/// For those who note the ops of a computation, as long as it lives, on this thread.
class NoRecomputeScope {
 public:
  NoRecomputeScope();
  ~NoRecomputeScope();
  NoRecomputeScope(const NoRecomputeScope&) = delete;
  NoRecomputeScope& operator=(const NoRecomputeScope&) = delete;

 private:
  bool before_;
};

}  // namespace nucella
