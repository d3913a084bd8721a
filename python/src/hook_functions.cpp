#include "hook_functions.h"

namespace nucella::python {
namespace {

// What a gradient hook returned: nothing, one Tensor, or a tuple of them with None where there is none.
std::optional<Tensors> gradients_from(nb::handle returned, const char* who) {
  if (returned.is_none()) return {};
  return to_tensors(returned, who, "the returned gradient");
}

Values positional_from(nb::handle returned) {
  if (PyTuple_CheckExact(returned.ptr())) return to_values(returned);
  return {to_value(returned)};
}

nb::list list_of(const std::vector<std::string>& names) {
  nb::list out;
  for (const std::string& name : names) out.append(name);
  return out;
}

void take_back(std::vector<std::string>& names, const nb::list& list) {
  names.clear();
  for (nb::handle name : list) names.push_back(nb::cast<std::string>(nb::str(name)));
}

void check_none(nb::handle returned, const char* who) {
  check<RuntimeError>(returned.is_none(), who, ": a hook must return None, got ", object_type(returned));
}

}  // namespace

PyFunction::PyFunction(const PyFunction& other) {
  const nb::gil_scoped_acquire gil;
  function_ = other.function_;
}
PyFunction::~PyFunction() {
  if (!Py_IsInitialized()) {
    function_.release();
    return;
  }
  const nb::gil_scoped_acquire gil;
  function_.reset();
}

nb::handle PyFunction::checked(nb::handle function, std::string_view who) {
  if (!PyCallable_Check(function.ptr()))
    raise<TypeError>(who, ": 'hook_fn' must be a function, got ", object_type(function));
  if (PyObject_HasAttrString(function.ptr(), "__wrapped_by_jit__"))
    raise<TypeError>(who, ": 'hook_fn' must be a plain function, got one marked by jit");
  return function;
}

std::optional<Arguments> PyForwardPreHook::operator()(Cell& cell, const Arguments& args) const {
  const nb::gil_scoped_acquire gil;
  if (!with_kwargs) {
    const nb::object returned = call(python::to_python(cell), python::to_python(args.inputs));
    if (returned.is_none()) return {};
    return Arguments{positional_from(returned), args.keywords};
  }
  const nb::object returned =
      call(python::to_python(cell), python::to_python(args.inputs), to_python_keywords(args.keywords));
  if (returned.is_none()) return {};
  check<RuntimeError>(
      PyTuple_CheckExact(returned.ptr()) && nb::len(returned) == 2 && PyDict_Check(returned[1].ptr()),
      "register_forward_pre_hook: a hook with kwargs must return None or (args, kwargs), got ",
      object_type(returned));
  return Arguments{positional_from(returned[0]), to_keywords(returned[1])};
}

std::optional<Value> PyForwardHook::operator()(Cell& cell, const Arguments& args, const Value& output) const {
  const nb::gil_scoped_acquire gil;
  const nb::object self = python::to_python(cell), inputs = python::to_python(args.inputs);
  const nb::object out = python::to_python(output);
  const nb::object returned =
      with_kwargs ? call(self, inputs, to_python_keywords(args.keywords), out) : call(self, inputs, out);
  if (returned.is_none()) return {};
  return to_value(returned);
}

std::optional<Tensors> PyBackwardPreHook::operator()(Cell& cell, const Tensors& grad_output) const {
  const nb::gil_scoped_acquire gil;
  return gradients_from(call(python::to_python(cell), python::to_python(grad_output)),
                        "register_backward_pre_hook");
}

std::optional<Tensors> PyBackwardHook::operator()(Cell& cell, const Tensors& grad_input,
                                                  const Tensors& grad_output) const {
  const nb::gil_scoped_acquire gil;
  return gradients_from(
      call(python::to_python(cell), python::to_python(grad_input), python::to_python(grad_output)),
      "register_backward_hook");
}

void PyStateDictPreHook::operator()(Cell& cell, const std::string& prefix, bool keep_vars) const {
  const nb::gil_scoped_acquire gil;
  call(python::to_python(cell), prefix, keep_vars);
}

void PyStateDictPostHook::operator()(Cell& cell, StateDict& state, const std::string& prefix) const {
  const nb::gil_scoped_acquire gil;
  const nb::object dict = python::to_python(state);
  check_none(call(python::to_python(cell), dict, prefix, nb::dict()), "register_state_dict_post_hook");
  state = to_state_dict(dict);
}

void PyLoadStateDictPreHook::operator()(Cell& cell, StateDict& state, const std::string& prefix, bool strict,
                                        std::vector<std::string>& missing,
                                        std::vector<std::string>& unexpected,
                                        std::vector<std::string>& errors) const {
  const nb::gil_scoped_acquire gil;
  const nb::object dict = python::to_python(state);
  const nb::list missing_list = list_of(missing), unexpected_list = list_of(unexpected),
                 errors_list = list_of(errors);
  call(python::to_python(cell), dict, prefix, nb::dict(), strict, missing_list, unexpected_list, errors_list);
  state = to_state_dict(dict);
  take_back(missing, missing_list);
  take_back(unexpected, unexpected_list);
  take_back(errors, errors_list);
}

void PyLoadStateDictPostHook::operator()(Cell& cell, IncompatibleKeys& keys) const {
  const nb::gil_scoped_acquire gil;
  const nb::list missing = list_of(keys.missing_keys), unexpected = list_of(keys.unexpected_keys);
  const nb::object named =
      nb::module_::import_("nucella.nn.state").attr("IncompatibleKeys")(missing, unexpected);
  check_none(call(python::to_python(cell), named), "register_load_state_dict_post_hook");
  take_back(keys.missing_keys, missing);
  take_back(keys.unexpected_keys, unexpected);
}

nb::object to_python(const StateDict& state) {
  nb::object out = nb::module_::import_("nucella.nn.state").attr("StateDict")();
  for (const auto& [key, value] : state) out[key.c_str()] = python::to_python(value);
  return out;
}

StateDict to_state_dict(nb::handle mapping) {
  StateDict out;
  for (nb::handle item : nb::borrow<nb::object>(mapping).attr("items")())
    out.set(nb::cast<std::string>(item[0]), to_value(item[1]));
  return out;
}

}  // namespace nucella::python
