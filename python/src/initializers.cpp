// Initializers for Python, and those that Python itself defines.
#include "bind.h"
#include "initializer_object.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

/// An Initializer subclass of Python: `_initialize(arr)` fills a NumPy array in place.
class PyInitializer final : public Initializer {
 public:
  explicit PyInitializer(PyObject* object) : object_(object) {}
  std::string class_name() const override {
    const nb::gil_scoped_acquire gil;
    return nb::cast<std::string>(nb::handle(reinterpret_cast<PyObject*>(Py_TYPE(object_))).attr("__name__"));
  }
  RandomKey draw_key(const Shape&) const override { return {}; }
  void fill(const Tensor& out, const RandomKey&) const override {
    const nb::gil_scoped_acquire gil;
    const Tensor filled = Tensor::empty(out.shape(), out.dtype());
    nb::borrow(object_).attr("_initialize")(to_python(filled).attr("asnumpy")());
    out.copy_from(filled);
  }

 private:
  PyObject* object_;  // which holds this
};

struct InitializerOwner {
  PyObject* object;
  void operator()(const Initializer*) const {
    if (!Py_IsInitialized()) return;
    const nb::gil_scoped_acquire gil;
    Py_DECREF(object);
  }
};

void not_implemented(nb::handle self, nb::handle) {
  raise<NotImplementedError>(object_type(self), "._initialize: every subclass of Initializer writes its own");
}

// What calling an initializer on an array does: fills it with fresh numbers.
void fill_array(nb::handle self, nb::handle array) {
  const Initializer& init = *nb::inst_ptr<Initializer>(self);
  const nb::object tensor = nb::module_::import_("nucella").attr("Tensor").attr("from_numpy")(array);
  const Tensor& out = *tensor_of(tensor);
  init.fill(out, init.draw_key(out.shape()));
}

Shape checked_shape(nb::handle shape) {
  if (shape.is_none()) raise<AttributeError>("initializer: 'shape' must be given, got None");
  Shape out;
  const auto add = [&](nb::handle extent) {
    if (!PyLong_Check(extent.ptr()))
      raise<ValueError>("initializer: every extent of 'shape' must be an int > 0, got ",
                        nb::cast<std::string>(nb::repr(extent)));
    out.push_back(nb::cast<int64_t>(nb::int_(extent)));
  };
  if (PyTuple_Check(shape.ptr()) || PyList_Check(shape.ptr())) {
    for (nb::handle extent : nb::borrow<nb::object>(shape)) add(extent);
  } else {
    add(shape);
  }
  return out;
}

nb::object same_tensor(nb::handle init, const Tensor& tensor, nb::handle shape) {
  check<ValueError>(!shape.is_none() && checked_shape(shape) == tensor.shape(),
                    "initializer: 'shape' must be that of the Tensor 'init', ", tensor.shape(), ", got ",
                    nb::cast<std::string>(nb::repr(shape)));
  return nb::borrow(init);
}

nb::object make_lazy(nb::handle init, nb::handle shape, nb::handle dtype) {
  if (const Tensor* tensor = tensor_of(init)) return same_tensor(init, *tensor, shape);
  if (dtype.is_none()) raise<ValueError>("initializer: 'dtype' must be a dtype, got None");
  const DType type = to_dtype(dtype, "initializer", "dtype");
  PyObject* const o = init.ptr();
  if (PyUnicode_Check(o)) {
    const InitializerPtr named = init::by_name(nb::cast<std::string>(init));
    return to_python(as_tensor(initializer(named, checked_shape(shape), type)));
  }
  if (const InitializerPtr object = initializer_of(init))
    return to_python(as_tensor(initializer(object, checked_shape(shape), type)));
  if (!PyNumber_Check(o) || PyType_Check(o) || PyComplex_Check(o) || PyObject_HasAttrString(o, "__len__"))
    raise<TypeError>("initializer: 'init' must be a Tensor, number, str or Initializer, got ",
                     object_type(init));
  return to_python(as_tensor(initializer(PyFloat_AsDouble(o), checked_shape(shape), type)));
}

void bind_plain(nb::module_& m) {
  using namespace init;
  nb::class_<Zero, Initializer>(m, "Zero", R"(All elements 0.

Examples:
    >>> from nucella.common.initializer import Zero
    >>> print(nucella.initializer(Zero(), [2]).init_data())
    [0. 0.])")
      .def(nb::init<>());
  nb::class_<Constant, Initializer>(m, "Constant", R"(All elements `value`.

Examples:
    >>> from nucella.common.initializer import Constant
    >>> print(nucella.initializer(Constant(3), [2]).init_data())
    [3. 3.])")
      .def(nb::init<double>(), "value"_a);
  nb::class_<One, Initializer>(m, "One", R"(All elements 1.

Examples:
    >>> from nucella.common.initializer import One
    >>> print(nucella.initializer(One(), [2]).init_data())
    [1. 1.])")
      .def(nb::init<>());
  nb::class_<Identity, Initializer>(m, "Identity", R"(Ones on the main diagonal; ValueError unless 2-D.

Examples:
    >>> from nucella.common.initializer import Identity
    >>> print(nucella.initializer(Identity(), [2, 2]).init_data())
    [[1. 0.]
     [0. 1.]])")
      .def(nb::init<>());
  nb::class_<Dirac, Initializer>(
      m, "Dirac",
      R"(A convolution kernel (3-D to 5-D) that hands its input channels through. ValueError for other shapes.

Examples:
    >>> from nucella.common.initializer import Dirac
    >>> print(nucella.initializer(Dirac(), [1, 1, 3]).init_data())
    [[[0. 1. 0.]]])")
      .def(nb::init<int64_t>(), "groups"_a = 1);
}

