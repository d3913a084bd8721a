// NestingScope: an error in the place of a stack that overflows when a cell contains itself.
#pragma once
#include "nucella/base/error.h"
#include "nucella/nn/cell.h"

namespace nucella {

/// Counts the levels of a walk down a tree of cells on this thread. RuntimeError, naming cell and method,
/// beyond kDeepest.
class NestingScope {
 public:
  static constexpr int kDeepest = 2000;

  NestingScope(const Cell& cell, const char* method) {
    check<RuntimeError>(depth_ < kDeepest, cell.class_name(), '.', method, ": cells are nested deeper than ",
                        kDeepest, " levels; does one contain itself?");
    ++depth_;
  }
  ~NestingScope() { --depth_; }
  NestingScope(const NestingScope&) = delete;
  NestingScope& operator=(const NestingScope&) = delete;

 private:
  static inline thread_local int depth_ = 0;
};

}  // namespace nucella
