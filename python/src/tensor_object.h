// The class Tensor: making tensors from Python objects, Tensor objects from tensors, and calls of ops.
#pragma once
#include <optional>

#include "convert.h"
#include "nucella/nn/lazy_tensor.h"
#include "nucella/op/op.h"

namespace nucella::python {

/// The class Tensor; null until bind_tensor() has run.
extern PyTypeObject* tensor_type;

/// As tensor_of(), on the hot path.
inline const Tensor* quick_tensor_of(PyObject* object) {
  return Py_TYPE(object) == tensor_type && nb::inst_ready(object) ? nb::inst_ptr<Tensor>(object)
                                                                  : tensor_of(object);
}

/// A new Tensor object for a tensor that is no parameter.
PyObject* new_tensor_object(Tensor&& tensor);

/// apply(), without the GIL when the inputs are big enough to be worth it.
void apply_releasing_gil(const Call& call);

bool is_numpy_array(nb::handle object);
bool is_numpy_scalar(nb::handle object);
/// A tensor with a copy of a number, text-free nested list or tuple of numbers and Tensors, or a NumPy array.
/// Without `dtype` as MindSpore's Tensor(): ints are int64, floats float32, arrays keep theirs. TypeError and
/// ValueError for anything else.
Tensor tensor_from_object(nb::handle data, std::optional<DType> dtype);
/// A tensor on the memory of a NumPy array (or whatever gives its buffer), which it keeps alive. TypeError
/// for an element type that nucella lacks, naming `who`.
Tensor tensor_on_buffer(nb::handle array, std::string_view who, bool writable);
/// The number (bool, int, float or NumPy scalar) as the 0-d tensor that takes part in an operation with
/// `like`; undefined for any other object.
Tensor tensor_like_number(nb::handle number, const Tensor& like);

/// A NumPy array on the memory of the tensor, which it keeps alive.
nb::object numpy_view(const Tensor& tensor);

/// The number that a tensor of one element holds. ValueError for others.
nb::object item_of(const Tensor& tensor, std::string_view who);

/// How Tensor(init=...) reads an Initializer object, and how Tensor.init gives it back. bind_initializers()
/// sets them.
extern InitializerPtr (*initializer_of_object)(nb::handle object);
extern nb::object (*object_of_initializer)(const InitializerPtr& initializer);

// The parts of the class, one file each.
void bind_tensor_properties(nb::class_<Tensor>& c);
void bind_tensor_data(nb::class_<Tensor>& c);
void bind_tensor_numpy(nb::module_& m, nb::class_<Tensor>& c);
void bind_tensor_copies(nb::class_<Tensor>& c);
void bind_tensor_shapes(nb::class_<Tensor>& c);
void bind_tensor_updates(nb::class_<Tensor>& c);
void bind_reductions(nb::module_& m, nb::class_<Tensor>& c);
void bind_norms(nb::module_& m, nb::class_<Tensor>& c);
void bind_tensor_hooks(nb::class_<Tensor>& c);

}  // namespace nucella::python
