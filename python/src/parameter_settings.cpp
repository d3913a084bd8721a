// Attributes of a Parameter that are kept for graph compilers and several processes.
#include "arguments.h"
#include "bind.h"
#include "parameter_object.h"

namespace nucella::python {
namespace {

constexpr ArgumentReader kRead("Parameter");

using ParameterClass = nb::class_<ParameterObject, Tensor>;

using Getter = bool (Parameter::*)() const;
using Setter = void (Parameter::*)(bool);

void bind_flag(ParameterClass& p, const char* name, Getter get, Setter set, const char* doc) {
  p.def_prop_rw(
      name, [get](const ParameterObject& self) { return (self.*get)(); },
      [name, set](ParameterObject& self, nb::handle value) { (self.*set)(kRead.boolean(value, name)); },
      nb::for_setter("value"_any), doc);
}

void bind_flags(ParameterClass& p) {
  bind_flag(p, "unique", &Parameter::unique, &Parameter::set_unique,
            "Whether the optimizer may take each row of a sparse gradient to come once.");
  bind_flag(p, "cache_enable", &Parameter::cache_enable, &Parameter::set_cache_enable,
            "Whether it is cached.");
  bind_flag(p, "requires_aggr", &Parameter::requires_aggr, &Parameter::set_requires_aggr,
            "Whether gradients are summed over processes.");
  bind_flag(p, "parallel_optimizer_comm_recompute", &Parameter::parallel_optimizer_comm_recompute,
            &Parameter::set_parallel_optimizer_comm_recompute,
            "Whether its gathering is repeated in the backward pass.");
  p.def_prop_rw(
      "is_init", [](const ParameterObject& self) { return self.is_init(); },
      [](ParameterObject& self, nb::handle value) { self.set_is_init(PyObject_IsTrue(value.ptr()) == 1); },
      nb::for_setter("value"_any), "Whether the data have been copied to a device.");
}

}  // namespace

void bind_parameter_settings(ParameterClass& p) {
  bind_flags(p);
  p.def_prop_ro(
      "inited_param", [](const ParameterObject& self) { return to_python(self.inited_param()); },
      R"(None: a parameter fills itself in place.

Examples:
    >>> Parameter(1.0).inited_param is None
    True)");
  p.def_prop_rw(
      "cache_shape", [](const ParameterObject& self) { return nb::cast(self.cache_shape()); },
      [](ParameterObject& self, std::vector<int64_t> value) { self.set_cache_shape(std::move(value)); },
      "Extents of the cache.");
  p.def_prop_rw(
      "key", [](const ParameterObject& self) { return self.key(); },
      [](ParameterObject& self, nb::handle value) { self.set_key(kRead.integer(value, "key")); },
      nb::for_setter("value"_any), "Key of the cache; -1: none.");
  p.def_prop_ro("storage_format", [](const ParameterObject& self) { return self.storage_format(); });
  p.def_prop_ro(
      "param_info", [](nb::handle self) { return nb::borrow(self); },
      "The parameter itself, which has these attributes.");
  p.def(
      "add_pipeline_stage",
      [](ParameterObject& self, nb::handle stage) { self.add_pipeline_stage(kRead.integer(stage, "stage")); },
      "stage"_any, R"(Notes that the parameter belongs to this pipeline stage too.

Examples:
    >>> Parameter(1.0).add_pipeline_stage(1))");
  p.def(
      "set_param_ps", [](ParameterObject& self, bool init_in_server) { self.set_param_ps(init_in_server); },
      "init_in_server"_a = false, R"(RuntimeError: there is no parameter server.

Examples:
    >>> Parameter(1.0).set_param_ps()
    Traceback (most recent call last):
    RuntimeError: ...)");
  p.def(
      "set_dtype",
      [](ParameterObject& self, nb::handle dtype) {
        return to_python(self.set_dtype(to_dtype(dtype, "Parameter.set_dtype", "dtype")));
      },
      "dtype"_any, R"(Converts the data in place; returns the dtype.

Examples:
    >>> weight = Parameter(Tensor([1.5]))
    >>> weight.set_dtype(nucella.float16)
    mindspore.float16)");
}

}  // namespace nucella::python
