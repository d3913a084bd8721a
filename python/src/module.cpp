// nucella._core: the C++ core as Python sees it.
#include "bind.h"

NB_MODULE(_core, m) {
  using namespace nucella::python;
  nb::set_leak_warnings(false);  // objects that a user keeps until the interpreter ends are no leaks
  bind_errors(m);
  bind_context(m);
  bind_dtype(m);
  bind_tensor(m);
  bind_ops(m);
  bind_creation(m);
  bind_parameter(m);
  bind_parameter_tuple(m);
  nb::module_ initializers = m.def_submodule("initializers");  // one is called as a layer is
  bind_initializers(initializers);
  bind_hook_handle(m);
  bind_cell(m);
  bind_containers(m);
  bind_layers(m);
  bind_normalisations(m);
  bind_losses(m);
  bind_layer_functions(m);
  bind_jit_config(m);
  bind_optimizers(m);
  bind_name_rules(m);
  bind_graph(m);
  bind_checkpoint(m);
  bind_grad(m);
  bind_custom_function(m);
  bind_gradient_visitor(m);
  bind_data(m);
  bind_text(m);
}
