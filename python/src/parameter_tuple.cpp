// What the Python class ParameterTuple asks of the C++ one.
#include "bind.h"
#include "parameter_object.h"

namespace nucella::python {
namespace {

ParameterTuple tuple_from(const nb::tuple& parameters) {
  std::vector<Parameter> out;
  for (nb::handle item : parameters) {
    const Parameter* parameter = parameter_of(item);
    if (!parameter)
      raise<TypeError>("ParameterTuple: every element must be a Parameter, got ", object_type(item));
    out.push_back(*parameter);
  }
  return ParameterTuple(std::move(out));
}

nb::list clone(const nb::tuple& parameters, nb::handle prefix, nb::handle init) {
  if (!PyUnicode_Check(prefix.ptr()))
    raise<TypeError>("ParameterTuple.clone: 'prefix' must be a str, got ", object_type(prefix));
  const auto text = nb::cast<std::string>(prefix);
  ParameterTuple::check_prefix(text);
  nb::list out;
  for (nb::handle item : parameters) {
    nb::object copy = item.attr("clone")(init);
    copy.attr("name") = text + "." + parameter_of(item)->name();
    out.append(copy);
  }
  return out;
}

}  // namespace

void bind_parameter_tuple(nb::module_& m) {
  m.def("check_parameters", [](const nb::tuple& parameters) { tuple_from(parameters); });
  m.def("clone_parameters", &clone);
}

}  // namespace nucella::python
