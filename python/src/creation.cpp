// Functions that make tensors from nothing, or cut them into several: what is no op of the list.
#include "bind.h"
#include "nucella/ops/indexing.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

DType dtype_or(nb::handle object, DType fallback, std::string_view who) {
  return object.is_none() ? fallback : to_dtype(object, who, "dtype");
}

const Tensor& input_of(nb::handle object, std::string_view who) {
  const Tensor* tensor = tensor_of(object);
  if (!tensor) raise<TypeError>(who, ": 'input' must be a Tensor, got ", object_type(object));
  return *tensor;
}

double number_of(nb::handle object, std::string_view who, std::string_view argument) {
  if (PyBool_Check(object.ptr()) || !PyNumber_Check(object.ptr()))
    raise<TypeError>(who, ": '", argument, "' must be a number, got ", object_type(object));
  const double value = PyFloat_AsDouble(object.ptr());
  if (value == -1 && PyErr_Occurred()) nb::raise_python_error();
  return value;
}

// Sizes of a new tensor: an int, a sequence of ints or a 1-D tensor of them.
Shape size_of(nb::handle size, std::string_view who, std::string_view argument) {
  const Tensor* tensor = tensor_of(size);
  const Shape shape = tensor ? Shape(tensor->to_vector<int64_t>()) : to_shape(size, who, argument);
  check<ValueError>(shape.is_static(), who, ": '", argument, "' must hold extents >= 0, got ", shape);
  return shape;
}

// The value in a tensor of any dtype; whole numbers keep all of their digits.
Tensor filled(const Shape& shape, nb::handle value, std::optional<DType> dtype) {
  const Tensor single = tensor_from_object(value, dtype);
  check<ValueError>(single.size() == 1, "full: 'fill_value' must be one number, got shape ", single.shape());
  return ops::broadcast_to(ops::reshape(single, {}), shape).clone();
}

std::optional<DType> given_dtype(nb::handle dtype, std::string_view who) {
  if (dtype.is_none()) return {};
  return to_dtype(dtype, who, "dtype");
}

bool is_whole(nb::handle number) {
  const Tensor* t = tensor_of(number);
  return t ? !is_floating(t->dtype()) : !PyFloat_Check(number.ptr());
}

Tensor range(nb::handle start, nb::handle stop, nb::handle step, nb::handle dtype) {
  const bool one = stop.is_none();
  const double from = one ? 0 : number_of(start, "arange", "start");
  const double to = number_of(one ? start : stop, "arange", one ? "start" : "end");
  const bool whole = is_whole(start) && (one || is_whole(stop)) && is_whole(step);
  return arange(from, to, number_of(step, "arange", "step"),
                dtype_or(dtype, whole ? int64 : float32, "arange"));
}

Tensors pieces(const Tensor& x, nb::handle sizes, int64_t axis) {
  if (!PyTuple_Check(sizes.ptr()) && !PyList_Check(sizes.ptr()))
    return ops::split(x, to_shape(sizes, "split", "split_size_or_sections")[0], axis);
  return ops::split(x, to_shape(sizes, "split", "split_size_or_sections").vec(), axis);
}

Tensors unstacked(const Tensor& x, int64_t axis) {
  const int at = normalize_axis(axis, x.ndim(), "unstack");
  Tensors rows = ops::split(x, 1, at);
  for (Tensor& row : rows) row = ops::squeeze(row, {at});
  return rows;
}

