#include "nucella/grad/no_grad.h"

#include "nucella/base/error.h"

namespace nucella {
namespace {

thread_local int depth = 0;

}  // namespace

NoGradScope::NoGradScope() { ++depth; }
NoGradScope::~NoGradScope() { --depth; }

bool grad_enabled() { return depth == 0; }

void check_grad_enabled() {
  check<RuntimeError>(grad_enabled(), "In no_grad context, you can not calculate gradient");
}

}  // namespace nucella
