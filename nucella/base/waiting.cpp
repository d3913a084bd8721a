#include "nucella/base/waiting.h"

namespace nucella {
namespace {

WaitHooks wait_hooks;

}  // namespace

void set_wait_hooks(const WaitHooks& hooks) { wait_hooks = hooks; }

WaitScope::WaitScope() {
  if (wait_hooks.before) given_up_ = wait_hooks.before();
}

WaitScope::~WaitScope() {
  if (given_up_) wait_hooks.after(given_up_);
}

}  // namespace nucella
