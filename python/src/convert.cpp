#include "convert.h"

#include "known_objects.h"
#include "parameter_object.h"

namespace nucella::python {
namespace {

/// A Python object on its way through C++.
struct PyOpaque final : Opaque {
  explicit PyOpaque(nb::handle object) : object(nb::borrow(object)) {}
  ~PyOpaque() override {
    if (!Py_IsInitialized()) {
      object.release();
      return;
    }
    const nb::gil_scoped_acquire gil;
    object.reset();
  }
  nb::object object;
};

template <class Sequence>
Values values_from(const Sequence& sequence) {
  Values out;
  out.reserve(nb::len(sequence));
  for (nb::handle item : sequence) out.push_back(to_value(item));
  return out;
}

bool has_only_string_keys(nb::handle dict) {
  PyObject *key, *value;
  for (Py_ssize_t at = 0; PyDict_Next(dict.ptr(), &at, &key, &value);)
    if (!PyUnicode_CheckExact(key)) return false;
  return true;
}

nb::object list_from(const Values& values) {
  nb::list out;
  for (const Value& v : values) out.append(to_python(v));
  return out;
}

template <class T>
nb::object tuple_from(const T& items) {
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(items.size()));
  if (!tuple) nb::raise_python_error();
  Py_ssize_t i = 0;
  for (const auto& item : items) PyTuple_SET_ITEM(tuple, i++, nb::cast(item).release().ptr());
  return nb::steal(tuple);
}

}  // namespace

std::string object_type(nb::handle object) { return Py_TYPE(object.ptr())->tp_name; }

// --- out
// -----------------------------------------------------------------------------------------------------

nb::object to_python(Tensor&& tensor) {
  if (!tensor.defined()) return nb::none();
  if (nb::object parameter = find_parameter_object(tensor)) return parameter;
  if (nb::object known = known_object(tensor)) return known;
  return nb::cast(std::move(tensor), nb::rv_policy::move);
}
nb::object to_python(const Tensor& tensor) { return to_python(Tensor(tensor)); }

nb::object to_python(const Shape& shape) { return tuple_from(shape); }

nb::object to_python(const Values& values) {
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(values.size()));
  if (!tuple) nb::raise_python_error();
  nb::object out = nb::steal(tuple);
  for (size_t i = 0; i < values.size(); ++i)
    PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), to_python(values[i]).release().ptr());
  return out;
}

nb::object to_python(const Tensors& tensors) { return to_python(Values(tensors.begin(), tensors.end())); }

nb::object to_python(const Value& value) {
  return std::visit(
      [](const auto& v) -> nb::object {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nb::none();
        } else if constexpr (std::is_same_v<T, ValueList>) {
          return list_from(v.items);
        } else if constexpr (std::is_same_v<T, ValueDict>) {
          return to_python_keywords(v);
        } else if constexpr (std::is_same_v<T, std::shared_ptr<Opaque>>) {
          const auto* opaque = dynamic_cast<const PyOpaque*>(v.get());
          return opaque ? opaque->object : nb::none();
        } else if constexpr (std::is_same_v<T, Tensor> || std::is_same_v<T, Values> ||
                             std::is_same_v<T, DType>) {
          return to_python(v);
        } else {
          return nb::cast(v);
        }
      },
      value.variant());
}

nb::object to_python(const Attr& attr) {
  return std::visit(
      [](const auto& v) -> nb::object {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, Ints> || std::is_same_v<T, Floats>) {
          return tuple_from(v);
        } else if constexpr (std::is_same_v<T, DType>) {
          return to_python(v);
        } else if constexpr (std::is_same_v<T, std::shared_ptr<Callback>>) {
          return nb::none();
        } else {
          return nb::cast(v);
        }
      },
      attr.value());
}

nb::dict to_python_keywords(const ValueDict& keywords) {
  nb::dict out;
  for (const auto& [key, value] : keywords) out[nb::cast(key)] = to_python(value);
  return out;
}

// --- in
// ------------------------------------------------------------------------------------------------------

Value to_value(nb::handle object) {
  PyObject* const o = object.ptr();
  if (const Tensor* tensor = tensor_of(object)) return Value(*tensor);
  if (o == Py_None) return {};
  if (PyBool_Check(o)) return Value(o == Py_True);
  if (PyFloat_CheckExact(o)) return Value(PyFloat_AS_DOUBLE(o));
  if (PyUnicode_CheckExact(o)) return Value(nb::cast<std::string>(object));
  if (PyTuple_CheckExact(o)) return Value(values_from(nb::borrow<nb::tuple>(object)));
  if (PyList_CheckExact(o)) return Value(ValueList{values_from(nb::borrow<nb::list>(object))});
  if (PyDict_CheckExact(o) && has_only_string_keys(object)) return Value(to_keywords(object));
  if (PyLong_CheckExact(o)) {
    int overflow = 0;
    const int64_t number = PyLong_AsLongLongAndOverflow(o, &overflow);
    if (!overflow) return Value(number);
  }
  if (const auto dtype = dtype_of_object(object)) return Value(*dtype);
  return Value(std::shared_ptr<Opaque>(std::make_shared<PyOpaque>(object)));
}

Values to_values(nb::handle sequence) {
  if (PyList_Check(sequence.ptr())) return values_from(nb::borrow<nb::list>(sequence));
  return values_from(nb::borrow<nb::tuple>(sequence));
}

ValueDict to_keywords(nb::handle dict) {
  ValueDict out;
  if (!dict.ptr()) return out;
  PyObject *key, *value;
  for (Py_ssize_t at = 0; PyDict_Next(dict.ptr(), &at, &key, &value);)
    out.emplace_back(nb::cast<std::string>(nb::handle(key)), to_value(value));
  return out;
}

const Tensor* tensor_of(nb::handle object) {
  static const nb::handle type = nb::type<Tensor>();
  if (!PyObject_TypeCheck(object.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr())) ||
      !nb::inst_ready(object))
    return nullptr;
  return nb::inst_ptr<Tensor>(object);
}

Tensor to_tensor(nb::handle object, std::string_view who, std::string_view argument) {
  if (object.is_none()) return {};
  const Tensor* tensor = tensor_of(object);
  if (!tensor) raise<TypeError>(who, ": '", argument, "' must be a Tensor, got ", object_type(object));
  return *tensor;
}

Tensors to_tensors(nb::handle object, std::string_view who, std::string_view argument) {
  if (const Tensor* tensor = tensor_of(object)) return {*tensor};
  if (!PyTuple_Check(object.ptr()) && !PyList_Check(object.ptr()))
    raise<TypeError>(who, ": '", argument, "' must be a tuple or list of Tensors, got ", object_type(object));
  Tensors out;
  for (nb::handle item : nb::borrow<nb::object>(object)) out.push_back(to_tensor(item, who, argument));
  return out;
}

Shape to_shape(nb::handle object, std::string_view who, std::string_view argument) {
  const auto extent = [&](nb::handle item) {
    if (PyBool_Check(item.ptr()) || !PyIndex_Check(item.ptr()))
      raise<TypeError>(who, ": '", argument, "' must be an int or a tuple of ints, got ", object_type(item));
    const int64_t number = PyNumber_AsSsize_t(item.ptr(), PyExc_OverflowError);
    if (number == -1 && PyErr_Occurred()) nb::raise_python_error();
    return number;
  };
  if (!PyTuple_Check(object.ptr()) && !PyList_Check(object.ptr())) return Shape{extent(object)};
  Shape shape;
  for (nb::handle item : nb::borrow<nb::object>(object)) shape.push_back(extent(item));
  return shape;
}

}  // namespace nucella::python