void bind_filled(nb::module_& m) {
  m.def(
      "ones",
      [](nb::handle size, nb::handle dtype) {
        return to_python(ones(size_of(size, "ones", "shape"), dtype_or(dtype, float32, "ones")));
      },
      "shape"_a.none(), "dtype"_a = nb::none(),
      "A Tensor of ones. `shape` is an int, a sequence of ints or a Tensor of them; `dtype` is float32 by "
      "default.\n\n"
      "Examples:\n"
      "    >>> print(ops.ones((2,)))\n"
      "    [1. 1.]");
  m.def(
      "zeros",
      [](nb::handle size, nb::handle dtype) {
        return to_python(zeros(size_of(size, "zeros", "size"), dtype_or(dtype, float32, "zeros")));
      },
      "size"_a.none(), "dtype"_a = nb::none(),
      "A Tensor of zeros. `size` is an int, a sequence of ints or a Tensor of them; `dtype` is float32 by "
      "default.\n\n"
      "Examples:\n"
      "    >>> print(ops.zeros(2, nucella.int32))\n"
      "    [0 0]");
  m.def(
      "full",
      [](nb::handle size, nb::handle value, nb::handle dtype) {
        return to_python(filled(size_of(size, "full", "size"), value, given_dtype(dtype, "full")));
      },
      "size"_a.none(), "fill_value"_a.none(), nb::kw_only(), "dtype"_a = nb::none(),
      "A Tensor of shape `size` whose elements are all `fill_value`, of its natural dtype by default.\n\n"
      "Examples:\n"
      "    >>> print(ops.full((2,), 3))\n"
      "    [3 3]");
  m.def(
      "ones_like",
      [](nb::handle input, nb::handle dtype) {
        const Tensor& x = input_of(input, "ones_like");
        return to_python(ones(x.shape(), dtype_or(dtype, x.dtype(), "ones_like")));
      },
      "input"_a.none(), nb::kw_only(), "dtype"_a = nb::none(),
      "Ones in the shape and, by default, the dtype of `input`.\n\n"
      "Examples:\n"
      "    >>> print(ops.ones_like(Tensor([1.5, 2.5])))\n"
      "    [1. 1.]");
  m.def(
      "zeros_like",
      [](nb::handle input, nb::handle dtype) {
        const Tensor& x = input_of(input, "zeros_like");
        return to_python(zeros(x.shape(), dtype_or(dtype, x.dtype(), "zeros_like")));
      },
      "input"_a.none(), nb::kw_only(), "dtype"_a = nb::none(),
      "Zeros in the shape and, by default, the dtype of `input`.\n\n"
      "Examples:\n"
      "    >>> print(ops.zeros_like(Tensor([1, 2])))\n"
      "    [0 0]");
  m.def(
      "full_like",
      [](nb::handle input, nb::handle value, nb::handle dtype) {
        const Tensor& x = input_of(input, "full_like");
        return to_python(filled(x.shape(), value, dtype_or(dtype, x.dtype(), "full_like")));
      },
      "input"_a.none(), "fill_value"_a.none(), nb::kw_only(), "dtype"_a = nb::none(),
      "`fill_value` in the shape and, by default, the dtype of `input`.\n\n"
      "Examples:\n"
      "    >>> print(ops.full_like(Tensor([1.5, 2.5]), 3))\n"
      "    [3. 3.]");
}

void bind_sequences(nb::module_& m) {
  m.def(
      "arange",
      [](nb::handle start, nb::handle end, nb::handle step, nb::handle dtype) {
        return to_python(range(start, end, step, dtype));
      },
      "start"_any = 0, "end"_any = nb::none(), "step"_any = 1, nb::kw_only(), "dtype"_a = nb::none(),
      "start, start + step, ... up to but without `end`; with one argument from 0 to it. int64 when all "
      "arguments are integers, else float32. ValueError for a step of 0 or one that leads away from "
      "`end`.\n\n"
      "Examples:\n"
      "    >>> print(ops.arange(1, 7, 2))\n"
      "    [1 3 5]");
  m.def(
      "linspace",
      [](nb::handle start, nb::handle end, int64_t steps, nb::handle dtype) {
        return to_python(linspace(number_of(start, "linspace", "start"), number_of(end, "linspace", "end"),
                                  steps, dtype_or(dtype, float32, "linspace")));
      },
      "start"_a.none(), "end"_any, "steps"_a, nb::kw_only(), "dtype"_a = nb::none(),
      "`steps` numbers from `start` to `end`, both included, evenly spaced. ValueError unless steps >= 1.\n\n"
      "Examples:\n"
      "    >>> print(ops.linspace(0, 1, 3))\n"
      "    [0.  0.5 1. ]");
  m.def(
      "eye",
      [](int64_t n, std::optional<int64_t> columns, nb::handle dtype) {
        return to_python(eye(n, columns.value_or(n), dtype_or(dtype, float32, "eye")));
      },
      "n"_a, "m"_a = nb::none(), "dtype"_a = nb::none(),
      "A matrix of n rows and m (by default n) columns with ones on its diagonal. ValueError for a negative "
      "extent.\n\n"
      "Examples:\n"
      "    >>> print(ops.eye(2))\n"
      "    [[1. 0.]\n"
      "     [0. 1.]]");
}

