// Parts of bind_layers(), bind_losses() and bind_optimizers(), each in a file of its own.
#pragma once
#include <nanobind/nanobind.h>

namespace nucella::python {

void bind_activation_layers(nanobind::module_& m);
void bind_convolutions(nanobind::module_& m);
void bind_image_layers(nanobind::module_& m);
void bind_loss_base(nanobind::module_& m);
void bind_lookups(nanobind::module_& m);
void bind_more_losses(nanobind::module_& m);
void bind_recurrent(nanobind::module_& m);
void bind_transformer(nanobind::module_& m);
void bind_more_pools(nanobind::module_& m);
void bind_paddings(nanobind::module_& m);
void bind_pools(nanobind::module_& m);
void bind_schedules(nanobind::module_& m);
void bind_small_layers(nanobind::module_& m);

}  // namespace nucella::python
