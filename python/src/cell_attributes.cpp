// Attributes of a Cell: Parameters, Buffers and Cells go into the C++ registries, all else into __dict__.
#include "cell_references.h"
#include "errors.h"
#include "parameter_object.h"

namespace nucella::python {
namespace {

constexpr const char* kKindNames[] = {"", "Parameter", "Buffer", "Cell"};
const char* name_of(Cell::Kind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::string class_of(nb::handle self) {
  return nb::cast<std::string>(nb::handle(reinterpret_cast<PyObject*>(Py_TYPE(self.ptr()))).attr("__name__"));
}

bool is_cell_object(nb::handle self) {
  static const nb::handle type = nb::type<Cell>();
  return PyObject_TypeCheck(self.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr()));
}

/// The cell behind `self`; null before its __init__.
Cell* initialised(nb::handle self) {
  if (!is_cell_object(self)) raise<TypeError>("expected a Cell, got ", object_type(self));
  return nb::inst_ready(self) ? nb::inst_ptr<Cell>(self) : nullptr;
}

void set_plain(nb::handle self, nb::handle name, PyObject* value) {
  if (PyObject_GenericSetAttr(self.ptr(), name.ptr(), value) != 0) nb::raise_python_error();
}

// --- writing
// ---------------------------------------------------------------------------------------------------

bool is_instance(nb::handle object, const char* type) {
  static const nb::handle types = nb::module_::import_("nucella.common.parameter").release();
  return PyObject_IsInstance(object.ptr(), types.attr(type).ptr()) == 1;
}

// Parameters and Cells must not take the place of what the class itself has.
void check_free(nb::handle self, nb::handle name, Cell::Kind kind) {
  if (_PyType_Lookup(Py_TYPE(self.ptr()), name.ptr()))
    raise<KeyError>("The '", class_of(self), "' object has an attribute '", text_of(name),
                    "' of its class, which no ", name_of(kind), " may replace.");
}

bool is_sequence_of_parameters(nb::handle value) {
  if (!PyList_Check(value.ptr()) && !PyTuple_Check(value.ptr())) return false;
  for (nb::handle item : nb::borrow<nb::object>(value))
    if (!parameter_of(item)) return false;
  return nb::len(value) > 0;
}

// A ParameterTuple registers its parameters, a plain list or tuple does not; neither may hold two of one
// name.
void set_parameters(nb::handle self, Cell& cell, nb::handle name, nb::handle value) {
  std::vector<Parameter> parameters;
  std::vector<nb::object> objects;
  for (nb::handle item : nb::borrow<nb::object>(value)) {
    parameters.push_back(*parameter_of(item));
    objects.push_back(nb::borrow(item));
  }
  const ParameterTuple tuple(std::move(parameters));
  if (is_instance(value, "ParameterTuple")) {
    const bool replaces = cell.find_kind(text_of(name)) == Cell::Kind::kParam;
    cell.insert_parameter_tuple(text_of(name), tuple);
    const bool again = std::ranges::any_of(tuple, [&](const auto& p) { return p.name() == text_of(name); });
    if (replaces && !again) unregister(self, cell, name);
    for (const nb::object& object : objects) keep(self, object.attr("name"), object);
  } else {
    for (Parameter parameter : tuple)
      if (parameter.is_unnamed())
        parameter.set_name(str(kDefaultParameterName, '$', CellReferences::next_unnamed(cell)));
  }
  set_plain(self, name, value.ptr());
}

// A value that is no Parameter, Cell or Buffer, under the name of something registered.
void assign_over(nb::handle self, Cell& cell, Cell::Kind kind, nb::handle name, nb::handle value) {
  if (value.is_none()) return register_as(self, cell, kind, name, value);
  if (kind == Cell::Kind::kParam && tensor_of(value) && cell.find_param(text_of(name))->defined()) {
    registered(self, cell, name).attr("set_data")(value);
    return;
  }
  raise<TypeError>(class_of(self), ".__setattr__: '", text_of(name), "' is a ", name_of(kind),
                   " and takes a ", name_of(kind), " or None, got ", object_type(value));
}

void set(nb::handle self, nb::handle name, nb::handle value) {
  using Kind = Cell::Kind;
  Kind kind = Kind::kNone;
  if (parameter_of(value)) {
    kind = Kind::kParam;
  } else if (cell_of(value)) {
    kind = Kind::kChild;
  } else if (tensor_of(value) && is_instance(value, "Buffer")) {
    kind = Kind::kBuffer;
  }
  const bool is_parameters = kind == Kind::kNone && is_sequence_of_parameters(value);
  Cell* const cell = initialised(self);
  if (!cell) {
    if (kind != Kind::kNone || is_parameters) require_cell(self, "assigning a Parameter, Buffer or Cell");
    return set_plain(self, name, value.ptr());
  }
  if (is_parameters) return set_parameters(self, *cell, name, value);
  if (kind == Kind::kNone) {
    if (const Kind over = cell->find_kind(text_of(name)); over != Kind::kNone)
      return assign_over(self, *cell, over, name, value);
    return set_plain(self, name, value.ptr());
  }
  check_free(self, name, kind);
  if (kind == Kind::kChild) {
    cell->set_child(text_of(name), to_cell(value, "Cell.__setattr__", "value"));
  } else {
    register_as(self, *cell, kind, name, value);
  }
  drop_plain(self, name);
}

void remove(nb::handle self, nb::handle name) {
  Cell* const cell = initialised(self);
  if (cell && cell->find_kind(text_of(name)) != Cell::Kind::kNone) return unregister(self, *cell, name);
  set_plain(self, name, nullptr);
}

bool persistence_of(nb::handle tensor) {
  return !is_instance(tensor, "Buffer") || nb::cast<bool>(tensor.attr("persistent"));
}

}  // namespace

nb::object get_registered(nb::handle self, nb::handle name) {
  Cell* const cell = initialised(self);
  if (!cell)
    raise<AttributeError>("The '", class_of(self), "' object has no attribute '", text_of(name),
                          "': call super().__init__() first.");
  if (nb::object found = registered(self, *cell, name); found.ptr()) return found;
  if (const Value* flag = cell->find_flag(text_of(name))) return to_python(*flag);
  raise<AttributeError>("The '", class_of(self), "' object has no attribute '", text_of(name), "'.");
}

std::string_view text_of(nb::handle name) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_Check(name.ptr()) ? PyUnicode_AsUTF8AndSize(name.ptr(), &size) : nullptr;
  if (!text) {
    if (PyErr_Occurred()) nb::raise_python_error();
    raise<TypeError>("attribute name must be string, not '", object_type(name), "'");
  }
  return {text, static_cast<size_t>(size)};
}

