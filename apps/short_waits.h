// Programs whose threads wait shortly: a machine that is busy with other work slows them down least.
#pragma once
#include <stdlib.h>
#include <unistd.h>

namespace nucella::app {

/// Lets threads that wait for the next kernel sleep after some microseconds instead of milliseconds, which
/// they would take from the threads they wait for when cores are scarce (docs/performance.md). OpenMP has
/// read its settings before main() begins, so the program starts once more. What the user has set stays.
inline void wait_shortly(char** argv) {
  if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT")) return;
  setenv("GOMP_SPINCOUNT", "2000", 1);
  execv("/proc/self/exe", argv);  // comes back only when it has failed; then the threads wait as they do
}

}  // namespace nucella::app
