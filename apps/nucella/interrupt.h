// CatchInterrupt: a training run that Ctrl-C shall end after the step at hand.
#pragma once
#include <csignal>

namespace nucella::app {

/// While one lives, Ctrl-C only raises the flag; a second one ends the program as usual.
class CatchInterrupt {
 public:
  CatchInterrupt();
  ~CatchInterrupt();
  CatchInterrupt(const CatchInterrupt&) = delete;
  CatchInterrupt& operator=(const CatchInterrupt&) = delete;

 private:
  struct sigaction previous_ {};
};
/// True once Ctrl-C was pressed within the last CatchInterrupt.
bool interrupted();

}  // namespace nucella::app
