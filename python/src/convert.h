// Values between Python and C++: the one place where objects keep their identity.
#pragma once
#include <nanobind/nanobind.h>

#include "nucella/nn/cell.h"

namespace nucella::python {

namespace nb = nanobind;

/// None for the undefined tensor, the one Parameter object for a parameter, else a new Tensor object.
nb::object to_python(const Tensor& tensor);
nb::object to_python(Tensor&& tensor);
nb::object to_python(const Parameter& parameter);
nb::object to_python(DType dtype);
/// A tuple of ints.
nb::object to_python(const Shape& shape);
nb::object to_python(const Value& value);
/// A tuple.
nb::object to_python(const Values& values);
nb::object to_python(const Tensors& tensors);
nb::object to_python(const Attr& attr);
/// The object that this cell already is, or one that refers to it; None for null.
nb::object to_python(const CellPtr& cell);
nb::object to_python(Cell& cell);

/// None, Tensors, numbers, text, dtypes, and tuples, lists and dicts of these (exactly these types) become
/// what they are; anything else passes through C++ as an opaque object.
Value to_value(nb::handle object);
Values to_values(nb::handle sequence);
/// Keyword arguments; null or empty: none.
ValueDict to_keywords(nb::handle dict);
nb::dict to_python_keywords(const ValueDict& keywords);

/// The tensor of a Tensor object; null for anything else.
const Tensor* tensor_of(nb::handle object);
/// Tensor, or undefined for None. TypeError naming `who` and `argument` for anything else.
Tensor to_tensor(nb::handle object, std::string_view who, std::string_view argument);
/// A sequence of Tensors (or one Tensor).
Tensors to_tensors(nb::handle object, std::string_view who, std::string_view argument);
const Parameter* parameter_of(nb::handle object);
/// An int or a sequence of ints. TypeError naming `who` and `argument` for anything else.
Shape to_shape(nb::handle object, std::string_view who, std::string_view argument);
std::optional<DType> dtype_of_object(nb::handle object);
DType to_dtype(nb::handle object, std::string_view who, std::string_view argument);
/// As to_dtype(), but also a name ("float32"), a NumPy dtype or scalar type, or bool, int (int64) or float
/// (float64).
DType to_any_dtype(nb::handle object, std::string_view who, std::string_view argument);

/// True while a cell that Python called runs on this thread in GRAPH_MODE.
bool inside_graph();
/// Null for anything but a Cell object that has been initialised.
Cell* cell_of(nb::handle object);
/// A pointer of its own that keeps the Python object alive; null for None.
CellPtr to_cell(nb::handle object, std::string_view who, std::string_view argument);

/// A dict or whatever else has keys.
inline bool is_mapping(nb::handle object) { return PyObject_HasAttrString(object.ptr(), "keys"); }
/// "int", "Tensor": the name of an object's type, for error texts.
std::string object_type(nb::handle object);

}  // namespace nucella::python
