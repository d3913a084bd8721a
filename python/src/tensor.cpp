// The class Tensor: its type, its constructor, its text.
#include "bind.h"
#include "nucella/tensor/create.h"
#include "nucella/tensor/format.h"
#include "tensor_object.h"
#include "tensor_slots.h"

namespace nucella::python {

PyTypeObject* tensor_type = nullptr;
InitializerPtr (*initializer_of_object)(nb::handle) = nullptr;
nb::object (*object_of_initializer)(const InitializerPtr&) = nullptr;

namespace {

constexpr int64_t kBigCall = 1 << 16;  // elements from which on others may run meanwhile

bool is_big(const Call& call) {
  int64_t elements = 0;
  for (const Tensor* t : call.in)
    if (t->defined() && t->shape().is_static()) elements += t->size();
  return elements > kBigCall;
}

// What stands for an unknown extent: None, or -1 as MindSpore stores it.
int64_t extent_of(nb::handle object) {
  if (object.is_none()) return kUnknownDim;
  check<TypeError>(PyLong_Check(object.ptr()) && !PyBool_Check(object.ptr()),
                   "Tensor: 'shape' must hold ints and None, got ", object_type(object));
  const auto extent = nb::cast<int64_t>(object);
  check<ValueError>(extent >= 0 || extent == kUnknownDim, "Tensor: 'shape' must hold extents >= 0, got ",
                    extent);
  return extent;
}

Shape deferred_shape(nb::handle object) {
  if (object.is_none()) return {kUnknownRank};
  if (!PyTuple_Check(object.ptr()) && !PyList_Check(object.ptr())) return {extent_of(object)};
  Shape shape;
  for (nb::handle item : nb::borrow<nb::object>(object)) shape.push_back(extent_of(item));
  return shape;
}

Tensor lazy_tensor(nb::handle init, const Shape& shape, DType dtype) {
  check<ValueError>(shape.is_static(), "Tensor: with 'init' every extent of 'shape' must be known, got ",
                    shape);
  const InitializerPtr initializer = initializer_of_object ? initializer_of_object(init) : nullptr;
  check<TypeError>(initializer != nullptr, "Tensor: 'init' must be an Initializer, got ", object_type(init));
  return as_tensor(LazyTensor{initializer, shape, dtype});
}

Tensor construct(nb::handle data, nb::handle dtype, nb::handle shape, nb::handle init) {
  std::optional<DType> wanted;
  if (!dtype.is_none()) wanted = to_dtype(dtype, "Tensor", "dtype");
  if (!init.is_none()) {
    check<ValueError>(data.is_none() && wanted && !shape.is_none(),
                      "Tensor: 'init' needs 'dtype' and 'shape' and no 'input_data'");
    return lazy_tensor(init, deferred_shape(shape), *wanted);
  }
  if (!data.is_none()) {
    if (!shape.is_none())
      raise<ValueError>("Tensor: with 'input_data' there must be no 'shape', got ", nb::repr(shape).c_str());
    return tensor_from_object(data, wanted);
  }
  check<ValueError>(wanted || shape.is_none(), "Tensor: 'shape' needs 'dtype'");
  check<TypeError>(wanted.has_value(),
                   "Tensor: 'input_data' must be a number, a list, a tuple, a NumPy array or a Tensor, "
                   "got None");
  const Shape extents = deferred_shape(shape);
  return extents.is_static() ? zeros(extents, *wanted) : Tensor::placeholder(extents, *wanted);
}

Tensor construct_checked(nb::handle data, nb::handle dtype, nb::handle shape, nb::handle init,
                         nb::handle const_arg, nb::handle device) {
  check<TypeError>(PyBool_Check(const_arg.ptr()), "Tensor: 'const_arg' must be a bool, got ",
                   object_type(const_arg));
  if (!device.is_none()) {
    check<TypeError>(PyUnicode_Check(device.ptr()), "Tensor: 'device' must be a str, got ",
                     object_type(device));
    const auto name = nb::cast<std::string>(device);
    check<ValueError>(name == "CPU" || name == "Remote", "Tensor: 'device' must be 'CPU', got '", name, "'");
  }
  return construct(data, dtype, shape, init);
}

const PyType_Slot* tensor_slots() {
  static const std::vector<PyType_Slot> slots = [] {
    std::vector<PyType_Slot> all;
    for (const auto& part : {operator_slots(), index_slots(), buffer_slots()})
      all.insert(all.end(), part.begin(), part.end());
    all.push_back({0, nullptr});
    return all;
  }();
  return slots.data();
}

constexpr const char* kTensorDoc = R"(An array of elements of one dtype.

Tensor(input_data) copies a number, a nested list or tuple of numbers or Tensors, or a NumPy array; of a
Tensor it shares the data. Python ints become int64, floats float32, bools bool_; arrays keep their
dtype. `dtype` converts. Tensor(shape=..., dtype=...) holds zeros, or no data when some extents are not
known yet (None). Tensor(shape=..., dtype=..., init=...) is filled by its Initializer in init_data().

Raises TypeError for data of another kind or a ragged list, ValueError for arguments that exclude each
other.

Examples:
    >>> Tensor([[1.0, 2.5], [3.0, 4.0]])
    Tensor(shape=[2, 2], dtype=Float32, value=
    [[ 1.00000000e+00,  2.50000000e+00],
     [ 3.00000000e+00,  4.00000000e+00]])
    >>> Tensor(shape=[3, None], dtype=nucella.float32).shape
    (3, -1)
)";

}  // namespace

PyObject* new_tensor_object(Tensor&& tensor) {
  nb::object object = nb::inst_alloc(reinterpret_cast<PyObject*>(tensor_type));
  new (nb::inst_ptr<Tensor>(object)) Tensor(std::move(tensor));
  nb::inst_mark_ready(object);
  return object.release().ptr();
}

void apply_releasing_gil(const Call& call) {
  if (!is_big(call)) return apply(call);
  const nb::gil_scoped_release unlocked;
  apply(call);
}

void bind_tensor(nb::module_& m) {
  nb::class_<Tensor> c(m, "Tensor", nb::dynamic_attr(), nb::is_weak_referenceable(), nb::pooled(),
                       nb::type_slots(tensor_slots()), kTensorDoc);
  tensor_type = reinterpret_cast<PyTypeObject*>(c.ptr());
  c.def(
      "__init__",
      [](Tensor* self, nb::object data, nb::object dtype, nb::object shape, nb::object init,
         nb::object const_arg, nb::object device) {
        new (self) Tensor(construct_checked(data, dtype, shape, init, const_arg, device));
      },
      "input_data"_a = nb::none(), "dtype"_a = nb::none(), "shape"_a = nb::none(), "init"_a = nb::none(),
      "const_arg"_any = false, "device"_a = nb::none());
  c.def("__repr__", [](const Tensor& t) { return repr(t); });
  c.def("__str__", [](const Tensor& t) { return to_string(t); });
  bind_tensor_properties(c);
  bind_tensor_data(c);
  bind_tensor_numpy(m, c);
  bind_tensor_copies(c);
  bind_tensor_shapes(c);
  bind_tensor_updates(c);
  bind_reductions(m, c);
  bind_norms(m, c);
  bind_tensor_hooks(c);
}

}  // namespace nucella::python
