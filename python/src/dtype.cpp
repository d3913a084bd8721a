// dtypes: one object for each, compared by identity, printed as MindSpore prints them.
#include "bind.h"
#include "convert.h"

namespace nucella::python {
namespace {

struct DTypeObject {
  DType value;
};

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Its name in the module, by which pickle finds it again.
std::string attribute_name(DType dtype) { return dtype == bool_ ? "bool_" : lower_case(name(dtype)); }

std::array<PyObject*, kDTypeCount> objects{};

}  // namespace

nb::object to_python(DType dtype) { return nb::borrow(objects[static_cast<size_t>(dtype)]); }

std::optional<DType> dtype_of_object(nb::handle object) {
  const DTypeObject* found = nullptr;
  if (!nb::try_cast(object, found) || !found) return {};
  return found->value;
}

DType to_dtype(nb::handle object, std::string_view who, std::string_view argument) {
  const auto dtype = dtype_of_object(object);
  if (!dtype) raise<TypeError>(who, ": '", argument, "' must be a dtype, got ", object_type(object));
  return *dtype;
}

DType to_any_dtype(nb::handle object, std::string_view who, std::string_view argument) {
  PyObject* const o = object.ptr();
  if (const auto dtype = dtype_of_object(object)) return *dtype;
  if (o == reinterpret_cast<PyObject*>(&PyBool_Type)) return bool_;
  if (o == reinterpret_cast<PyObject*>(&PyLong_Type)) return int64;
  if (o == reinterpret_cast<PyObject*>(&PyFloat_Type)) return float64;
  const char* const attribute =
      PyType_Check(o) ? "__name__" : "name";  // numpy.float32, numpy.dtype("float32")
  nb::object text = PyUnicode_Check(o) ? nb::borrow(object) : nb::getattr(object, attribute, nb::none());
  std::string name;
  if (nb::try_cast(text, name)) {
    if (name.ends_with('_')) name.pop_back();
    try {
      return dtype_from_name(name);
    } catch (const ValueError&) {
      raise<TypeError>(who, ": '", argument, "' must be a dtype, got '", name, "'");
    }
  }
  raise<TypeError>(who, ": '", argument, "' must be a dtype, got ", object_type(object));
}

void bind_dtype(nb::module_& m) {
  nb::class_<DTypeObject>(m, "dtype", "The element type of a tensor: `float32`, `int64`, `bool_`, ...")
      .def("__str__", [](const DTypeObject& t) { return std::string(name(t.value)); })
      .def("__repr__", [](const DTypeObject& t) { return "mindspore." + lower_case(name(t.value)); })
      .def("__hash__", [](const DTypeObject& t) { return static_cast<Py_hash_t>(t.value); })
      .def("__reduce__", [](const DTypeObject& t) { return attribute_name(t.value); })
      .def_prop_ro(
          "itemsize", [](const DTypeObject& t) { return itemsize(t.value); }, "Bytes of one element.")
      .def_prop_ro("is_floating_point", [](const DTypeObject& t) { return is_floating(t.value); });
  m.def(
      "dtype_from_name", [](const std::string& text) { return to_python(dtype_from_name(text)); }, "name"_a,
      R"(The dtype called "Float32" or "float32". ValueError for another name.

Examples:
    >>> nucella.dtype_from_name("float32")
    mindspore.float32)");
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    nb::object object = nb::cast(DTypeObject{dtype});
    m.attr(attribute_name(dtype).c_str()) = object;
    objects[static_cast<size_t>(i)] = object.release().ptr();  // as immortal as the module
  }
}

}  // namespace nucella::python