void bind_random(nb::module_& m) {
  using namespace init;
  nb::class_<Normal, Initializer>(m, "Normal", R"(N(mean, sigma). ValueError for sigma < 0.

Examples:
    >>> from nucella.common.initializer import Normal
    >>> values = nucella.initializer(Normal(sigma=0.5), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values.std() - 0.5) < 0.05)
    True)")
      .def(nb::init<double, double>(), "sigma"_a = 0.01, "mean"_a = 0.0);
  nb::class_<TruncatedNormal, Initializer>(m, "TruncatedNormal",
                                           R"(N(mean, sigma) cut to the absolute interval [a, b].

Examples:
    >>> from nucella.common.initializer import TruncatedNormal
    >>> values = nucella.initializer(TruncatedNormal(sigma=1.0), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values).max() <= 2.0)
    True)")
      .def(nb::init<double, double, double, double>(), "sigma"_a = 0.01, "mean"_a = 0.0, "a"_a = -2.0,
           "b"_a = 2.0);
  nb::class_<Uniform, Initializer>(m, "Uniform", R"(U(-scale, scale).

Examples:
    >>> from nucella.common.initializer import Uniform
    >>> values = nucella.initializer(Uniform(scale=0.5), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values).max() <= 0.5)
    True)")
      .def(nb::init<double>(), "scale"_a = 0.07);
  nb::class_<XavierUniform, Initializer>(m, "XavierUniform",
                                         R"(U(-b, b) with b = gain * sqrt(6 / (fan_in + fan_out)).

Examples:
    >>> from nucella.common.initializer import XavierUniform
    >>> values = nucella.initializer(XavierUniform(), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values).max() <= (6 / (40 + 50)) ** 0.5)
    True)")
      .def(nb::init<double>(), "gain"_a = 1.0);
  nb::class_<XavierNormal, Initializer>(m, "XavierNormal", R"(N(0, gain * sqrt(2 / (fan_in + fan_out))).

Examples:
    >>> from nucella.common.initializer import XavierNormal
    >>> values = nucella.initializer(XavierNormal(), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values.std() - (2 / (40 + 50)) ** 0.5) < 0.02)
    True)")
      .def(nb::init<double>(), "gain"_a = 1.0);
  nb::class_<Sparse, Initializer>(
      m, "Sparse", R"(N(0, sigma) with ceil(sparsity * rows) zeros in each column. ValueError unless 2-D.

Examples:
    >>> from nucella.common.initializer import Sparse
    >>> values = nucella.initializer(Sparse(sparsity=0.5), [40, 50]).init_data().asnumpy()
    >>> bool((values == 0).sum(axis=0).min() >= 20)
    True)")
      .def(nb::init<double, double>(), "sparsity"_a, "sigma"_a = 0.01);
  nb::class_<Orthogonal, Initializer>(m, "Orthogonal", R"(A (semi-)orthogonal matrix, times gain.

Examples:
    >>> from nucella.common.initializer import Orthogonal
    >>> values = nucella.initializer(Orthogonal(), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values @ values.T - numpy.eye(40)).max() < 1e-5)
    True)")
      .def(nb::init<double>(), "gain"_a = 1.0);
  nb::class_<VarianceScaling, Initializer>(
      m, "VarianceScaling", R"(Variance scale / n, with n = fan_in, fan_out or their mean (mode 'fan_avg').

Examples:
    >>> from nucella.common.initializer import VarianceScaling
    >>> values = nucella.initializer(VarianceScaling(scale=2.0), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values.std() - (2 / 50) ** 0.5) < 0.02)
    True)")
      .def(nb::init<double, std::string, std::string>(), "scale"_a = 1.0, "mode"_a = "fan_in",
           "distribution"_a = "truncated_normal");
  const auto bind_he = [&]<class T>(const char* name, const char* doc, T*) {
    nb::class_<T, Initializer>(m, name, doc)
        .def(
            "__init__",
            [](T* self, nb::handle slope, std::string mode, std::string nonlinearity) {
              std::optional<double> negative_slope;
              if (PyBool_Check(slope.ptr()) || PyUnicode_Check(slope.ptr()))
                raise<ValueError>("initializer: 'negative_slope' must be a number, got ", object_type(slope));
              if (!slope.is_none()) negative_slope = nb::cast<double>(slope);
              new (self) T(negative_slope, std::move(mode), std::move(nonlinearity));
            },
            "negative_slope"_a.none() = 0, "mode"_a = "fan_in", "nonlinearity"_a = "leaky_relu");
  };
  bind_he("HeUniform", R"(U(-b, b) with b = sqrt(3) * gain / sqrt(fan).

Examples:
    >>> from nucella.common.initializer import HeUniform
    >>> values = nucella.initializer(HeUniform(), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values).max() <= (6 / 50) ** 0.5)
    True)",
          static_cast<HeUniform*>(nullptr));
  bind_he("HeNormal", R"(N(0, gain / sqrt(fan)).

Examples:
    >>> from nucella.common.initializer import HeNormal
    >>> values = nucella.initializer(HeNormal(), [40, 50]).init_data().asnumpy()
    >>> bool(abs(values.std() - (2 / 50) ** 0.5) < 0.02)
    True)",
          static_cast<HeNormal*>(nullptr));
}

