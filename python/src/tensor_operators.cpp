// Operators of Tensor as slots of its type: x + y, x < y, -x, bool(x), ... without nanobind's dispatch.
#include "errors.h"
#include "nucella/ops/operators.h"
#include "tensor_object.h"
#include "tensor_slots.h"

namespace nucella::python {
namespace {

PyObject* call_binary(Op op, const Tensor& x, const Tensor& y) {
  const std::array<const Tensor*, 2> in{&x, &y};
  Tensor out;
  apply_releasing_gil({op, Inputs(in), {}, {&out, 1}});
  return new_tensor_object(std::move(out));
}

PyObject* call_unary(Op op, const Tensor& x) {
  const std::array<const Tensor*, 1> in{&x};
  Tensor out;
  apply_releasing_gil({op, Inputs(in), {}, {&out, 1}});
  return new_tensor_object(std::move(out));
}

// The other operand: a number, or a list or tuple, which becomes a tensor. Undefined for anything else.
Tensor operand(PyObject* object, const Tensor& like) {
  // Left to these, Python would go on and repeat a text or make an array.
  if (is_numpy_array(object) || PyUnicode_Check(object) || PyBytes_Check(object))
    raise<TypeError>("Tensor: an operand must be a Tensor, a number, a list or a tuple, got ",
                     object_type(object));
  if (PyList_Check(object) || PyTuple_Check(object)) return tensor_from_object(object, {});
  return tensor_like_number(object, like);
}

PyObject* binary(Op op, PyObject* a, PyObject* b) {
  return guarded([&]() -> PyObject* {
    const Tensor *x = quick_tensor_of(a), *y = quick_tensor_of(b);
    if (x && y) return call_binary(op, *x, *y);
    const Tensor other = operand(x ? b : a, x ? *x : *y);
    if (!other.defined()) return Py_NewRef(Py_NotImplemented);
    return x ? call_binary(op, *x, other) : call_binary(op, other, *y);
  });
}

template <Op op>
PyObject* binary_slot(PyObject* a, PyObject* b) {
  return binary(op, a, b);
}

template <Op op>
PyObject* unary_slot(PyObject* self) {
  return guarded([&] { return call_unary(op, *quick_tensor_of(self)); });
}

PyObject* power_slot(PyObject* a, PyObject* b, PyObject* modulus) {
  if (modulus != Py_None) return Py_NewRef(Py_NotImplemented);
  return binary(Op::pow, a, b);
}

PyObject* positive_slot(PyObject* self) { return Py_NewRef(self); }

PyObject* compare(Op op, PyObject* a, PyObject* b) {
  return guarded([&]() -> PyObject* {
    const Tensor &x = *quick_tensor_of(a), *y = quick_tensor_of(b);
    if (y) return call_binary(op, x, *y);
    const bool equality = op == Op::equal || op == Op::not_equal;
    if (equality && !PyFloat_Check(b) && !PyLong_Check(b)) return PyBool_FromLong(op == Op::not_equal);
    const Tensor other = operand(b, x);
    if (!other.defined()) return Py_NewRef(Py_NotImplemented);
    return call_binary(op, x, other);
  });
}

PyObject* compare_slot(PyObject* a, PyObject* b, int which) {
  constexpr std::array<Op, 6> ops = {Op::less,      Op::less_equal, Op::equal,
                                     Op::not_equal, Op::greater,    Op::greater_equal};
  return compare(ops[static_cast<size_t>(which)], a, b);
}

int bool_slot(PyObject* self) {
  return guarded([&] {
    const nb::object value = item_of(*quick_tensor_of(self), "bool(Tensor)");
    return PyObject_IsTrue(value.ptr());
  });
}

PyObject* int_slot(PyObject* self) {
  return guarded([&] { return PyNumber_Long(item_of(*quick_tensor_of(self), "int(Tensor)").ptr()); });
}

PyObject* float_slot(PyObject* self) {
  return guarded([&] { return PyNumber_Float(item_of(*quick_tensor_of(self), "float(Tensor)").ptr()); });
}

PyObject* index_slot(PyObject* self) {
  return guarded([&] {
    const Tensor& t = *quick_tensor_of(self);
    check<ValueError>(!is_floating(t.dtype()),
                      "Tensor: only a tensor of integers can be an index, got dtype ", t.dtype());
    return PyNumber_Long(item_of(t, "index of a Tensor").ptr());
  });
}

}  // namespace

std::vector<PyType_Slot> operator_slots() {
  return {slot(Py_nb_add, &binary_slot<Op::add>),
          slot(Py_nb_subtract, &binary_slot<Op::sub>),
          slot(Py_nb_multiply, &binary_slot<Op::mul>),
          slot(Py_nb_true_divide, &binary_slot<Op::div>),
          slot(Py_nb_floor_divide, &binary_slot<Op::floor_div>),
          slot(Py_nb_remainder, &binary_slot<Op::mod>),
          slot(Py_nb_matrix_multiply, &binary_slot<Op::matmul_ext>),
          slot(Py_nb_and, &binary_slot<Op::bitwise_and>),
          slot(Py_nb_or, &binary_slot<Op::bitwise_or>),
          slot(Py_nb_xor, &binary_slot<Op::bitwise_xor>),
          slot(Py_nb_power, &power_slot),
          slot(Py_nb_negative, &unary_slot<Op::neg>),
          slot(Py_nb_positive, &positive_slot),
          slot(Py_nb_absolute, &unary_slot<Op::abs>),
          slot(Py_nb_invert, &unary_slot<Op::logical_not>),
          slot(Py_nb_bool, &bool_slot),
          slot(Py_nb_int, &int_slot),
          slot(Py_nb_float, &float_slot),
          slot(Py_nb_index, &index_slot),
          slot(Py_tp_richcompare, &compare_slot),
          slot(Py_tp_hash, PyBaseObject_Type.tp_hash)};
}

}  // namespace nucella::python
