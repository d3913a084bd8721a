// Registration of hooks on a Cell.
#include "cell_object.h"
#include "hook_functions.h"
#include "hook_handle.h"
#include "nucella/base/context.h"

namespace nucella::python {
namespace {

// In GRAPH_MODE nothing is registered, before anything is looked at; see Cell::register_forward_hook.
nb::handle checked(nb::handle function, const char* who) {
  return execution_mode() == Mode::kGraph ? function : PyFunction::checked(function, who);
}

}  // namespace

void bind_cell_hooks(CellType& cell) {
  cell.def(
      "register_forward_pre_hook",
      [](nb::handle self, nb::handle hook_fn, bool with_kwargs, bool prepend) {
        Cell& target = require_cell(self, "register_forward_pre_hook");
        return handle_on(
            self, "forward_pre",
            target.register_forward_pre_hook_with_kwargs(
                PyForwardPreHook(checked(hook_fn, "Cell.register_forward_pre_hook"), with_kwargs), prepend));
      },
      "hook_fn"_a.none(), nb::kw_only(), "with_kwargs"_a = false, "prepend"_a = false,
      R"(Calls ``hook_fn(cell, inputs)`` before construct; what it returns replaces the inputs (a tuple: all, anything
else but None: the one argument). With `with_kwargs`: ``hook_fn(cell, args, kwargs)`` -> None or (args, kwargs).

Returns a handle with remove(). Has no effect in GRAPH_MODE. TypeError unless `hook_fn` can be called.

Examples:
    >>> net = nn.ReLU()
    >>> handle = net.register_forward_pre_hook(lambda cell, inputs: (inputs[0] + 10,))
    >>> print(net(Tensor([-1.0, 2.0])))
    [ 9. 12.]
    >>> handle.remove()
    >>> print(net(Tensor([-1.0, 2.0])))
    [0. 2.])");
  cell.def(
      "register_forward_hook",
      [](nb::handle self, nb::handle hook_fn, bool with_kwargs, bool prepend) {
        Cell& target = require_cell(self, "register_forward_hook");
        return handle_on(
            self, "forward",
            target.register_forward_hook_with_kwargs(
                PyForwardHook(checked(hook_fn, "Cell.register_forward_hook"), with_kwargs), prepend));
      },
      "hook_fn"_a.none(), nb::kw_only(), "with_kwargs"_a = false, "prepend"_a = false,
      R"(Calls ``hook_fn(cell, inputs, output)`` after construct; what it returns, unless None, replaces the output.
With `with_kwargs`: ``hook_fn(cell, args, kwargs, output)``.

Returns a handle with remove(). Has no effect in GRAPH_MODE. TypeError unless `hook_fn` can be called.

Examples:
    >>> net = nn.ReLU()
    >>> handle = net.register_forward_hook(lambda cell, inputs, output: output * 10)
    >>> print(net(Tensor([-1.0, 2.0])))
    [ 0. 20.])");
  cell.def(
      "register_backward_pre_hook",
      [](nb::handle self, nb::handle hook_fn) {
        Cell& target = require_cell(self, "register_backward_pre_hook");
        return handle_on(self, "backward_pre",
                         target.register_backward_pre_hook(
                             PyBackwardPreHook(checked(hook_fn, "Cell.register_backward_pre_hook"))));
      },
      "hook_fn"_a.none(),
      R"(Calls ``hook_fn(cell, grad_output)`` before the cell's backward pass, with one gradient (or None) for each
output; it may return others: a tuple of as many, or the Tensor itself where there is one.

Returns a handle with remove(). Has no effect in GRAPH_MODE. TypeError unless `hook_fn` can be called.

Examples:
    >>> net = nn.ReLU()
    >>> handle = net.register_backward_pre_hook(lambda cell, grad_output: (grad_output[0] * 10,))
    >>> print(nucella.grad(net)(Tensor([-1.0, 2.0])))
    [ 0. 10.])");
  cell.def(
      "register_backward_hook",
      [](nb::handle self, nb::handle hook_fn) {
        Cell& target = require_cell(self, "register_backward_hook");
        return handle_on(
            self, "backward",
            target.register_backward_hook(PyBackwardHook(checked(hook_fn, "Cell.register_backward_hook"))));
      },
      "hook_fn"_a.none(),
      R"(Calls ``hook_fn(cell, grad_input, grad_output)`` after the cell's backward pass, with one gradient (or None)
for each tensor input and output; what it returns leaves the cell through the inputs instead.

Returns a handle with remove(). Has no effect in GRAPH_MODE. TypeError unless `hook_fn` can be called.

Examples:
    >>> net = nn.ReLU()
    >>> handle = net.register_backward_hook(lambda cell, grad_input, grad_output: print(*grad_input, *grad_output))
    >>> _ = nucella.grad(net)(Tensor([-1.0, 2.0]))
    [0. 1.] [1. 1.])");
}

}  // namespace nucella::python
