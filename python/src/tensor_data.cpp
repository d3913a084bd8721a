// The values of a Tensor as Python numbers, and writing them.
#include "bind.h"
#include "nucella/ops/indexing.h"
#include "nucella/ops/operators.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

template <class T>
PyObject* number_object(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    return PyBool_FromLong(value);
  } else if constexpr (std::is_same_v<T, uint64_t>) {
    return PyLong_FromUnsignedLongLong(value);
  } else if constexpr (std::is_integral_v<T>) {
    return PyLong_FromLongLong(value);
  } else {
    return PyFloat_FromDouble(static_cast<double>(value));
  }
}

nb::object checked(PyObject* object) {
  if (!object) nb::raise_python_error();
  return nb::steal(object);
}

// Elements of one axis after the other, as nested lists.
template <class T>
nb::object nested_list(const T* data, const Tensor& t, int axis) {
  if (axis == t.ndim()) return checked(number_object(*data));
  nb::object list = checked(PyList_New(t.shape()[axis]));
  for (int64_t i = 0; i < t.shape()[axis]; ++i)
    PyList_SET_ITEM(list.ptr(), i, nested_list(data + i * t.strides()[axis], t, axis + 1).release().ptr());
  return list;
}

nb::object to_list(const Tensor& t) {
  t.prepare("Tensor.tolist");
  return dispatch(t.dtype(),
                  [&]<class T>() { return nested_list(reinterpret_cast<const T*>(t.raw_data()), t, 0); });
}

// The tensor with one element replaced, as a copy.
Tensor with_item(const Tensor& t, nb::args args) {
  check<ValueError>(args.size() > 0, "Tensor.itemset: 'args' must hold at least the value");
  const nb::object value = args[args.size() - 1];
  const Tensor number = tensor_like_number(value, t);
  if (!number.defined())
    raise<TypeError>("Tensor.itemset: the value must be a number, got ", object_type(value));
  Tensor out = t.clone();
  if (args.size() == 1) {
    check<ValueError>(t.size() == 1,
                      "Tensor.itemset: only a tensor of one element needs no index, got shape ", t.shape());
    ops::index_put(out, {ellipsis}, number);
    return out;
  }
  check<ValueError>(args.size() == 2, "Tensor.itemset: expected an index and a value, got ", args.size(),
                    " arguments");
  const Shape place = to_shape(args[0], "Tensor.itemset", "index");
  if (place.ndim() == 1) {
    ops::index_put(ops::reshape(out, {-1}), {place[0]}, number);
    return out;
  }
  check<ValueError>(place.ndim() == t.ndim(), "Tensor.itemset: expected ", t.ndim(), " positions, got ",
                    place.ndim());
  ops::index_put(out, std::vector<Index>(place.begin(), place.end()), number);
  return out;
}

// Other elements, maybe of another shape and dtype, under the same identity; the old memory is let go.
void replace(const Tensor& t, const Tensor& value) {
  TensorImpl& impl = *t.impl();
  impl.dtype = value.dtype();
  impl.shape = value.shape();
  impl.strides = value.strides();
  impl.offset = value.impl()->offset;
  impl.storage = value.impl()->storage;
}

nb::object assign_value(nb::object self, nb::handle value) {
  const Tensor& to = *tensor_of(self);
  const Tensor from = to_tensor(value, "Tensor.assign_value", "value");
  check<TypeError>(from.defined(), "Tensor.assign_value: 'value' must be a Tensor, got None");
  if (from.shape() == to.shape() || parameter_of(self)) {
    ops::assign(to, from);
  } else {
    replace(to, from.clone());
  }
  return self;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const int lead = to.ndim() - from.ndim();
  if (lead < 0) return false;
  for (int i = 0; i < from.ndim(); ++i)
    if (from[i] != 1 && from[i] != to[lead + i]) return false;
  return true;
}

nb::object copy_into(nb::object self, nb::handle source) {
  const Tensor& to = *tensor_of(self);
  const Tensor from = to_tensor(source, "Tensor.copy_", "src");
  check<TypeError>(from.defined(), "Tensor.copy_: 'src' must be a Tensor, got None");
  check<RuntimeError>(broadcasts_to(from.shape(), to.shape()), "Tensor.copy_: 'src' of shape ", from.shape(),
                      " cannot be broadcast to ", to.shape());
  ops::assign(to, ops::broadcast_to(ops::cast(from, to.dtype()), to.shape()));
  return self;
}

DType set_dtype(const Tensor& t, DType dtype) {
  if (dtype != t.dtype()) replace(t, ops::cast(t, dtype).contiguous());
  return dtype;
}

}  // namespace

nb::object item_of(const Tensor& t, std::string_view who) {
  check<ValueError>(t.size() == 1, who, ": only a tensor of one element has a value as a number, got shape ",
                    t.shape());
  t.prepare(who);
  return dispatch(t.dtype(), [&]<class T>() {
    return checked(number_object(*reinterpret_cast<const T*>(t.raw_data())));
  });
}

void bind_tensor_data(nb::class_<Tensor>& c) {
  c.def(
       "item", [](const Tensor& t) { return item_of(t, "Tensor.item"); },
       "The only element as a Python number. ValueError unless there is exactly one.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([1.5]).item())\n"
       "    1.5")
      .def("tolist", &to_list,
           "The elements as nested lists of Python numbers; a number for a 0-d tensor.\n\n"
           "Examples:\n"
           "    >>> print(Tensor([[1, 2]]).tolist())\n"
           "    [[1, 2]]")
      .def(
          "itemset", [](const Tensor& t, nb::args args) { return to_python(with_item(t, args)); }, "args"_a,
          "itemset(value) or itemset(index, value): a copy with one element replaced. A single int counts in "
          "row-major order.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1, 2]).itemset(0, 9))\n"
          "    [9 2]")
      .def("assign_value", &assign_value, "value"_a.none(),
           "Writes the elements of the Tensor `value` into this one; returns it. The shapes must agree.\n\n"
           "Examples:\n"
           "    >>> print(Tensor([1, 2]).assign_value(Tensor([3, 4])))\n"
           "    [3 4]")
      .def(
          "_offload", [](nb::handle) {}, "Does nothing: the data are in the host's memory already.")
      .def(
          "_load", [](nb::handle) {}, "Does nothing, as :meth:`_offload`.")
      .def("copy_", &copy_into, "src"_a.none(),
           "Writes the elements of `src`, cast and broadcast, into this Tensor; returns it.\n\n"
           "Examples:\n"
           "    >>> print(Tensor([1.0, 2.0]).copy_(Tensor([3])))\n"
           "    [3. 3.]")
      .def(
          "set_dtype",
          [](const Tensor& t, nb::handle dtype) {
            return to_python(set_dtype(t, to_dtype(dtype, "Tensor.set_dtype", "dtype")));
          },
          "dtype"_a.none(),
          "Converts the elements in place; returns `dtype`.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([1.5]).set_dtype(nucella.int32))\n"
          "    Int32")
      .def(
          "init_data",
          [](nb::object self, nb::handle, nb::handle, nb::handle) {
            init_data(*tensor_of(self));
            return self;
          },
          "slice_index"_a = nb::none(), "shape"_a = nb::none(), "opt_shard_group"_a = nb::none(),
          "Fills a Tensor made with init=...; returns it. TypeError when it has its data already.")
      .def(
          "set_const_arg", [](nb::object self, bool) { return self; }, "const_arg"_a = true,
          "Returns the Tensor itself: no graph bakes in the value of an argument.");
}

}  // namespace nucella::python