void bind_pieces(nb::module_& m) {
  m.def(
      "split",
      [](nb::handle tensor, nb::handle sizes, int64_t axis) {
        return to_python(pieces(input_of(tensor, "split"), sizes, axis));
      },
      "tensor"_a.none(), "split_size_or_sections"_any, "axis"_a = 0,
      "A tuple of views of `tensor`, cut along `axis` into pieces of one size (an int; the last may be "
      "smaller) "
      "or of the given sizes. ValueError unless the sizes are >= 0 and add up.\n\n"
      "Examples:\n"
      "    >>> print(ops.split(Tensor([1, 2, 3]), 2)[0])\n"
      "    [1 2]");
  m.def(
      "chunk",
      [](nb::handle input, int64_t chunks, int64_t axis) {
        return to_python(ops::chunk(input_of(input, "chunk"), chunks, axis));
      },
      "input"_a.none(), "chunks"_a, "axis"_a = 0,
      "A tuple of at most `chunks` views of one size, cut along `axis`; the last may be smaller.\n\n"
      "Examples:\n"
      "    >>> print(ops.chunk(Tensor([1, 2, 3]), 2)[1])\n"
      "    [3]");
  m.def(
      "unstack",
      [](nb::handle input, int64_t axis) { return to_python(unstacked(input_of(input, "unstack"), axis)); },
      "input_x"_a.none(), "axis"_a = 0,
      "A tuple of the views of `input_x` at each position of `axis`, which is dropped.\n\n"
      "Examples:\n"
      "    >>> print(ops.unstack(Tensor([[1, 2], [3, 4]]))[1])\n"
      "    [3 4]");
}

// New tensors with the dtype of one that there is.
void bind_new(nb::class_<Tensor>& c) {
  const auto def = [&](const char* name, double value, const char* doc) {
    c.def(
        name,
        [name, value](const Tensor& x, nb::handle size, nb::handle dtype) {
          return to_python(full(size_of(size, name, "size"), value, dtype_or(dtype, x.dtype(), name)));
        },
        "size"_a.none(), nb::arg("dtype") = nb::none(), doc);
  };
  def("new_zeros", 0,
      "A Tensor of zeros of this shape, by default in the dtype of the Tensor.\n\nExamples:\n"
      "    >>> print(Tensor([1.5]).new_zeros((2,)))\n    [0. 0.]");
  def("new_ones", 1,
      "A Tensor of ones of this shape, by default in the dtype of the Tensor.\n\nExamples:\n"
      "    >>> print(Tensor([1.5]).new_ones((2,)))\n    [1. 1.]");
  c.def(
      "new_full",
      [](const Tensor& x, nb::handle size, nb::handle value, nb::handle dtype) {
        return to_python(
            filled(size_of(size, "new_full", "size"), value, dtype_or(dtype, x.dtype(), "new_full")));
      },
      "size"_a.none(), "fill_value"_a.none(), nb::kw_only(), "dtype"_a = nb::none(),
      "A Tensor of this shape filled with one number, by default in the dtype of the Tensor.\n\nExamples:\n"
      "    >>> print(Tensor([1.5]).new_full((2,), 3))\n    [3. 3.]");
  c.def(
      "unbind", [](const Tensor& x, int64_t dim) { return to_python(unstacked(x, dim)); }, "dim"_a = 0,
      "A tuple of the views at each position of `dim`, which is dropped.\n\nExamples:\n"
      "    >>> print(Tensor([[1, 2], [3, 4]]).unbind()[1])\n    [3 4]");
}

}  // namespace

void bind_creation(nb::module_& m) {
  bind_filled(m);
  bind_sequences(m);
  bind_pieces(m);
  nb::class_<Tensor> c = nb::borrow<nb::class_<Tensor>>(nb::type<Tensor>());
  bind_new(c);
}

}  // namespace nucella::python
