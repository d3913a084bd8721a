// Parameter for Python: one object for each parameter, whoever made it.
#include "bind.h"
#include "initializer_object.h"
#include "nucella/nn/lazy_tensor.h"
#include "parameter_object.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

// The Python object of each parameter that has one. Guarded by the GIL.
std::unordered_map<const void*, ParameterObject*>& known_objects() {
  static auto* objects = new std::unordered_map<const void*, ParameterObject*>;
  return *objects;
}

bool checked_flag(nb::handle object, const char* argument) {
  if (!PyBool_Check(object.ptr()))
    raise<TypeError>("Parameter: '", argument, "' must be a bool, got ", object_type(object));
  return object.ptr() == Py_True;
}

std::string checked_name(nb::handle name) {
  if (name.is_none()) return "";
  if (!PyUnicode_Check(name.ptr()))
    raise<ValueError>("Parameter: 'name' must be a str or None, got ", object_type(name));
  return nb::cast<std::string>(name);
}

Parameter make_parameter(nb::handle input, const std::string& name, const ParameterOptions& options) {
  if (const Tensor* tensor = tensor_of(input)) {
    if (const LazyTensor* lazy = lazy_of(*tensor)) return Parameter(*lazy, name, options);
    return Parameter(*tensor, name, options);
  }
  PyObject* const o = input.ptr();
  check<ValueError>(!PyBool_Check(o), "Parameter: 'default_input' must not be a bool");
  if (PyLong_CheckExact(o))
    return Parameter(static_cast<int>(PyLong_AsUnsignedLongLongMask(o)), name, options);
  if (PyFloat_Check(o)) return Parameter(PyFloat_AS_DOUBLE(o), name, options);
  if (PyList_Check(o) || is_numpy_array(input))
    return Parameter::adopting(tensor_from_object(input, std::nullopt), name, options);
  raise<TypeError>("Parameter: 'default_input' must be a Tensor, int, float, list or numpy array, got ",
                   object_type(input));
}

void init(nb::pointer_and_handle<ParameterObject> self, nb::handle default_input, nb::handle name,
          nb::handle requires_grad, nb::handle layerwise_parallel, nb::handle parallel_optimizer,
          const std::string&, nb::handle device) {
  const ParameterOptions options{checked_flag(requires_grad, "requires_grad"),
                                 checked_flag(layerwise_parallel, "layerwise_parallel"),
                                 checked_flag(parallel_optimizer, "parallel_optimizer")};
  if (!device.is_none()) {
    const std::string where = PyUnicode_Check(device.ptr()) ? nb::cast<std::string>(device) : "";
    check<ValueError>(where == "CPU" || where == "Remote",
                      "Parameter: 'device' must be None, 'CPU' or 'Remote', got ",
                      nb::cast<std::string>(nb::repr(device)));
  }
  new (self.p) ParameterObject(make_parameter(default_input, checked_name(name), options));
}

nb::object set_data(nb::handle self, nb::handle data, bool slice_shape) {
  Parameter& parameter = *nb::inst_ptr<ParameterObject>(self);
  PyObject* const o = data.ptr();
  if (const Tensor* tensor = tensor_of(data)) {
    if (const LazyTensor* lazy = lazy_of(*tensor)) {
      parameter.set_data(*lazy, slice_shape);
    } else {
      parameter.set_data(*tensor, slice_shape);
    }
  } else if (PyLong_Check(o)) {
    parameter.set_data(nb::cast<int64_t>(nb::int_(data)), slice_shape);
  } else if (PyFloat_Check(o)) {
    parameter.set_data(PyFloat_AS_DOUBLE(o), slice_shape);
  } else {
    raise<TypeError>("Parameter.set_data: 'data' must be a Tensor, int or float, got ", object_type(data));
  }
  return nb::borrow(self);
}

