#include "apps/nucella/interrupt.h"

namespace nucella::app {
namespace {

volatile std::sig_atomic_t raised = 0;

}  // namespace

CatchInterrupt::CatchInterrupt() {
  raised = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { raised = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, &previous_);
}
CatchInterrupt::~CatchInterrupt() { sigaction(SIGINT, &previous_, nullptr); }

bool interrupted() { return raised != 0; }

}  // namespace nucella::app
