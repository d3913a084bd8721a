// Parts of bind_layers() and bind_optimizers(), each in a file of its own.
#pragma once
#include <nanobind/nanobind.h>

namespace nucella::python {

void bind_activation_layers(nanobind::module_& m);
void bind_schedules(nanobind::module_& m);

}  // namespace nucella::python
