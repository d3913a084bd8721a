// Measures time and peak memory of "initialise, then load" beside "no init, then load", each in a process of
// its own.
#pragma once

namespace nucella::app {

/// Measures LeNet-5 (from its checkpoint) and a large MLP (from one that is made for this), and prints a
/// table.
void print_load_costs();

/// True when this process was started to measure one case.
bool is_load_cost_child(int argc, char** argv);
/// Builds and loads a net as argv says, prints seconds and peak bytes.
int run_load_cost_child(char** argv);

}  // namespace nucella::app
