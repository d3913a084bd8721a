// Tensor.register_hook: functions of Python that see a tensor's gradient.
#include "bind.h"
#include "hook_functions.h"
#include "hook_handle.h"
#include "nucella/grad/tensor_hook.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

struct PyTensorHook : PyFunction {
  using PyFunction::PyFunction;
  Tensor operator()(const Tensor& grad) const {
    const nb::gil_scoped_acquire gil;
    const nb::object returned = call(to_python(grad));
    if (returned.is_none()) return {};
    const Tensor* replacement = tensor_of(returned);
    check<RuntimeError>(replacement,
                        "Tensor hook should be return Tensor, but get type: ", object_type(returned), '.');
    return *replacement;
  }
};

nb::list hooks_of(const Tensor& t) {
  nb::list out;
  for (const TensorHook& hook : hooks(t))
    if (const auto* python = hook.target<PyTensorHook>()) out.append(nb::handle(python->object()));
  return out;
}

}  // namespace

void bind_tensor_hooks(nb::class_<Tensor>& c) {
  c.def(
      "register_hook",
      [](const Tensor& t, nb::handle hook_fn) {
        check<ValueError>(!inside_graph() || !Parameter::of(t).defined(),
                          "Register hook for Parameter inside graph is not supported.");
        return PyHookHandle{
            register_hook(t, PyTensorHook(PyFunction::checked(hook_fn, "Tensor.register_hook"))), {}, "", 0};
      },
      "hook_fn"_a.none(),
      R"(Calls ``hook_fn(grad)`` in every backward pass with the gradient of this tensor, summed over all its uses; a
Tensor that it returns takes the place of the gradient, None leaves it.

Several hooks run in the order of their registration. A hook that refers to its own tensor keeps it alive until it is
removed.

Returns a handle with remove(). TypeError unless `hook_fn` can be called; RuntimeError for a Parameter without
requires_grad; ValueError for a Parameter within a call in GRAPH_MODE. In the backward pass RuntimeError when the hook returns something else, ValueError for another shape.)");
  c.def("hooks", &hooks_of, "The functions that register_hook() has been given, less those removed.");
}

}  // namespace nucella::python
