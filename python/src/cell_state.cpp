// state_dict and load_state_dict, and their hooks.
#include "cell_object.h"
#include "hook_functions.h"
#include "hook_handle.h"

namespace nucella::python {
namespace {

nb::object state_dict(nb::handle self, nb::args args, nb::object destination, nb::object prefix,
                      nb::object keep_vars) {
  if (!args.empty()) {
    PyErr_WarnEx(PyExc_FutureWarning, "Cell.state_dict: positional arguments will go; use keywords", 1);
    destination = args[0];
    if (args.size() > 1) prefix = args[1];
    if (args.size() > 2) keep_vars = args[2];
  }
  if (!destination.is_none() && !PyDict_Check(destination.ptr()))
    raise<TypeError>("Cell.state_dict: 'destination' must be a dict, got ", object_type(destination));
  if (!PyUnicode_Check(prefix.ptr()))
    raise<TypeError>("Cell.state_dict: 'prefix' must be a str, got ", object_type(prefix));
  if (!PyBool_Check(keep_vars.ptr()))
    raise<TypeError>("Cell.state_dict: 'keep_vars' must be a bool, got ", object_type(keep_vars));
  StateDict out = destination.is_none() ? StateDict() : to_state_dict(destination);
  require_cell(self, "state_dict").state_dict(out, nb::cast<std::string>(prefix), keep_vars.ptr() == Py_True);
  if (destination.is_none()) destination = to_python(StateDict());
  nb::object pairs = to_python(out);
  destination.attr("update")(pairs);
  return destination;
}

nb::object load_state_dict(nb::handle self, nb::handle state, bool strict) {
  if (!is_mapping(state))
    raise<TypeError>("Cell.load_state_dict: 'state_dict' must be a dict, got ", object_type(state));
  const IncompatibleKeys keys =
      require_cell(self, "load_state_dict").load_state_dict(to_state_dict(state), strict);
  return nb::module_::import_("nucella.nn.state")
      .attr("IncompatibleKeys")(nb::cast(keys.missing_keys), nb::cast(keys.unexpected_keys));
}

nb::object get_extra_state(nb::handle self) {
  Cell& cell = require_cell(self, "get_extra_state");
  return to_python(cell.Cell::get_extra_state());
}

}  // namespace

void bind_cell_state(CellType& cell) {
  cell.def(
      "state_dict", &state_dict, "args"_a, nb::kw_only(), "destination"_a = nb::none(),
      "prefix"_a.none() = "", "keep_vars"_a.none() = false,
      R"(Live parameters, persistent buffers and extra state by attribute path, in order; with `keep_vars` copies.

Args:
    destination (dict): Filled and returned, when given.
    prefix (str): Put in front of every key.
    keep_vars (bool): Copies instead of the live objects.

Raises:
    TypeError: An argument is of another type.

Examples:
    >>> list(nn.SequentialCell(nn.Dense(2, 3)).state_dict(prefix="net."))
    ['net.0.weight', 'net.0.bias'])");
  cell.def(
      "load_state_dict", &load_state_dict, "state_dict"_a.none(), "strict"_a = true,
      R"(Copies values into the parameters and buffers, cast to their dtype; nothing changes when it raises.

Returns a named tuple of missing_keys and unexpected_keys.

Raises:
    TypeError: `state_dict` is not a dict.
    RuntimeError: Lists every wrong shape and kind and, if `strict`, every missing and unexpected key.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> net.load_state_dict(nn.Dense(2, 3).state_dict())
    <All keys matched successfully>
    >>> net.load_state_dict({"weight": net.weight}, strict=False).missing_keys
    ['bias'])");
  cell.def("get_extra_state", &get_extra_state,
           R"(What else belongs to the state. RuntimeError unless overridden.

Examples:
    >>> class Counter(nn.Cell):
    ...     def get_extra_state(self):
    ...         return {"calls": 3}
    >>> Counter().state_dict()["_extra_state"]
    {'calls': 3})");
  cell.def(
      "set_extra_state",
      [](nb::handle self, nb::handle state) {
        require_cell(self, "set_extra_state").Cell::set_extra_state(to_value(state));
      },
      "state"_a.none(), R"(Takes what get_extra_state() gave. RuntimeError unless overridden.

Examples:
    >>> class Counter(nn.Cell):
    ...     def get_extra_state(self):
    ...         return {"calls": 3}
    ...     def set_extra_state(self, state):
    ...         self.calls = state["calls"]
    >>> net = Counter()
    >>> net.load_state_dict(Counter().state_dict())
    <All keys matched successfully>
    >>> net.calls
    3)");
  cell.def(
      "register_state_dict_pre_hook",
      [](nb::handle self, nb::handle hook) {
        Cell& target = require_cell(self, "register_state_dict_pre_hook");
        return handle_on(self, "state_pre", target.register_state_dict_pre_hook(PyStateDictPreHook(hook)));
      },
      "hook"_a.none(), R"(Calls ``hook(cell, prefix, keep_vars)`` before state_dict() looks at the cell.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> handle = net.register_state_dict_pre_hook(lambda cell, prefix, keep_vars: print("saving", cell.cls_name))
    >>> _ = net.state_dict()
    saving Dense)");
  cell.def(
      "register_state_dict_post_hook",
      [](nb::handle self, nb::handle hook) {
        Cell& target = require_cell(self, "register_state_dict_post_hook");
        return handle_on(self, "state_post", target.register_state_dict_post_hook(PyStateDictPostHook(hook)));
      },
      "hook"_a.none(),
      R"(Calls ``hook(cell, state_dict, prefix, local_metadata)`` after the cell and those below it.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> handle = net.register_state_dict_post_hook(lambda cell, state, *rest: state.__delitem__("bias"))
    >>> list(net.state_dict())
    ['weight'])");
  cell.def(
      "register_load_state_dict_pre_hook",
      [](nb::handle self, nb::handle hook) {
        Cell& target = require_cell(self, "register_load_state_dict_pre_hook");
        return handle_on(self, "load_pre",
                         target.register_load_state_dict_pre_hook(PyLoadStateDictPreHook(hook)));
      },
      "hook"_a.none(),
      R"(Calls ``hook(cell, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)`` before the cell reads from the (copied) dict.

Examples:
    >>> def rename(cell, state, prefix, metadata, strict, missing, unexpected, errors):
    ...     state[prefix + "bias"] = state.pop(prefix + "b")
    >>> net = nn.Dense(2, 3)
    >>> handle = net.register_load_state_dict_pre_hook(rename)
    >>> net.load_state_dict({"weight": net.weight, "b": net.bias})
    <All keys matched successfully>)");
  cell.def(
      "register_load_state_dict_post_hook",
      [](nb::handle self, nb::handle hook) {
        Cell& target = require_cell(self, "register_load_state_dict_post_hook");
        return handle_on(self, "load_post",
                         target.register_load_state_dict_post_hook(PyLoadStateDictPostHook(hook)));
      },
      "hook"_a.none(),
      R"(Calls ``hook(cell, incompatible_keys)`` after the cell and those below it have loaded.

Examples:
    >>> net = nn.Dense(2, 3)
    >>> handle = net.register_load_state_dict_post_hook(lambda cell, keys: keys.missing_keys.clear())
    >>> net.load_state_dict({"weight": net.weight})
    <All keys matched successfully>)");
}

}  // namespace nucella::python
