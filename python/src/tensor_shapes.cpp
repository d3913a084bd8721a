// Methods of Tensor that give it another shape, cut it, or put it into place: views where that is possible.
#include <numeric>

#include "bind.h"
#include "nucella/ops/indexing.h"
#include "nucella/ops/ops.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

// The ints of f(2, 3), f((2, 3)) or f([2, 3]).
Shape ints_of(const nb::args& args, std::string_view who, std::string_view argument) {
  return to_shape(args.size() == 1 ? nb::handle(args[0]) : nb::handle(args), who, argument);
}

Tensor transposed(const Tensor& x, const nb::args& axes) {
  if (axes.size() > 0 && !(axes.size() == 1 && axes[0].is_none()))
    return ops::transpose(x, ints_of(axes, "Tensor.transpose", "axes"));
  Shape reversed = Shape::filled(x.ndim(), 0);
  std::iota(reversed.begin(), reversed.end(), 0);
  std::reverse(reversed.begin(), reversed.end());
  return ops::transpose(x, reversed);
}

Tensor flattened(const Tensor& x, const std::string& order, int64_t start, int64_t end) {
  check<ValueError>(order == "C" || order == "F", "Tensor.flatten: 'order' must be 'C' or 'F', got '", order,
                    "'");
  const Tensor from = order == "C" ? x : transposed(x, nb::cast<nb::args>(nb::make_tuple()));
  return ops::flatten(from, start, end);
}

// -1 keeps an extent.
Tensor expanded(const Tensor& x, Shape shape) {
  const int lead = shape.ndim() - x.ndim();
  for (int i = std::max(lead, 0); i < shape.ndim(); ++i)
    if (shape[i] == -1) shape[i] = x.shape()[i - lead];
  return ops::broadcast_to(x, shape);
}

Tensor narrowed(const Tensor& x, int64_t dim, int64_t start, int64_t length) {
  const int axis = normalize_axis(dim, x.ndim(), "Tensor.narrow", "dim");
  const int64_t extent = x.shape()[axis], from = start < 0 ? start + extent : start;
  check<ValueError>(from >= 0 && length >= 0 && from + length <= extent, "Tensor.narrow: ", start, " and ",
                    length, " leave axis ", axis, " of extent ", extent);
  Shape begin = Shape::filled(axis + 1, 0), end(x.shape().begin(), x.shape().begin() + axis + 1);
  begin[axis] = from;
  end[axis] = from + length;
  return ops::strided_slice(x, begin, end);
}

void bind_axes(nb::class_<Tensor>& c) {
  c.def(
       "transpose", [](const Tensor& x, nb::args axes) { return to_python(transposed(x, axes)); }, "axes"_a,
       "A view with the axes in this order; without arguments in the reverse one.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([[1, 2, 3]]).transpose().shape)\n"
       "    (3, 1)")
      .def(
          "flatten",
          [](const Tensor& x, const std::string& order, int64_t start, int64_t end) {
            return to_python(flattened(x, order, start, end));
          },
          "order"_a = "C", nb::kw_only(), "start_dim"_a = 0, "end_dim"_a = -1,
          "The axes from `start_dim` to `end_dim` as one; with order 'F' those of the transposed tensor.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1, 2], [3, 4]]).flatten())\n"
          "    [1 2 3 4]")
      .def(
          "ravel", [](const Tensor& x) { return to_python(ops::reshape(x, {-1})); },
          "All elements along one axis.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1, 2], [3, 4]]).ravel())\n"
          "    [1 2 3 4]")
      .def(
          "expand",
          [](const Tensor& x, nb::args size) {
            return to_python(expanded(x, ints_of(size, "Tensor.expand", "size")));
          },
          "size"_a,
          "A view broadcast to this shape; -1 keeps an extent.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2]).expand(2, -1))\n"
          "    [[1 2]\n"
          "     [1 2]]")
      .def(
          "expand_as",
          [](const Tensor& x, const Tensor& other) { return to_python(ops::broadcast_to(x, other.shape())); },
          "other"_a,
          "A view broadcast to the shape of `other`.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2]).expand_as(ops.ones((2, 2))))\n"
          "    [[1 2]\n"
          "     [1 2]]")
      .def(
          "reshape_as",
          [](const Tensor& x, const Tensor& other) { return to_python(ops::reshape(x, other.shape())); },
          "other"_a,
          "The elements in the shape of `other`.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2]).reshape_as(ops.ones((2, 1))).shape)\n"
          "    (2, 1)")
      .def(
          "view_as",
          [](const Tensor& x, const Tensor& other) { return to_python(ops::reshape(x, other.shape())); },
          "other"_a,
          "The elements in the shape of `other`.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2]).view_as(ops.ones((2, 1))).shape)\n"
          "    (2, 1)");
}

void bind_cuts(nb::class_<Tensor>& c) {
  c.def(
       "split",
       [](const Tensor& x, nb::handle sizes, int64_t axis) {
         const Shape given = to_shape(sizes, "Tensor.split", "split_size_or_sections");
         const bool one = !PyTuple_Check(sizes.ptr()) && !PyList_Check(sizes.ptr());
         return to_python(one ? ops::split(x, given[0], axis) : ops::split(x, given.vec(), axis));
       },
       "split_size_or_sections"_any, "axis"_a = 0,
       "A tuple of views, cut along `axis` into pieces of one size (the last may be smaller) or of the given "
       "sizes.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([1, 2, 3]).split(2)[0])\n"
       "    [1 2]")
      .def(
          "chunk",
          [](const Tensor& x, int64_t chunks, int64_t axis) {
            return to_python(ops::chunk(x, chunks, axis));
          },
          "chunks"_a, "axis"_a = 0,
          "A tuple of at most `chunks` views of one size; the last may be smaller.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2, 3]).chunk(2)[1])\n"
          "    [3]")
      .def(
          "narrow",
          [](const Tensor& x, int64_t dim, int64_t start, int64_t length) {
            return to_python(narrowed(x, dim, start, length));
          },
          "dim"_a, "start"_a, "length"_a,
          "A view of `length` positions of the axis `dim` from `start` on.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2, 3]).narrow(0, 1, 2))\n"
          "    [2 3]");
}

}  // namespace

void bind_tensor_shapes(nb::class_<Tensor>& c) {
  bind_axes(c);
  bind_cuts(c);
}

}  // namespace nucella::python
