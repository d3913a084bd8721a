// NoGradScope: code whose calls no tape shall see.
#pragma once

namespace nucella {

/// For as long as it lives nothing that this thread computes has a gradient, and asking for one is an error.
class NoGradScope {
 public:
  NoGradScope();
  ~NoGradScope();
  NoGradScope(const NoGradScope&) = delete;
  NoGradScope& operator=(const NoGradScope&) = delete;
};

/// False within a NoGradScope.
bool grad_enabled();
/// RuntimeError within a NoGradScope.
void check_grad_enabled();

}  // namespace nucella
