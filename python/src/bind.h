// The parts of the module nucella._core; module.cpp calls each once.
#pragma once
#include <nanobind/nanobind.h>

namespace nucella::python {

namespace nb = nanobind;
using namespace nb::literals;

/// An argument that may be any object: None as well, which "name"_a turns away before the function can say
/// what it expects.
inline auto operator""_any(const char* name, size_t) { return nb::arg(name).none(); }

void bind_errors(nb::module_& m);
void bind_context(nb::module_& m);
void bind_dtype(nb::module_& m);
void bind_tensor(nb::module_& m);
void bind_ops(nb::module_& m);
void bind_creation(nb::module_& m);
void bind_parameter(nb::module_& m);
void bind_parameter_tuple(nb::module_& m);
void bind_initializers(nb::module_& m);
void bind_hook_handle(nb::module_& m);
void bind_cell(nb::module_& m);
void bind_containers(nb::module_& m);
void bind_layers(nb::module_& m);
void bind_normalisations(nb::module_& m);
void bind_losses(nb::module_& m);
void bind_layer_functions(nb::module_& m);
void bind_jit_config(nb::module_& m);
void bind_optimizers(nb::module_& m);
void bind_adaptive_optimizers(nb::module_& m);
void bind_other_optimizers(nb::module_& m);
void bind_schedules(nb::module_& m);
void bind_training_cells(nb::module_& m);
void bind_checkpoint(nb::module_& m);
void bind_name_rules(nb::module_& m);
void bind_graph(nb::module_& m);
void bind_grad(nb::module_& m);
void bind_custom_function(nb::module_& m);
void bind_gradient_visitor(nb::module_& m);
void bind_data(nb::module_& m);
void bind_text(nb::module_& m);

}  // namespace nucella::python