nb::object clone(const ParameterObject& self, nb::handle init) {
  PyObject* const o = init.ptr();
  if (PyUnicode_Check(o)) {
    const auto name = nb::cast<std::string>(init);
    return to_python(name == "same" ? self.clone() : self.clone(name));
  }
  if (PyLong_Check(o) || PyFloat_Check(o)) return to_python(self.clone(PyFloat_AsDouble(o)));
  const Tensor* tensor = tensor_of(init);
  if (!tensor)
    raise<TypeError>("Parameter.clone: 'init' must be a str, number or Tensor, got ", object_type(init));
  return to_python(self.clone(*tensor));
}

nb::object init_data(nb::handle self, nb::handle layout, bool set_sliced) {
  Parameter& parameter = *nb::inst_ptr<ParameterObject>(self);
  const Value wanted = to_value(layout);
  {
    const nb::gil_scoped_release unlocked;
    parameter.init_data(wanted, set_sliced);
  }
  return nb::borrow(self);
}

}  // namespace

ParameterObject::ParameterObject(const Parameter& parameter) : Parameter(parameter) {
  known_objects()[id()] = this;
}
ParameterObject::~ParameterObject() { known_objects().erase(id()); }

nb::object find_parameter_object(const Tensor& tensor) {
  const auto known = known_objects().find(tensor.id());
  if (known != known_objects().end()) return nb::find(known->second);
  const Parameter parameter = Parameter::of(tensor);
  if (!parameter.defined()) return {};
  nb::object object = nb::inst_alloc(nb::type<ParameterObject>());
  new (nb::inst_ptr<ParameterObject>(object)) ParameterObject(parameter);
  nb::inst_mark_ready(object);
  return object;
}

nb::object to_python(const Parameter& parameter) { return to_python(static_cast<const Tensor&>(parameter)); }

const Parameter* parameter_of(nb::handle object) {
  static const nb::handle type = nb::type<ParameterObject>();
  if (!PyObject_TypeCheck(object.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr())) ||
      !nb::inst_ready(object))
    return nullptr;
  return nb::inst_ptr<ParameterObject>(object);
}

