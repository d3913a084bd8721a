// Norms of vectors and matrices, as functions of nucella.ops and as methods of Tensor.
#include "bind.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

// The order of a norm: a number, or "fro" for the root of the sum of squares.
struct Order {
  double p = 2;
  bool frobenius = true;

  explicit Order(nb::handle given) {
    if (given.is_none()) return;
    if (PyUnicode_Check(given.ptr())) {
      const auto name = nb::cast<std::string>(given);
      if (name == "nuc")
        raise<NotImplementedError>("norm: 'ord' \"nuc\" needs singular values, which nucella lacks");
      check<ValueError>(name == "fro", "norm: 'ord' must be a number, 'fro' or 'nuc', got '", name, "'");
      return;
    }
    if (PyBool_Check(given.ptr()) || !PyNumber_Check(given.ptr()))
      raise<TypeError>("norm: 'ord' must be a number, 'fro' or 'nuc', got ", object_type(given));
    p = nb::cast<double>(nb::float_(given));
    frobenius = false;
  }
};

Tensor norm(const Tensor& input, nb::handle ord, nb::handle dim, bool keep, nb::handle dtype) {
  const Tensor x = dtype.is_none() ? input : ops::cast(input, to_dtype(dtype, "norm", "dtype"));
  check<TypeError>(is_floating(x.dtype()), "norm: expected a floating-point tensor, got ", x.dtype());
  const Order order(ord);
  if (dim.is_none() && ord.is_none()) return ops::vector_norm(x, 2, {}, keep);
  Shape axes;
  if (dim.is_none()) {
    check<ValueError>(x.ndim() == 1 || x.ndim() == 2,
                      "norm: with 'ord' and without 'dim' the input must have 1 or 2 dimensions, got shape ",
                      x.shape());
    for (int i = 0; i < x.ndim(); ++i) axes.push_back(i);
  } else {
    for (int64_t axis : to_shape(dim, "norm", "dim"))
      axes.push_back(normalize_axis(axis, x.ndim(), "norm", "dim"));
  }
  check<ValueError>(axes.ndim() == 1 || axes.ndim() == 2, "norm: 'dim' must hold one or two axes, got ",
                    axes);
  if (axes.ndim() == 1) return ops::vector_norm(x, order.p, axes, keep);
  check<ValueError>(axes[0] != axes[1], "norm: 'dim' names an axis twice: ", axes);
  if (order.frobenius) return ops::vector_norm(x, 2, axes, keep);
  if (std::abs(order.p) == 2)
    raise<NotImplementedError>("norm: 'ord' ", order.p,
                               " of a matrix needs singular values, which nucella lacks");
  return ops::matrix_norm(x, order.p, axes, keep);
}

}  // namespace

void bind_norms(nb::module_& m, nb::class_<Tensor>& c) {
  m.def(
      "norm",
      [](nb::handle input, nb::handle ord, nb::handle dim, bool keepdim, nb::handle dtype) {
        const Tensor tensor = to_tensor(input, "norm", "A");
        check<TypeError>(tensor.defined(), "norm: 'A' must be a Tensor, got None");
        return to_python(norm(tensor, ord, dim, keepdim, dtype));
      },
      "A"_a.none(), "ord"_a = nb::none(), "dim"_a = nb::none(), "keepdim"_a = false, nb::kw_only(),
      "dtype"_a = nb::none(),
      "The norm of the vectors along the axis `dim`, or of the matrices along the two axes `dim`. Without "
      "`dim` and\n"
      "`ord` the root of the sum of all squares; with `ord` alone that of a vector or matrix.\n\n"
      "`ord` of vectors: any number p for (sum |x|^p)^(1/p), inf, -inf, 0 (elements that are not 0); of "
      "matrices:\n"
      "'fro', 1, -1, inf, -inf. NotImplementedError for those that need singular values ('nuc', 2, -2).\n\n"
      "Examples:\n"
      "    >>> print(ops.norm(Tensor([3.0, 4.0])))\n"
      "    5.0");
  c.def(
      "norm",
      [](const Tensor& x, nb::handle ord, nb::handle dim, bool keepdim, nb::handle dtype) {
        return to_python(norm(x, ord, dim, keepdim, dtype));
      },
      "ord"_a = nb::none(), "dim"_a = nb::none(), "keepdim"_a = false, nb::kw_only(), "dtype"_a = nb::none(),
      "As nucella.ops.norm().\n\n"
      "Examples:\n"
      "    >>> print(Tensor([3.0, -4.0]).norm(1))\n"
      "    7.0");
}

}  // namespace nucella::python
