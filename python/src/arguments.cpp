#include "arguments.h"

namespace nucella::python {

void ArgumentReader::wrong(nb::handle object, const char* argument, const char* expected) const {
  raise<TypeError>("For '", who_, "', '", argument, "' must be ", expected, ", got ", object_type(object),
                   ' ', nb::cast<std::string>(nb::repr(object)));
}

int64_t ArgumentReader::integer(nb::handle object, const char* argument) const {
  if (PyBool_Check(object.ptr()) || !PyIndex_Check(object.ptr())) wrong(object, argument, "an int");
  const Py_ssize_t number = PyNumber_AsSsize_t(object.ptr(), PyExc_OverflowError);
  if (number == -1 && PyErr_Occurred()) nb::raise_python_error();
  return number;
}

double ArgumentReader::number(nb::handle object, const char* argument) const {
  if (PyBool_Check(object.ptr()) || (!PyFloat_Check(object.ptr()) && !PyIndex_Check(object.ptr())))
    wrong(object, argument, "a float");
  return PyFloat_AsDouble(object.ptr());
}

double ArgumentReader::real(nb::handle object, const char* argument) const {
  if (!PyFloat_Check(object.ptr())) wrong(object, argument, "a float");
  return PyFloat_AsDouble(object.ptr());
}

bool ArgumentReader::boolean(nb::handle object, const char* argument) const {
  if (!PyBool_Check(object.ptr())) wrong(object, argument, "a bool");
  return object.ptr() == Py_True;
}

std::string ArgumentReader::text(nb::handle object, const char* argument) const {
  if (!PyUnicode_Check(object.ptr())) wrong(object, argument, "a str");
  return nb::cast<std::string>(object);
}

nn::Extents ArgumentReader::extents(nb::handle object, const char* argument) const {
  if (!PyTuple_Check(object.ptr())) {
    if (PyBool_Check(object.ptr()) || !PyIndex_Check(object.ptr()))
      wrong(object, argument, "an int or a tuple of ints");
    return integer(object, argument);
  }
  std::vector<int64_t> values;
  for (nb::handle item : nb::borrow<nb::tuple>(object)) values.push_back(integer(item, argument));
  return values;
}

CellPtr ArgumentReader::cell(nb::handle object, const char* argument) const {
  if (!cell_of(object)) wrong(object, argument, "a Cell");
  return to_cell(object, who_, argument);
}

std::vector<Parameter> ArgumentReader::parameters(nb::handle object, const char* argument) const {
  std::vector<Parameter> out;
  if (parameter_of(object) || !PyObject_HasAttrString(object.ptr(), "__iter__"))
    wrong(object, argument, "a list of Parameters");
  for (nb::handle item : nb::borrow<nb::object>(object)) {
    const Parameter* parameter = parameter_of(item);
    if (!parameter) wrong(item, argument, "a list of Parameters");
    out.push_back(*parameter);
  }
  return out;
}

nb::object to_python(const nn::Extents& extents) {
  return extents.is_single() ? nb::object(nb::int_(extents.values()[0])) : to_python(Shape(extents.values()));
}

}  // namespace nucella::python
