// What a Tensor tells about itself: shape, dtype, strides, state.
#include <numeric>

#include "bind.h"
#include "nucella/ops/ops.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

nb::object bytes_between(const Tensor& t) {
  Shape strides = t.strides();
  for (int64_t& s : strides) s *= t.itemsize();
  return to_python(strides);
}

Tensor swap_last_axes(const Tensor& t, const char* who, bool exactly_two) {
  check<ValueError>(exactly_two ? t.ndim() == 2 : t.ndim() >= 2, who, ": expected a tensor of ",
                    exactly_two ? "" : "at least ", "2 dimensions, got shape ", t.shape());
  Shape perm = Shape::filled(t.ndim(), 0);
  std::iota(perm.begin(), perm.end(), 0);
  std::swap(perm[t.ndim() - 2], perm[t.ndim() - 1]);
  return ops::transpose(t, perm);
}

Tensor reverse_axes(const Tensor& t) {
  if (t.ndim() < 2) return t;
  Shape perm = Shape::filled(t.ndim(), 0);
  std::iota(perm.begin(), perm.end(), 0);
  std::reverse(perm.begin(), perm.end());
  return ops::transpose(t, perm);
}

nb::object element_strides(const Tensor& t, std::optional<int64_t> dim) {
  if (dim) return nb::cast(t.strides()[normalize_axis(*dim, t.ndim(), "Tensor.stride", "dim")]);
  return nb::cast(t.strides().vec());
}

nb::object init_of(const Tensor& t) {
  const LazyTensor* recipe = lazy_of(t);
  return recipe && object_of_initializer ? object_of_initializer(recipe->init) : nb::none();
}

}  // namespace

void bind_tensor_properties(nb::class_<Tensor>& c) {
  c.def_prop_ro(
       "shape", [](const Tensor& t) { return to_python(t.shape()); },
       "The extents, as a tuple of ints; -1 for one that is not known yet.")
      .def_prop_ro(
          "dtype", [](const Tensor& t) { return to_python(t.dtype()); }, R"(The element type.

Examples:
    >>> nucella.float32, str(nucella.float32)
    (mindspore.float32, 'Float32'))")
      .def_prop_ro(
          "ndim", [](const Tensor& t) { return t.ndim(); }, "The number of axes.")
      .def_prop_ro(
          "size", [](const Tensor& t) { return t.size(); }, "The number of elements.")
      .def_prop_ro(
          "itemsize", [](const Tensor& t) { return t.itemsize(); }, "Bytes of one element.")
      .def_prop_ro(
          "nbytes", [](const Tensor& t) { return t.nbytes(); }, "Bytes of all elements.")
      .def_prop_ro("strides", &bytes_between, "Bytes from one element to the next along each axis.")
      .def_prop_ro(
          "device", [](const Tensor&) { return "CPU"; }, "Where the data are: \"CPU\".")
      .def_prop_ro(
          "T", [](const Tensor& t) { return to_python(reverse_axes(t)); }, "A view with the axes reversed.")
      .def_prop_ro(
          "H", [](const Tensor& t) { return to_python(swap_last_axes(t, "Tensor.H", true)); },
          "The matrix transposed, a view. ValueError unless it has 2 dimensions.")
      .def_prop_ro(
          "mT", [](const Tensor& t) { return to_python(swap_last_axes(t, "Tensor.mT", false)); },
          "A view with the last two axes swapped. ValueError below 2 dimensions.")
      .def_prop_ro(
          "mH", [](const Tensor& t) { return to_python(swap_last_axes(t, "Tensor.mH", false)); },
          "As mT; elements are real.")
      .def_prop_ro(
          "has_init", [](const Tensor& t) { return lazy_of(t) != nullptr; },
          "True while its Initializer has yet to fill it.")
      .def_prop_ro("init", &init_of, "The Initializer that will fill it, or None.")
      .def_prop_ro(
          "const_arg", [](const Tensor&) { return false; },
          "Whether graphs take it as a constant: never, its value is read when they run.");
  c.def(
       "ndimension", [](const Tensor& t) { return t.ndim(); },
       "The number of axes.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([[1, 2]]).ndimension())\n"
       "    2")
      .def(
          "dim", [](const Tensor& t) { return t.ndim(); },
          "The number of axes.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1, 2]]).dim())\n"
          "    2")
      .def(
          "numel", [](const Tensor& t) { return t.size(); },
          "The number of elements.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1, 2]]).numel())\n"
          "    2")
      .def(
          "nelement", [](const Tensor& t) { return t.size(); },
          "The number of elements.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1, 2]]).nelement())\n"
          "    2")
      .def("stride", &element_strides, "dim"_a = nb::none(),
           "Elements from one to the next along each axis (a list), or along `dim` (an int).\n\n"
           "Examples:\n"
           "    >>> print(Tensor([[1, 2], [3, 4]]).stride())\n"
           "    [2, 1]")
      .def(
          "storage_offset", [](const Tensor& t) { return t.impl()->offset; },
          "The position of the first element in its storage.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2, 3])[1:].storage_offset())\n"
          "    1")
      .def(
          "is_contiguous", [](const Tensor& t) { return t.is_contiguous(); },
          "True when the elements lie row by row without gaps.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1, 2]]).is_contiguous())\n"
          "    True")
      .def(
          "is_floating_point", [](const Tensor& t) { return is_floating(t.dtype()); },
          "True for float16, bfloat16, float32 and float64.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.0]).is_floating_point())\n"
          "    True")
      .def(
          "is_complex", [](const Tensor&) { return false; },
          "False: there are no complex dtypes.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.0]).is_complex())\n"
          "    False")
      .def(
          "is_signed", [](const Tensor& t) { return is_floating(t.dtype()) || is_signed_int(t.dtype()); },
          "True for dtypes with negative values.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.0]).is_signed())\n"
          "    True")
      .def(
          "data_ptr", [](const Tensor& t) { return reinterpret_cast<uintptr_t>(t.raw_data()); },
          "The address of the first element.");
}

}  // namespace nucella::python
