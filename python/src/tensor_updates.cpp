// Methods of Tensor that convert it, or that write into it: astype, float, add_, zero_, ...
#include "bind.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

nb::object cast_to(const Tensor& x, DType dtype) { return to_python(ops::cast(x, dtype)); }

// Under the same identity; the object that came in.
nb::object write(nb::object self, const Tensor& value) {
  const Tensor& to = *tensor_of(self);
  ops::assign(to, value.shape() == to.shape() ? ops::cast(value, to.dtype())
                                              : ops::broadcast_to(ops::cast(value, to.dtype()), to.shape()));
  return self;
}

Tensor operand(nb::handle value, const Tensor& like, std::string_view who) {
  if (const Tensor* t = tensor_of(value)) return *t;
  const Tensor number = tensor_like_number(value, like);
  if (!number.defined()) raise<TypeError>(who, ": expected a Tensor or a number, got ", object_type(value));
  return number;
}

template <auto F>
void bind_binary(nb::class_<Tensor>& c, const char* name, const char* doc) {
  c.def(
      name,
      [name](nb::object self, nb::handle other) {
        const Tensor& x = *tensor_of(self);
        return write(self, F(x, operand(other, x, name)));
      },
      "other"_a.none(), doc);
}

template <auto F>
void bind_unary(nb::class_<Tensor>& c, const char* name, const char* doc) {
  c.def(
      name, [](nb::object self) { return write(self, F(*tensor_of(self))); }, doc);
}

void bind_casts(nb::class_<Tensor>& c) {
  const auto def = [&](const char* name, DType dtype, const char* doc) {
    c.def(
        name, [dtype](const Tensor& x) { return cast_to(x, dtype); }, doc);
  };
  def("bool", bool_, "The elements as bool_: True unless 0.");
  def("byte", uint8, "The elements as uint8.");
  def("short", int16, "The elements as int16.");
  def("int", int32, "The elements as int32.");
  def("long", int64, "The elements as int64.");
  def("half", float16, "The elements as float16.");
  def("bfloat16", bfloat16, "The elements as bfloat16.");
  def("float", float32, "The elements as float32.");
  def("double", float64, "The elements as float64.");
  c.def("__round__", [](const Tensor& x) { return to_python(ops::round(x)); });
  c.def(
       "astype",
       [](nb::object self, nb::handle dtype, bool copy) {
         const DType wanted = to_any_dtype(dtype, "Tensor.astype", "dtype");
         const Tensor& x = *tensor_of(self);
         return !copy && wanted == x.dtype() ? self : cast_to(x, wanted);
       },
       "dtype"_a.none(), "copy"_a = true,
       "The elements in another dtype, which may also be a NumPy or Python type or a name. Without `copy` "
       "the "
       "Tensor itself when it has the dtype already.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([1.5, 2.5]).astype(\"int32\"))\n"
       "    [1 2]")
      .def(
          "to",
          [](const Tensor& x, nb::handle dtype) { return cast_to(x, to_dtype(dtype, "Tensor.to", "dtype")); },
          "dtype"_a.none(),
          "The elements in another dtype.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.5, 2.5]).to(nucella.int32))\n"
          "    [1 2]")
      .def(
          "type",
          [](const Tensor& x, nb::handle dtype) -> nb::object {
            if (dtype.is_none()) return nb::cast(std::string(name(x.dtype())));
            return cast_to(x, to_any_dtype(dtype, "Tensor.type", "dtype"));
          },
          "dtype"_a = nb::none(),
          "The name of the dtype; or the elements in the dtype that is given.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.5]).type())\n"
          "    Float32")
      .def(
          "type_as", [](const Tensor& x, const Tensor& other) { return cast_to(x, other.dtype()); },
          "other"_a,
          "The elements in the dtype of `other`.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.5]).type_as(Tensor([1])))\n"
          "    [1]");
}

void bind_writes(nb::class_<Tensor>& c) {
  bind_binary<&ops::add>(c, "add_", "Adds `other` to the elements in place; returns the Tensor.");
  bind_binary<&ops::sub>(c, "sub_", "Subtracts `other` from the elements in place; returns the Tensor.");
  bind_binary<&ops::mul>(c, "mul_", "Multiplies the elements by `other` in place; returns the Tensor.");
  bind_binary<&ops::div>(c, "div_", "Divides the elements by `other` in place; returns the Tensor.");
  bind_unary<&ops::exp>(c, "exp_", "exp() in place; returns the Tensor.");
  bind_unary<&ops::log>(c, "log_", "log() in place; returns the Tensor.");
  bind_unary<&ops::floor>(c, "floor_", "floor() in place; returns the Tensor.");
  bind_unary<&ops::sigmoid>(c, "sigmoid_", "sigmoid() in place; returns the Tensor.");
  bind_unary<&ops::tanh>(c, "tanh_", "tanh() in place; returns the Tensor.");
  c.def(
       "zero_", [](nb::object self) { return write(self, zeros({}, tensor_of(self)->dtype())); },
       "Fills the Tensor with zeros; returns it.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([1.5]).zero_())\n"
       "    [0.]")
      .def(
          "fill_",
          [](nb::object self, nb::handle value) {
            return write(self, operand(value, *tensor_of(self), "Tensor.fill_"));
          },
          "value"_a.none(),
          "Fills the Tensor with one number; returns it.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.5]).fill_(3))\n"
          "    [3.]")
      .def(
          "clamp_",
          [](nb::object self, nb::handle min, nb::handle max) {
            const Tensor& x = *tensor_of(self);
            const auto bound = [&](nb::handle b) {
              return b.is_none() ? Tensor() : operand(b, x, "Tensor.clamp_");
            };
            return write(self, ops::clamp(x, bound(min), bound(max)));
          },
          "min"_a = nb::none(), "max"_a = nb::none(),
          "clamp() in place; returns the Tensor.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.5]).clamp_(max=1))\n"
          "    [1.]");
}

}  // namespace

void bind_tensor_updates(nb::class_<Tensor>& c) {
  bind_casts(c);
  bind_writes(c);
}

}  // namespace nucella::python
