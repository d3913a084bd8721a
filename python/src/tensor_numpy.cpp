// Tensors and NumPy, DLPack and Python's buffers: shared memory in both directions.
#include "bind.h"
#include "errors.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/dlpack.h"
#include "nucella/tensor/mapping.h"
#include "tensor_object.h"
#include "tensor_slots.h"

namespace nucella::python {
namespace {

// A class of the module numpy; null while nobody has imported it, as then no object can be of it.
PyTypeObject* numpy_class(const char* name) {
  PyObject* const modules = PyImport_GetModuleDict();
  PyObject* const numpy = PyDict_GetItemString(modules, "numpy");
  if (!numpy) return nullptr;
  PyObject* const type = PyObject_GetAttrString(numpy, name);
  if (!type) PyErr_Clear();  // numpy is still being imported
  return reinterpret_cast<PyTypeObject*>(type);
}

template <const char* const& Name>
bool is_instance_of(nb::handle object) {
  static PyTypeObject* type = nullptr;
  if (!type) type = numpy_class(Name);
  return type && PyObject_TypeCheck(object.ptr(), type);
}
constexpr const char* kArrayClass = "ndarray";
constexpr const char* kScalarClass = "generic";

std::optional<DType> dtype_of_format(const Py_buffer& buffer) {
  std::string_view format = buffer.format ? buffer.format : "B";
  if (format.size() > 1 && std::string_view("@=<").find(format[0]) != std::string_view::npos)
    format.remove_prefix(1);
  if (format.size() != 1) return {};
  const auto by_size = [&](std::initializer_list<DType> types) -> std::optional<DType> {
    for (DType t : types)
      if (itemsize(t) == buffer.itemsize) return t;
    return {};
  };
  if (format == "?") return bool_;
  if (std::string_view("bhilq").find(format) != std::string_view::npos)
    return by_size({int8, int16, int32, int64});
  if (std::string_view("BHILQ").find(format) != std::string_view::npos)
    return by_size({uint8, uint16, uint32, uint64});
  if (std::string_view("efd").find(format) != std::string_view::npos)
    return by_size({float16, float32, float64});
  return {};
}

// Owns a Py_buffer; given up with the GIL held, wherever the last tensor dies.
struct HeldBuffer {
  Py_buffer view{};
  bool held = false;
  bool is_bfloat16 = false;
  HeldBuffer() = default;
  HeldBuffer(const HeldBuffer&) = delete;
  HeldBuffer& operator=(const HeldBuffer&) = delete;
  ~HeldBuffer() {
    if (!held || !Py_IsInitialized()) return;
    const nb::gil_scoped_acquire gil;
    PyBuffer_Release(&view);
  }
};

// NumPy has no bfloat16 of its own, and its arrays then give no buffer: the same memory as numbers of 16
// bits.
nb::object bfloat16_bits(nb::handle array) {
  const nb::object name = nb::getattr(nb::getattr(array, "dtype", nb::none()), "name", nb::none());
  const bool matches =
      PyUnicode_Check(name.ptr()) && PyUnicode_CompareWithASCIIString(name.ptr(), "bfloat16") == 0;
  return matches ? nb::object(array.attr("view")("uint16")) : nb::object();
}

std::shared_ptr<HeldBuffer> hold_buffer(nb::handle array, std::string_view who, bool writable) {
  auto held = std::make_shared<HeldBuffer>();
  const int flags = PyBUF_FORMAT | PyBUF_STRIDES | (writable ? PyBUF_WRITABLE : 0);
  if (PyObject_GetBuffer(array.ptr(), &held->view, flags) != 0) {
    const nb::python_error error;
    if (const nb::object bits = bfloat16_bits(array)) {
      held = hold_buffer(bits, who, writable);
      held->is_bfloat16 = true;
      return held;
    }
    raise<TypeError>(who, ": the array cannot be used: ", error.what());
  }
  held->held = true;
  return held;
}

// Strides in elements; ValueError when they are no multiples of the element's size.
Shape element_strides(const Py_buffer& view, std::string_view who) {
  Shape strides;
  for (int i = 0; i < view.ndim; ++i) {
    check<ValueError>(view.strides[i] % view.itemsize == 0, who,
                      ": the strides of the array must be multiples of its item size");
    strides.push_back(view.strides[i] / view.itemsize);
  }
  return strides;
}

// What an exported buffer needs besides the memory; the tensor keeps the storage.
struct Export {
  Tensor tensor;
  std::array<Py_ssize_t, kMaxDims> shape{}, strides{};
};

const char* format_of(DType dtype) {
  constexpr std::array<const char*, kDTypeCount> formats = {"?", "b", "h", "i", "q", "B", "H",
                                                            "I", "Q", "e", "H", "f", "d"};
  return formats[static_cast<size_t>(dtype)];
}

}  // namespace

bool is_numpy_array(nb::handle object) { return is_instance_of<kArrayClass>(object); }
bool is_numpy_scalar(nb::handle object) { return is_instance_of<kScalarClass>(object); }

Tensor tensor_on_buffer(nb::handle array, std::string_view who, bool writable) {
  std::shared_ptr<HeldBuffer> held = hold_buffer(array, who, writable);
  const Py_buffer& view = held->view;
  const std::optional<DType> dtype = held->is_bfloat16 ? bfloat16 : dtype_of_format(view);
  if (!dtype || (view.ndim > 0 && !view.strides))  // datetime64 comes as bytes without strides
    raise<TypeError>(who, ": there is no dtype for the elements of this array (format '", view.format, "')");
  const Shape shape(view.shape, view.shape + view.ndim), strides = element_strides(view, who);
  int64_t low = 0, high = 0;  // bytes before the first element, and from it to the end of the last
  for (int i = 0; i < view.ndim; ++i)
    if (shape[i] > 0) (view.strides[i] < 0 ? low : high) += (shape[i] - 1) * view.strides[i];
  const size_t bytes = shape.numel() ? static_cast<size_t>(high - low + view.itemsize) : 0;
  auto storage = Storage::borrow(static_cast<char*>(view.buf) + low, bytes, std::move(held));
  return Tensor::view(std::move(storage), shape, strides, -low / itemsize(*dtype), *dtype);
}

namespace {

int get_buffer(PyObject* self, Py_buffer* view, int flags) {
  view->obj = nullptr;
  return guarded([&] {
    const Tensor& tensor = *quick_tensor_of(self);
    if (tensor.dtype() == bfloat16 && (flags & PyBUF_FORMAT)) {
      PyErr_SetString(PyExc_BufferError, "Tensor: bfloat16 has no buffer format; cast it to float32 first");
      return -1;
    }
    const bool wants_strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES;
    if (!wants_strides && !tensor.is_contiguous()) {
      PyErr_SetString(PyExc_BufferError, "Tensor: its elements do not lie row by row");
      return -1;
    }
    auto exported = std::make_unique<Export>();
    view->buf = tensor.raw_data();
    exported->tensor = tensor.as_strided(tensor.shape(), tensor.strides(), tensor.impl()->offset);
    for (int i = 0; i < tensor.ndim(); ++i) {
      exported->shape[i] = tensor.shape()[i];
      exported->strides[i] = tensor.strides()[i] * tensor.itemsize();
    }
    view->len = tensor.nbytes();
    view->itemsize = tensor.itemsize();
    view->readonly = 0;
    view->ndim = tensor.ndim();
    view->format = flags & PyBUF_FORMAT ? const_cast<char*>(format_of(tensor.dtype())) : nullptr;
    view->shape = flags & PyBUF_ND ? exported->shape.data() : nullptr;
    view->strides = wants_strides ? exported->strides.data() : nullptr;
    view->suboffsets = nullptr;
    view->internal = exported.release();
    view->obj = Py_NewRef(self);
    return 0;
  });
}

void release_buffer(PyObject*, Py_buffer* view) { delete static_cast<Export*>(view->internal); }

// A bfloat16 array needs an element type that NumPy itself lacks.
nb::object bfloat16_view(const Tensor& tensor) {
  nb::object element;
  try {
    element = nb::module_::import_("ml_dtypes").attr("bfloat16");
  } catch (nb::python_error&) {
    raise<TypeError>(
        "Tensor.asnumpy: NumPy has no bfloat16; install ml_dtypes, or convert with .float() first");
  }
  const Tensor bits =
      Tensor::view(tensor.impl()->storage, tensor.shape(), tensor.strides(), tensor.impl()->offset, uint16);
  return numpy_view(bits).attr("view")(element);
}

nb::object as_array(const Tensor& tensor, nb::handle dtype, nb::handle copy) {
  const nb::object view = numpy_view(tensor);
  const bool converts = !dtype.is_none() && !view.attr("dtype").equal(dtype);
  if (converts) return view.attr("astype")(dtype);
  return copy.ptr() == Py_True ? nb::object(view.attr("copy")()) : view;
}

Tensor from_numpy(nb::handle array) {
  if (!is_numpy_array(array))
    raise<TypeError>("Tensor.from_numpy: 'array' must be a NumPy array, got ", object_type(array));
  const bool writable = nb::cast<bool>(array.attr("flags").attr("writeable"));
  const Tensor shared = tensor_on_buffer(array, "Tensor.from_numpy", writable);
  return writable ? shared : shared.clone();
}

constexpr const char* kCapsuleName = "dltensor";
constexpr const char* kUsedName = "used_dltensor";

nb::object to_capsule(const Tensor& tensor) {
  dlpack::ManagedTensor* const managed = dlpack::to_dlpack(tensor);
  PyObject* const capsule = PyCapsule_New(managed, kCapsuleName, [](PyObject* self) {
    if (!PyCapsule_IsValid(self, kCapsuleName)) return;  // somebody has taken it over
    auto* const unused = static_cast<dlpack::ManagedTensor*>(PyCapsule_GetPointer(self, kCapsuleName));
    if (unused->deleter) unused->deleter(unused);
  });
  if (!capsule) {
    managed->deleter(managed);
    nb::raise_python_error();
  }
  return nb::steal(capsule);
}

Tensor from_capsule(nb::handle source) {
  nb::object capsule = nb::borrow(source);
  if (!PyCapsule_CheckExact(source.ptr())) {
    if (!nb::hasattr(source, "__dlpack__"))
      raise<TypeError>("from_dlpack: expected an object with __dlpack__ or a capsule, got ",
                       object_type(source));
    capsule = source.attr("__dlpack__")();
  }
  check<ValueError>(PyCapsule_IsValid(capsule.ptr(), kCapsuleName),
                    "from_dlpack: the capsule holds no tensor, or has been used before");
  auto* const managed =
      static_cast<dlpack::ManagedTensor*>(PyCapsule_GetPointer(capsule.ptr(), kCapsuleName));
  Tensor tensor = dlpack::from_dlpack(managed);
  PyCapsule_SetName(capsule.ptr(), kUsedName);
  return tensor;
}

}  // namespace

nb::object numpy_view(const Tensor& tensor) {
  if (lazy_of(tensor)) init_data(tensor);
  tensor.prepare("Tensor.asnumpy");
  const Tensor* used[] = {&tensor};
  check_mappings(used);
  if (tensor.dtype() == bfloat16) return bfloat16_view(tensor);
  static PyObject* const asarray = nb::object(nb::module_::import_("numpy").attr("asarray")).release().ptr();
  const nb::object holder = nb::steal(
      new_tensor_object(tensor.as_strided(tensor.shape(), tensor.strides(), tensor.impl()->offset)));
  return nb::handle(asarray)(holder);
}

std::vector<PyType_Slot> buffer_slots() {
  return {slot(Py_bf_getbuffer, &get_buffer), slot(Py_bf_releasebuffer, &release_buffer)};
}

void bind_tensor_numpy(nb::module_& m, nb::class_<Tensor>& c) {
  c.def("asnumpy", &numpy_view,
        "A NumPy array on the same memory: writing to one changes the other. It keeps the memory alive.\n\n"
        "Examples:\n"
        "    >>> print(Tensor([1.0, 2.0]).asnumpy())\n"
        "    [1. 2.]")
      .def("numpy", &numpy_view,
           "As asnumpy().\n\n"
           "Examples:\n"
           "    >>> print(Tensor([1.0, 2.0]).numpy())\n"
           "    [1. 2.]")
      .def("__array__", &as_array, "dtype"_a = nb::none(), "copy"_a = nb::none(),
           "What numpy.asarray() takes: a view, or a copy when `dtype` or `copy` asks for one.")
      .def_static(
          "from_numpy", [](nb::handle array) { return to_python(from_numpy(array)); }, "array"_a.none(),
          "A Tensor on the memory of a NumPy array; a read-only array is copied. TypeError for anything else "
          "or "
          "an element type without a dtype.\n\n"
          "Examples:\n"
          "    >>> print(Tensor.from_numpy(numpy.ones(2)))\n"
          "    [1. 1.]")
      .def(
          "__dlpack__",
          [](const Tensor& t, nb::handle, nb::handle, nb::handle, nb::handle) { return to_capsule(t); },
          "stream"_a = nb::none(), nb::kw_only(), "max_version"_a = nb::none(), "dl_device"_a = nb::none(),
          "copy"_a = nb::none(), "A DLPack capsule on the same memory.")
      .def(
          "__dlpack_device__", [](const Tensor&) { return nb::make_tuple(dlpack::kCpu, 0); },
          "DLPack's name of the device: (1, 0), the CPU.");
  m.def(
      "from_numpy", [](nb::handle array) { return to_python(from_numpy(array)); }, "array"_a.none(),
      "As Tensor.from_numpy().\n\n"
      "Examples:\n"
      "    >>> print(nucella.from_numpy(numpy.ones(2)))\n"
      "    [1. 1.]");
  m.def(
      "from_dlpack", [](nb::handle source) { return to_python(from_capsule(source)); }, "dlpack"_a.none(),
      "A Tensor on the memory of any object with __dlpack__, or of a capsule. TypeError or ValueError for a "
      "device or an element type that nucella lacks.");
  m.def(
      "to_dlpack", [](const Tensor& tensor) { return to_capsule(tensor); }, "tensor"_a,
      "A DLPack capsule on the memory of `tensor`.");
}

}  // namespace nucella::python
