// Copies of a Tensor: copy(), copy.copy, deepcopy, pickle, bytes.
#include "bind.h"
#include "nucella/ops/ops.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

nb::bytes bytes_of(const Tensor& t) {
  t.prepare("Tensor.get_bytes");
  const Tensor dense = t.contiguous();
  return nb::bytes(reinterpret_cast<const char*>(dense.raw_data()), static_cast<size_t>(dense.nbytes()));
}

Tensor from_bytes(nb::bytes bytes, nb::handle extents, nb::handle dtype) {
  const Shape shape = to_shape(extents, "Tensor.convert_bytes_to_tensor", "shape");
  Tensor out = Tensor::empty(shape, to_dtype(dtype, "Tensor.convert_bytes_to_tensor", "dtype"));
  check<ValueError>(static_cast<int64_t>(bytes.size()) == out.nbytes(),
                    "Tensor.convert_bytes_to_tensor: shape ", shape, " and dtype ", out.dtype(), " need ",
                    out.nbytes(), " bytes, got ", bytes.size());
  std::memcpy(out.raw_data(), bytes.data(), bytes.size());
  return out;
}

// (bytes, shape, dtype), or (None, shape, dtype) for a tensor of which not all extents are known.
nb::tuple state_of(const Tensor& t) {
  const bool deferred = !t.shape().is_static();
  return nb::make_tuple(deferred ? nb::none() : nb::object(bytes_of(t)), to_python(t.shape()),
                        to_python(t.dtype()));
}

Tensor from_state(nb::tuple state) {
  if (!state[0].is_none()) return from_bytes(nb::cast<nb::bytes>(state[0]), state[1], state[2]);
  return Tensor::placeholder(to_shape(state[1], "Tensor", "shape"), to_dtype(state[2], "Tensor", "dtype"));
}

}  // namespace

void bind_tensor_copies(nb::class_<Tensor>& c) {
  c.def(
       "copy", [](const Tensor& t) { return to_python(ops::cast(t, t.dtype())); },
       "A Tensor with a copy of the elements; gradients flow through.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([1, 2]).copy())\n"
       "    [1 2]")
      .def(
          "contiguous",
          [](nb::object self) {
            const Tensor& t = *tensor_of(self);
            return t.is_contiguous() ? self : to_python(t.clone());
          },
          "The Tensor itself when its elements lie row by row, else a copy for which they do.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1, 2]]).T.contiguous().is_contiguous())\n"
          "    True")
      .def(
          "__copy__", [](const Tensor& t) { return to_python(t.clone()); }, "A copy with data of its own.")
      .def(
          "value", [](const Tensor& t) { return to_python(ops::reshape(t, t.shape())); },
          "A Tensor on the same data.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2]).value())\n"
          "    [1 2]")
      .def(
          "__deepcopy__", [](const Tensor& t, nb::handle) { return to_python(t.clone()); }, "memo"_any,
          "A copy with data of its own.")
      .def("__getstate__", &state_of)
      .def("__setstate__", [](Tensor& self, nb::tuple state) { new (&self) Tensor(from_state(state)); })
      .def("get_bytes", &bytes_of,
           "The elements in row-major order as bytes.\n\n"
           "Examples:\n"
           "    >>> print(Tensor([1, 2], nucella.int8).get_bytes())\n"
           "    b'\\x01\\x02'")
      .def_static(
          "convert_bytes_to_tensor",
          [](nb::bytes bytes, nb::handle shape, nb::handle dtype) {
            return to_python(from_bytes(bytes, shape, dtype));
          },
          "bytes_data"_a, "shape"_any, "dtype"_any,
          "The inverse of get_bytes(). ValueError when the number of bytes is not that of `shape` and "
          "`dtype`.\n\n"
          "Examples:\n"
          "    >>> print(Tensor.convert_bytes_to_tensor(b'ab', (2,), nucella.uint8))\n"
          "    [97 98]");
}

}  // namespace nucella::python