void bind_parameter(nb::module_& m) {
  nb::class_<ParameterObject, Tensor> p(m, "Parameter");
  p.doc() = R"(A named tensor that a Cell trains or keeps; it may still wait for its initializer (`has_init`).

Args:
    default_input (Tensor, int, float, list, numpy.ndarray): The value, copied; or a lazy Tensor of
        :func:`initializer`, filled at once or, within no_init_parameters(), when it is first needed.
    name (str): Default: None, "Parameter" until an attribute of a Cell gives it its own.
    requires_grad (bool): Default: True.
    layerwise_parallel (bool): Default: False.
    parallel_optimizer (bool): Default: True.

Raises:
    TypeError: `default_input` or a flag is of another type.
    ValueError: `name` is no str or longer than 1024 characters, `default_input` a bool or of unknown shape.

Examples:
    >>> Parameter(Tensor([1.0, 2.0]), name="scale")
    Parameter (name=scale, shape=(2,), dtype=Float32, requires_grad=True))";
  p.def("__init__", &init, "default_input"_a.none(), "name"_a = nb::none(), "requires_grad"_a.none() = true,
        "layerwise_parallel"_a.none() = false, "parallel_optimizer"_a.none() = true, "storage_format"_a = "",
        "device"_a = nb::none());
  p.def("__repr__", [](const ParameterObject& self) { return self.repr(); });
  p.def("__str__", [](const ParameterObject& self) { return self.repr(); });
  p.def_prop_rw(
      "name", [](const ParameterObject& self) { return self.name(); },
      [](ParameterObject& self, nb::handle name) { self.set_name(checked_name(name)); },
      nb::for_setter("name"_any),
      R"(Its name; None resets it to "Parameter". ValueError beyond 1024 characters.

Examples:
    >>> Parameter(Tensor([1.0])).name
    'Parameter')");
  p.def_prop_rw(
      "requires_grad", [](const ParameterObject& self) { return self.requires_grad(); },
      [](ParameterObject& self, nb::handle value) {
        self.set_requires_grad(checked_flag(value, "requires_grad"));
      },
      nb::for_setter("value"_any), R"(Whether it is trained.

Examples:
    >>> Parameter(1.0, requires_grad=False).requires_grad
    False)");
  p.def_prop_rw(
      "layerwise_parallel", [](const ParameterObject& self) { return self.layerwise_parallel(); },
      [](ParameterObject& self, nb::handle value) {
        self.set_layerwise_parallel(checked_flag(value, "layerwise_parallel"));
      },
      nb::for_setter("value"_any));
  p.def_prop_rw(
      "parallel_optimizer", [](const ParameterObject& self) { return self.parallel_optimizer(); },
      [](ParameterObject& self, nb::handle value) {
        self.set_parallel_optimizer(checked_flag(value, "parallel_optimizer"));
      },
      nb::for_setter("value"_any));
  p.def_prop_rw(
      "comm_fusion", [](const ParameterObject& self) { return self.comm_fusion(); },
      [](ParameterObject& self, int64_t value) { self.set_comm_fusion(value); },
      R"(Communication fusion id. ValueError for a negative one.

Examples:
    >>> Parameter(1.0).comm_fusion
    1)");
  p.def_prop_rw(
      "sliced", [](const ParameterObject& self) { return self.sliced(); },
      [](ParameterObject& self, bool value) { self.set_sliced(value); });
  p.def_prop_ro_static(
      "init_param", [](nb::handle) { return !NoInitParameters::active(); },
      R"(False within no_init_parameters() of this thread.

Examples:
    >>> Parameter.init_param
    True)");
  p.def_prop_ro(
      "has_init", [](const ParameterObject& self) { return self.has_init(); },
      R"(True while it is declared but not filled.

Examples:
    >>> with nn.utils.no_init_parameters():
    ...     weight = Parameter(nucella.initializer("ones", [2]))
    >>> weight.has_init
    True)");
  p.def_prop_ro(
      "init_mode",
      [](const ParameterObject& self) -> nb::object {
        if (!self.has_init()) return nb::none();
        return to_python(as_tensor({self.init_mode(), self.shape(), self.dtype()}));
      },
      "The lazy Tensor it was declared with, while has_init.");
  p.def_prop_rw(
      "data", [](nb::handle self) { return nb::borrow(self); },
      [](nb::handle self, nb::handle data) { set_data(self, data, false); }, nb::for_setter("data"_any),
      R"(The parameter itself; assigning to it is set_data().

Examples:
    >>> weight = Parameter(1.0)
    >>> weight.data is weight
    True)");
  p.def(
      "value", [](const ParameterObject& self) { return to_python(ops::reshape(self, self.shape())); },
      R"(A plain Tensor with the same memory.

Examples:
    >>> Parameter(Tensor([1, 2])).value()
    Tensor(shape=[2], dtype=Int64, value= [1, 2]))");
  p.def(
      "set_data", &set_data, "data"_a.none(), "slice_shape"_a = false,
      R"(Takes over a copy of `data` (Tensor, int, float, lazy Tensor), cast to its own dtype; returns the parameter.

Raises:
    ValueError: Another shape, unless `slice_shape`.
    TypeError: A dtype that ranks above its own in bool < integers by size < floating, or another type.

Examples:
    >>> print(Parameter(Tensor([1.0, 2.0])).set_data(Tensor([3, 4])).value())
    [3. 4.])");
  p.def("init_data", &init_data, "layout"_a = nb::none(), "set_sliced"_a = false,
        R"(Fills it if it is still declared only; returns it.

Examples:
    >>> with nn.utils.no_init_parameters():
    ...     weight = Parameter(nucella.initializer("ones", [2]))
    >>> print(weight.init_data().value())
    [1. 1.])");
  p.def("clone", &clone, "init"_any = "same",
        R"(A parameter of its own with the same name and flags; data copied or made by `init`.

Examples:
    >>> print(Parameter(Tensor([1.0, 2.0]), name="w").clone("zeros").value())
    [0. 0.])");
  p.def(
      "copy", [](const ParameterObject& self) { return to_python(self.clone()); }, R"(clone('same').

Examples:
    >>> Parameter(Tensor([1.0, 2.0]), name="w").copy().name
    'w')");
  bind_parameter_settings(p);
  bind_parameter_copies(p);
}

}  // namespace nucella::python