void drop_plain(nb::handle self, nb::handle name) {
  PyObject** dict = _PyObject_GetDictPtr(self.ptr());
  if (dict && *dict && PyDict_Contains(*dict, name.ptr()) == 1) PyDict_DelItem(*dict, name.ptr());
}

nb::object registered(nb::handle self, Cell& cell, nb::handle name) {
  const std::string_view text = text_of(name);
  if (const Parameter* param = cell.find_param(text)) return parameter_object(self, name, *param);
  if (const Tensor* buffer = cell.find_buffer(text)) return buffer_object(self, name, *buffer);
  if (const CellPtr child = cell.find_child(text)) return to_python_child(child, self);
  return cell.find_kind(text) == Cell::Kind::kChild ? nb::none() : nb::object();
}

void register_as(nb::handle self, Cell& cell, Cell::Kind kind, nb::handle name, nb::handle value) {
  const std::string_view text = text_of(name);
  const auto wrong = [&] {
    raise<TypeError>(class_of(self), ": '", text, "' must be a ", name_of(kind), " or None, got ",
                     object_type(value));
  };
  if (kind == Cell::Kind::kChild) {
    if (!value.is_none() && !cell_of(value)) wrong();
    return cell.replace_child(text, to_cell(value, "Cell", "child"));
  }
  if (kind == Cell::Kind::kParam) {
    const Parameter* parameter = parameter_of(value);
    if (!value.is_none() && !parameter) wrong();
    cell.set_param(text, parameter ? *parameter : Parameter());
  } else {
    if (!value.is_none() && !tensor_of(value)) wrong();
    cell.register_buffer(text, to_tensor(value, "Cell", "buffer"), value.is_none() || persistence_of(value));
  }
  keep(self, name, value.is_none() ? nb::handle() : value);
}

void unregister(nb::handle self, Cell& cell, nb::handle name) {
  cell.remove_attribute(text_of(name));
  keep(self, name, nb::handle());
}

namespace {

void check_count(Py_ssize_t got, Py_ssize_t expected, const char* method) {
  check<TypeError>(got == expected, "Cell.", method, ": expected ", expected, " arguments, got ", got);
}

PyObject* getattr_method(PyObject* self, PyObject* const* args, Py_ssize_t count) noexcept {
  return guarded([&] {
    check_count(count, 1, "__getattr__");
    return get_registered(self, args[0]).release().ptr();
  });
}

PyObject* setattr_method(PyObject* self, PyObject* const* args, Py_ssize_t count) noexcept {
  return guarded([&] {
    check_count(count, 2, "__setattr__");
    set(self, args[0], args[1]);
    return Py_NewRef(Py_None);
  });
}

PyObject* delattr_method(PyObject* self, PyObject* const* args, Py_ssize_t count) noexcept {
  return guarded([&] {
    check_count(count, 1, "__delattr__");
    remove(self, args[0]);
    return Py_NewRef(Py_None);
  });
}

template <auto Function>
PyMethodDef method(const char* name, const char* doc) {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(Function)), METH_FASTCALL, doc};
}

}  // namespace

// Methods of Python's own kind: assigning attributes is most of what making a net does, and they cost half of
// what nanobind's do. No slots, so that object.__setattr__ still passes a cell by.
void bind_cell_attributes(CellType& cell) {
  static PyMethodDef methods[] = {
      method<&getattr_method>("__getattr__", "Finds what is registered."),
      method<&setattr_method>("__setattr__", "Registers Parameters, Buffers and Cells; all else is plain."),
      method<&delattr_method>("__delattr__", "Takes out what is registered, or a plain attribute.")};
  for (PyMethodDef& definition : methods) {
    const nb::object descriptor =
        nb::steal(PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(cell.ptr()), &definition));
    if (!descriptor.ptr()) nb::raise_python_error();
    cell.attr(definition.ml_name) = descriptor;
  }
}

}  // namespace nucella::python