// The object that made the initializer, or one that refers to it.
nb::object initializer_object(const InitializerPtr& initializer) {
  if (!initializer) return nb::none();
  if (const auto* owner = std::get_deleter<InitializerOwner>(initializer)) return nb::borrow(owner->object);
  return nb::cast(std::const_pointer_cast<Initializer>(initializer));
}

}  // namespace

InitializerPtr initializer_of(nb::handle object) {
  static const nb::handle type = nb::type<Initializer>();
  if (!PyObject_TypeCheck(object.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr())) ||
      !nb::inst_ready(object))
    return nullptr;
  Py_INCREF(object.ptr());
  return InitializerPtr(nb::inst_ptr<Initializer>(object), InitializerOwner{object.ptr()});
}

nn::WeightInit to_weight_init(nb::handle object, std::string_view who, std::string_view argument) {
  PyObject* const o = object.ptr();
  if (object.is_none()) return {};
  if (PyUnicode_Check(o)) return nn::WeightInit(nb::cast<std::string>(object));
  if (const Tensor* tensor = tensor_of(object)) return nn::WeightInit(*tensor);
  if (InitializerPtr init = initializer_of(object)) return nn::WeightInit(std::move(init));
  if (PyFloat_Check(o)) return nn::WeightInit(PyFloat_AS_DOUBLE(o));
  if (PyLong_Check(o)) return nn::WeightInit(nb::cast<int>(nb::int_(object)));
  raise<TypeError>("For '", who, "', '", argument,
                   "' must be a Tensor, number, str, Initializer or None, got ", object_type(object));
}

void bind_initializers(nb::module_& m) {
  nb::class_<Initializer, PyInitializer>(
      m, "Initializer",
      R"(A recipe for the first value of a Parameter. Subclasses write ``_initialize(arr)``, which fills a NumPy array of the parameter's shape and dtype in place.

Examples:
    >>> from nucella.common.initializer import Initializer
    >>> class Counting(Initializer):
    ...     def _initialize(self, arr):
    ...         arr[:] = range(arr.size)
    >>> print(nucella.initializer(Counting(), [3]).init_data())
    [0. 1. 2.])",
      nb::dynamic_attr(), nb::is_weak_referenceable())
      .def("__init__",
           [](nb::pointer_and_handle<Initializer> self, nb::kwargs kwargs) {
             new (self.p) PyInitializer(self.h.ptr());
             nb::setattr(self.h, "_kwargs", kwargs);
           })
      .def("_initialize", &not_implemented, "arr"_any)
      .def("__call__", &fill_array, "arr"_any, "Fills a NumPy array in place.");
  initializer_of_object = &initializer_of;
  object_of_initializer = &initializer_object;
  bind_plain(m);
  bind_random(m);
  m.def("initializer", &make_lazy, "init"_a.none(), "shape"_a = nb::none(),
        "dtype"_a.none() = to_python(float32),
        R"(A lazy Tensor: `shape` and `dtype`, and the recipe that init_data() or a Parameter fills it by.

Args:
    init (Tensor, str, Initializer, number): The recipe; a name in any case, e.g. "normal" or "HeUniform".
    shape (tuple, list, int): Extents, each an int > 0.
    dtype (dtype): Default: float32.

Raises:
    TypeError: `init` or `dtype` is of another type.
    ValueError: An unknown name, or an extent that is not an int > 0.

Examples:
    >>> print(nucella.initializer("ones", [2, 3]).init_data())
    [[1. 1. 1.]
     [1. 1. 1.]])");
  m.def(
      "calculate_gain",
      [](const std::string& nonlinearity, std::optional<double> param) {
        return init::calculate_gain(nonlinearity, param);
      },
      "nonlinearity"_a, "param"_a = nb::none(),
      R"(Factor on the standard deviation that keeps the variance through a nonlinearity.

Examples:
    >>> from nucella.common.initializer import calculate_gain
    >>> calculate_gain("relu")
    1.4142135623730951)");
}

}  // namespace nucella::python
