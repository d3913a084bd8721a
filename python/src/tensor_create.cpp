// Tensors from Python numbers, nested sequences and arrays.
#include "bind.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

[[noreturn]] void refuse(nb::handle object) {
  raise<TypeError>("Tensor: 'input_data' must be a number, a list, a tuple, a NumPy array or a Tensor, got ",
                   object_type(object));
}
[[noreturn]] void refuse_element(nb::handle object) {
  raise<TypeError>("Tensor: 'input_data' must hold numbers in rows of equal length, got an element of type ",
                   object_type(object));
}

bool is_sequence(nb::handle object) { return PyList_Check(object.ptr()) || PyTuple_Check(object.ptr()); }

// What the leaves of a nested sequence are, from the narrowest to the widest.
enum class Leaf { kNone, kBool, kInt, kUInt64, kFloat, kArray };

std::optional<Leaf> leaf_of_number(nb::handle object) {
  PyObject* const o = object.ptr();
  if (PyBool_Check(o)) return Leaf::kBool;
  if (PyFloat_Check(o)) return Leaf::kFloat;
  if (PyLong_Check(o)) {
    int overflow = 0;
    PyLong_AsLongLongAndOverflow(o, &overflow);
    return overflow ? Leaf::kUInt64 : Leaf::kInt;
  }
  return {};
}

DType natural_dtype(Leaf leaf) {
  switch (leaf) {
    case Leaf::kBool:
      return bool_;
    case Leaf::kInt:
      return int64;
    case Leaf::kUInt64:
      return uint64;
    default:
      return float32;
  }
}

// Walks a nested sequence once for shape and kind, once for the values.
class Nested {
 public:
  explicit Nested(nb::handle root) : root_(root) { measure(root, 0); }

  Tensor take(std::optional<DType> dtype) const {
    if (leaf_ == Leaf::kArray) return stack_arrays(dtype);
    switch (leaf_) {
      case Leaf::kBool:
        return filled<bool>(dtype);
      case Leaf::kInt:
        return filled<int64_t>(dtype);
      case Leaf::kUInt64:
        return filled<uint64_t>(dtype);
      default:
        return filled<double>(dtype);
    }
  }

 private:
  void measure(nb::handle object, int depth) {
    if (is_sequence(object)) return measure_sequence(object, depth);
    if (!bottom_) bottom_ = depth;
    if (*bottom_ != depth || depth != shape_.ndim()) refuse_element(object);
    measure_leaf(object);
  }

  void measure_sequence(nb::handle sequence, int depth) {
    if (bottom_ && depth >= *bottom_) refuse_element(sequence);
    const auto length = static_cast<int64_t>(PySequence_Fast_GET_SIZE(sequence.ptr()));
    if (depth == shape_.ndim()) {
      shape_.push_back(length);
    } else if (shape_[depth] != length) {
      refuse_element(sequence);
    }
    // By index: a leaf's own code may change the list.
    for (int64_t i = 0; i < length; ++i) {
      if (PySequence_Fast_GET_SIZE(sequence.ptr()) != length) refuse_element(sequence);
      measure(nb::borrow(PySequence_Fast_GET_ITEM(sequence.ptr(), i)), depth + 1);
    }
  }

  void measure_leaf(nb::handle object) {
    std::optional<Leaf> leaf = leaf_of_number(object);
    if (!leaf && is_numpy_scalar(object)) {
      const DType dtype = tensor_on_buffer(object, "Tensor", false).dtype();
      leaf = dtype == bool_ ? Leaf::kBool : is_floating(dtype) ? Leaf::kFloat : Leaf::kInt;
    }
    if (!leaf && (tensor_of(object) || is_numpy_array(object))) leaf = Leaf::kArray;
    if (!leaf || ((*leaf == Leaf::kArray) != (leaf_ == Leaf::kArray) && leaf_ != Leaf::kNone))
      refuse_element(object);
    leaf_ = std::max(leaf_, *leaf);
  }

  template <class F>
  void for_each(nb::handle object, int depth, F& f) const {
    if (depth == shape_.ndim()) return f(object);
    for (int64_t i = 0; i < shape_[depth]; ++i) {
      if (!is_sequence(object) || PySequence_Fast_GET_SIZE(object.ptr()) != shape_[depth])
        refuse_element(object);
      for_each(nb::borrow(PySequence_Fast_GET_ITEM(object.ptr(), i)), depth + 1, f);
    }
  }

  template <class T>
  Tensor filled(std::optional<DType> dtype) const {
    Tensor wide = Tensor::empty(shape_, dtype_of<T>);
    T* to = wide.mutable_data<T>();
    auto put = [&](nb::handle object) { *to++ = number<T>(object); };
    for_each(root_, 0, put);
    const DType wanted = dtype.value_or(natural_dtype(leaf_));
    return wanted == wide.dtype() ? wide : ops::cast(wide, wanted);
  }

