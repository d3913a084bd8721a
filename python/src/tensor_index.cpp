// x[...] and x[...] = y, len(x), iteration and `in`, as slots of the type Tensor.
#include "errors.h"
#include "nucella/ops/indexing.h"
#include "nucella/ops/ops.h"
#include "tensor_object.h"
#include "tensor_slots.h"

namespace nucella::python {
namespace {

std::optional<int64_t> bound_of(PyObject* bound) {
  if (bound == Py_None) return {};
  const Py_ssize_t value = PyNumber_AsSsize_t(bound, nullptr);  // clamped, as slices are
  if (value == -1 && PyErr_Occurred()) nb::raise_python_error();
  return value;
}

Index slice_of(PyObject* object) {
  auto* const slice = reinterpret_cast<PySliceObject*>(object);
  return Slice{bound_of(slice->start), bound_of(slice->stop), bound_of(slice->step)};
}

Tensor sequence_index(PyObject* object) {
  check<IndexError>(PySequence_Fast_GET_SIZE(object) > 0, "Tensor index: a list must not be empty");
  return tensor_from_object(object, {});
}

Index entry_of_index(PyObject* object) {
  if (const Tensor* t = quick_tensor_of(object)) return *t;
  if (PyBool_Check(object)) return object == Py_True;
  if (PySlice_Check(object)) return slice_of(object);
  if (object == Py_Ellipsis) return ellipsis;
  if (object == Py_None) return new_axis;
  if (PyList_Check(object) || PyTuple_Check(object)) return sequence_index(object);
  if (is_numpy_array(object)) return tensor_from_object(object, {});
  if (!PyIndex_Check(object))
    raise<IndexError>(
        "Tensor index: expected ints, slices, '...', None, bools, Tensors, arrays or lists, got ",
        object_type(object));
  const Py_ssize_t at = PyNumber_AsSsize_t(object, PyExc_IndexError);
  if (at == -1 && PyErr_Occurred()) nb::raise_python_error();
  return static_cast<int64_t>(at);
}

// A tuple, or a list of what only a tuple may hold: MindSpore takes x[[[0, 1], [1, 0]]] for x[[0, 1], [1,
// 0]].
bool is_tuple_of_entries(PyObject* key) {
  if (PyTuple_Check(key)) return true;
  if (!PyList_Check(key)) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(key); ++i) {
    PyObject* const item = PyList_GET_ITEM(key, i);
    if (PyList_Check(item) || PyTuple_Check(item) || PySlice_Check(item) || item == Py_None ||
        item == Py_Ellipsis)
      return true;
  }
  return false;
}

std::vector<Index> entries_of(PyObject* key) {
  std::vector<Index> entries;
  if (!is_tuple_of_entries(key)) {
    entries.push_back(entry_of_index(key));
    return entries;
  }
  for (nb::handle item : nb::borrow<nb::object>(key)) entries.push_back(entry_of_index(item.ptr()));
  return entries;
}

PyObject* get_item(PyObject* self, PyObject* key) {
  return guarded([&] {
    const std::vector<Index> entries = entries_of(key);
    return to_python(ops::index(*quick_tensor_of(self), entries)).release().ptr();
  });
}

Tensor value_of(PyObject* value, const Tensor& like) {
  if (const Tensor* t = quick_tensor_of(value)) return *t;
  const bool whole_from_float = PyFloat_Check(value) && !is_floating(like.dtype());
  const Tensor number = whole_from_float ? Tensor() : tensor_like_number(value, like);
  if (number.defined()) return number;
  if (value == Py_None) raise<TypeError>("Tensor assignment: the value must not be None");
  return tensor_from_object(value, {});
}

int set_item(PyObject* self, PyObject* key, PyObject* value) {
  return guarded([&] {
    if (!value) raise<TypeError>("Tensor: its elements cannot be deleted");
    const Tensor& x = *quick_tensor_of(self);
    ops::index_put(x, entries_of(key), value_of(value, x));
    return 0;
  });
}

Py_ssize_t length(PyObject* self) {
  return guarded([&]() -> Py_ssize_t {
    const Tensor& x = *quick_tensor_of(self);
    check<TypeError>(x.ndim() > 0, "len(Tensor): a 0-d tensor has no length");
    return static_cast<Py_ssize_t>(x.shape()[0]);
  });
}

PyObject* iterate(PyObject* self) {
  return guarded([&]() -> PyObject* {
    const Tensor& x = *quick_tensor_of(self);
    check<TypeError>(x.ndim() > 0, "iter(Tensor): cannot iterate over a 0-d tensor");
    nb::list items;
    for (int64_t i = 0; i < x.shape()[0]; ++i) items.append(to_python(ops::index(x, {i})));
    return PyObject_GetIter(items.ptr());
  });
}

int contains(PyObject* self, PyObject* element) {
  return guarded([&] {
    const Tensor& x = *quick_tensor_of(self);
    const Tensor* t = quick_tensor_of(element);
    const Tensor wanted = t ? *t : tensor_like_number(element, x);
    if (!wanted.defined()) return 0;
    const Tensor hits = ops::nonzero(ops::equal(x, wanted));
    return hits.shape()[0] > 0 ? 1 : 0;
  });
}

}  // namespace

std::vector<PyType_Slot> index_slots() {
  return {slot(Py_mp_subscript, &get_item), slot(Py_mp_ass_subscript, &set_item), slot(Py_mp_length, &length),
          slot(Py_sq_length, &length),      slot(Py_sq_contains, &contains),      slot(Py_tp_iter, &iterate)};
}

}  // namespace nucella::python