  template <class T>
  static T number(nb::handle object) {
    PyObject* const o = object.ptr();
    if constexpr (std::is_same_v<T, double>) {
      const double value = PyFloat_AsDouble(o);
      if (value == -1 && PyErr_Occurred()) nb::raise_python_error();
      return value;
    } else {
      const nb::object whole = nb::steal(PyNumber_Long(o));
      if (!whole.is_valid()) nb::raise_python_error();
      return whole_number<T>(whole.ptr());
    }
  }

  template <class T>
  static T whole_number(PyObject* o) {
    const T value = static_cast<T>(std::is_same_v<T, uint64_t> ? PyLong_AsUnsignedLongLong(o)
                                                               : static_cast<T>(PyLong_AsLongLong(o)));
    if (PyErr_Occurred()) {
      PyErr_Clear();
      raise<RuntimeError>("Tensor: 'input_data' holds an int that does not fit into 64 bits");
    }
    return value;
  }

  Tensor stack_arrays(std::optional<DType> dtype) const {
    Tensors parts;
    auto add = [&](nb::handle object) {
      const Tensor* tensor = tensor_of(object);
      parts.push_back(tensor ? *tensor : array_part(object));
      if (parts.back().shape() != parts.front().shape()) refuse_element(object);
    };
    for_each(root_, 0, add);
    DType common = parts[0].dtype();
    for (const Tensor& part : parts) common = promote(common, part.dtype(), "Tensor");
    for (Tensor& part : parts) part = ops::cast(part, dtype.value_or(common));
    Shape shape = shape_;
    for (int64_t extent : parts[0].shape()) shape.push_back(extent);
    return ops::reshape(ops::stack(parts), shape).clone();
  }

  // In a list an array counts by its kind only, as in MindSpore: any float is float32, any int is int64.
  static Tensor array_part(nb::handle array) {
    const Tensor part = tensor_on_buffer(array, "Tensor", false);
    return ops::cast(part, part.dtype() == bool_ ? bool_ : is_floating(part.dtype()) ? float32 : int64);
  }

  nb::handle root_;
  Shape shape_;
  std::optional<int> bottom_;  // the depth of the leaves
  Leaf leaf_ = Leaf::kNone;
};

Tensor cast_to(const Tensor& tensor, std::optional<DType> dtype) {
  return dtype && *dtype != tensor.dtype() ? ops::cast(tensor, *dtype) : tensor;
}

// The same data in a tensor of its own, so that a Parameter stays what it is.
Tensor share(const Tensor& tensor) {
  if (!tensor.has_data()) {
    if (const LazyTensor* recipe = lazy_of(tensor)) return as_tensor(*recipe);
    if (!tensor.shape().is_static()) return Tensor::placeholder(tensor.shape(), tensor.dtype());
  }
  return ops::reshape(tensor, tensor.shape());
}

}  // namespace

Tensor tensor_from_object(nb::handle data, std::optional<DType> dtype) {
  if (const Tensor* tensor = tensor_of(data)) return cast_to(share(*tensor), dtype);
  if (is_numpy_array(data) || is_numpy_scalar(data)) {  // numpy.float64 is a float, too
    const Tensor borrowed = tensor_on_buffer(data, "Tensor", false);
    return dtype && *dtype != borrowed.dtype() ? ops::cast(borrowed, *dtype) : borrowed.clone();
  }
  if (!is_sequence(data) && !leaf_of_number(data)) refuse(data);
  return Nested(data).take(dtype);
}

Tensor tensor_like_number(nb::handle number, const Tensor& like) {
  PyObject* const o = number.ptr();
  if (PyBool_Check(o)) return detail::scalar_like(o == Py_True, like);
  if (PyFloat_Check(o)) return detail::scalar_like(PyFloat_AS_DOUBLE(o), like);
  if (PyLong_Check(o)) {
    int overflow = 0;
    const int64_t value = PyLong_AsLongLongAndOverflow(o, &overflow);
    check<ValueError>(!overflow, "Tensor: the int does not fit into 64 bits");
    return detail::scalar_like(value, like);
  }
  if (!is_numpy_scalar(number)) return {};
  const Tensor value = tensor_on_buffer(number, "Tensor", false);
  if (value.dtype() == bool_) return detail::scalar_like(value.item<bool>(), like);
  return is_floating(value.dtype()) ? detail::scalar_like(value.item<double>(), like)
                                    : detail::scalar_like(value.item<int64_t>(), like);
}

}  // namespace nucella::python
