// Reductions and orders as functions of nucella.ops and as methods of Tensor: sum, max, std, sort, ...
#include "bind.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

const Tensor& input_of(nb::handle object, std::string_view who) {
  const Tensor* tensor = tensor_of(object);
  if (!tensor) raise<TypeError>(who, ": 'input' must be a Tensor, got ", object_type(object));
  return *tensor;
}

// The axes of a reduction; none stands for all.
Shape axes_of(nb::handle axis, std::string_view who) {
  return axis.is_none() ? Shape{} : to_shape(axis, who, "axis");
}

// What is given of two names for one argument.
nb::handle either(nb::handle first, nb::handle second) { return first.is_none() ? second : first; }

bool flag_of(nb::handle flag, std::string_view who, std::string_view argument) {
  if (flag.is_none()) return false;
  if (!PyBool_Check(flag.ptr()))
    raise<TypeError>(who, ": '", argument, "' must be a bool, got ", object_type(flag));
  return flag.ptr() == Py_True;
}

Tensor as_dtype(const Tensor& x, nb::handle dtype, DType fallback, std::string_view who) {
  const DType wanted = dtype.is_none() ? fallback : to_dtype(dtype, who, "dtype");
  return wanted == x.dtype() ? x : ops::cast(x, wanted);
}

DType wide(DType dtype) { return is_floating(dtype) ? dtype : int64; }

Tensor sum(const Tensor& x, nb::handle axis, bool keep_dims, nb::handle dtype) {
  return ops::reduce_sum(as_dtype(x, dtype, wide(x.dtype()), "sum"), axes_of(axis, "sum"), keep_dims);
}
Tensor mean(const Tensor& x, nb::handle axis, bool keep_dims, nb::handle dtype) {
  return ops::reduce_mean(as_dtype(x, dtype, x.dtype(), "mean"), axes_of(axis, "mean"), keep_dims);
}
Tensor prod(const Tensor& x, nb::handle axis, bool keep_dims, nb::handle dtype) {
  return ops::reduce_prod(as_dtype(x, dtype, wide(x.dtype()), "prod"), axes_of(axis, "prod"), keep_dims);
}

struct Largest {
  static constexpr const char* name = "max";
  static constexpr auto reduce = &ops::reduce_max;
  static constexpr auto position = &ops::argmax;
  static constexpr auto bound = &ops::maximum;
};
struct Smallest {
  static constexpr const char* name = "min";
  static constexpr auto reduce = &ops::reduce_min;
  static constexpr auto position = &ops::argmin;
  static constexpr auto bound = &ops::minimum;
};

// Positions along the axis, or in row-major order without one.
template <class Which>
Tensor position(const Tensor& x, nb::handle axis, bool keep_dims, DType dtype) {
  if (axis.is_none()) {
    const Tensor at = Which::position(ops::reshape(x, {-1}), 0, dtype);
    return keep_dims ? ops::reshape(at, Shape::filled(x.ndim(), 1)) : at;
  }
  const int64_t along = to_shape(axis, Which::name, "axis")[0];
  const Tensor at = Which::position(x, along, dtype);
  return keep_dims ? ops::expand_dims(at, normalize_axis(along, x.ndim(), Which::name)) : at;
}

template <class Which>
nb::object with_positions(const Tensor& x, nb::handle axis, bool keep_dims) {
  const Tensor positions = axis.is_none() ? zeros({}, int64) : position<Which>(x, axis, keep_dims, int64);
  const Tensor values = Which::reduce(x, axes_of(axis, Which::name), keep_dims && !axis.is_none());
  return nb::make_tuple(to_python(values), to_python(positions));
}

// What max(axis, keepdims, *, initial, where, return_indices) takes besides its first two.
struct ExtremeOptions {
  nb::object initial = nb::none(), where = nb::none();
  bool return_indices = false;
};

// max(), max(dim, keepdim) with positions, max(axis=..., ...) without: MindSpore tells them apart by the
// names.
template <class Which>
nb::object extreme(const Tensor& x, nb::handle dim, nb::handle keepdim, const nb::kwargs& others) {
  nb::object axis = nb::borrow(dim), keepdims = nb::borrow(keepdim);
  ExtremeOptions options;
  for (auto [key, value] : others) {
    const auto name = nb::cast<std::string>(key);
    if (name == "axis") {
      axis = nb::borrow(value);
    } else if (name == "keepdims") {
      keepdims = nb::borrow(value);
    } else if (name == "initial") {
      options.initial = nb::borrow(value);
    } else if (name == "where") {
      options.where = value.ptr() == Py_True ? nb::none() : nb::borrow(value);
    } else if (name == "return_indices") {
      options.return_indices = flag_of(value, Which::name, "return_indices");
    } else {
      raise<TypeError>(Which::name, "() got an unexpected keyword argument '", name, "'");
    }
  }
  const bool keep = flag_of(keepdims, Which::name, "keepdims");
  const bool positions = others.size() == 0 ? !dim.is_none() : options.return_indices && !axis.is_none();
  if (positions) return with_positions<Which>(x, axis, keep);
  Tensor from = x;
  if (!options.where.is_none()) {
    check<ValueError>(!options.initial.is_none(), Which::name, ": 'where' needs 'initial'");
    from = ops::where(tensor_from_object(options.where, {}), x, tensor_like_number(options.initial, x));
  }
  Tensor out = Which::reduce(from, axes_of(axis, Which::name), keep);
  if (!options.initial.is_none()) out = Which::bound(out, tensor_like_number(options.initial, x));
  return to_python(out);
}

nb::object sort(const Tensor& x, int64_t axis, bool descending) {
  if (x.ndim() == 0) return nb::make_tuple(to_python(x), to_python(zeros({}, int32)));
  auto [values, order] = ops::sort(x, axis, descending, int32);
  return nb::make_tuple(to_python(values), to_python(order));
}

nb::object top(const Tensor& x, int64_t k, std::optional<int64_t> dim, bool largest, bool in_order) {
  auto [values, order] = ops::topk(x, k, dim.value_or(-1), largest, in_order, int32);
  return nb::make_tuple(to_python(values), to_python(order));
}

int64_t degrees(nb::handle ddof, std::string_view who) {
  if (PyBool_Check(ddof.ptr())) return ddof.ptr() == Py_True;  // `unbiased`
  return to_shape(ddof, who, "ddof")[0];
}

void bind_functions(nb::module_& m) {
  m.def(
      "sum",
      [](nb::handle input, nb::handle dim, bool keepdim, nb::handle dtype) {
        return to_python(sum(input_of(input, "sum"), dim, keepdim, dtype));
      },
      "input"_a.none(), "dim"_a = nb::none(), "keepdim"_a = false, nb::kw_only(), "dtype"_a = nb::none(),
      "Sum over the axes in `dim` (None: all), in `dtype`; by default integers and bools give int64.\n\n"
      "Examples:\n"
      "    >>> print(ops.sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0))\n"
      "    [4. 6.]");
  m.def(
      "mean",
      [](nb::handle x, nb::handle axis, bool keep_dims) {
        return to_python(mean(input_of(x, "mean"), axis, keep_dims, nb::none()));
      },
      "x"_a.none(), "axis"_a = nb::none(), "keep_dims"_a = false,
      "Mean over the axes in `axis` (None: all).\n\n"
      "Examples:\n"
      "    >>> print(ops.mean(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0))\n"
      "    [2. 3.]");
  m.def(
      "prod",
      [](nb::handle input, nb::handle axis, bool keep_dims, nb::handle dtype) {
        return to_python(prod(input_of(input, "prod"), axis, keep_dims, dtype));
      },
      "input"_a.none(), "axis"_a = nb::none(), "keep_dims"_a = false, "dtype"_a = nb::none(),
      "Product over the axes in `axis` (None: all), in `dtype`; by default integers and bools give int64.\n\n"
      "Examples:\n"
      "    >>> print(ops.prod(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0))\n"
      "    [3. 8.]");
  m.def(
      "argmax",
      [](nb::handle input, nb::handle dim, bool keepdim) {
        return to_python(position<Largest>(input_of(input, "argmax"), dim, keepdim, int64));
      },
      "input"_a.none(), "dim"_a = nb::none(), "keepdim"_a = false,
      "Positions (int64) of the first largest elements along `dim`; without it of the largest of all, in "
      "row-major order.\n\n"
      "Examples:\n"
      "    >>> print(ops.argmax(Tensor([[1.0, 5.0], [3.0, 2.0]]), 1))\n"
      "    [1 0]");
  m.def(
      "argmin",
      [](nb::handle input, nb::handle axis, bool keepdims) {
        return to_python(position<Smallest>(input_of(input, "argmin"), axis, keepdims, int32));
      },
      "input"_a.none(), "axis"_a = nb::none(), "keepdims"_a = false,
      "Positions (int32) of the first smallest elements along `axis`; without it of the smallest of all, in "
      "row-major order.\n\n"
      "Examples:\n"
      "    >>> print(ops.argmin(Tensor([[1.0, 5.0], [3.0, 2.0]]), 1))\n"
      "    [0 1]");
}

void bind_orders(nb::module_& m) {
  m.def(
      "max",
      [](nb::handle input, nb::handle axis, bool keepdims) {
        return with_positions<Largest>(input_of(input, "max"), axis, keepdims);
      },
      "input"_a.none(), "axis"_a = nb::none(), "keepdims"_a = false,
      "The largest elements along `axis` and the positions of the first of them, as a tuple. Without `axis` "
      "the "
      "largest of all, and 0.\n\n"
      "Examples:\n"
      "    >>> print(ops.max(Tensor([[1.0, 5.0], [3.0, 2.0]]), 1)[0])\n"
      "    [5. 3.]");
  m.def(
      "min",
      [](nb::handle input, nb::handle axis, bool keepdims) {
        return with_positions<Smallest>(input_of(input, "min"), axis, keepdims);
      },
      "input"_a.none(), "axis"_a = nb::none(), "keepdims"_a = false,
      "The smallest elements along `axis` and the positions of the first of them, as a tuple. Without `axis` "
      "the "
      "smallest of all, and 0.\n\n"
      "Examples:\n"
      "    >>> print(ops.min(Tensor([[1.0, 5.0], [3.0, 2.0]]), 1)[1])\n"
      "    [0 1]");
  m.def(
      "sort",
      [](nb::handle input, int64_t axis, bool descending) {
        return sort(input_of(input, "sort"), axis, descending);
      },
      "input_x"_a.none(), "axis"_a = -1, "descending"_a = false,
      "The elements in order along `axis`, and the positions (int32) that they came from. Equal ones keep "
      "their "
      "order; NaN counts as largest.\n\n"
      "Examples:\n"
      "    >>> print(ops.sort(Tensor([3.0, 1.0, 2.0]))[0])\n"
      "    [1. 2. 3.]");
  m.def(
      "topk",
      [](nb::handle input, int64_t k, std::optional<int64_t> dim, bool largest, bool in_order) {
        return top(input_of(input, "topk"), k, dim, largest, in_order);
      },
      "input"_a.none(), "k"_a, "dim"_a = nb::none(), "largest"_a = true, "sorted"_a = true,
      "The `k` largest (or smallest) elements along `dim`, by default the last axis, and their positions "
      "(int32), "
      "in order if `sorted`, else as they stand in the input. ValueError for a `k` beyond the extent.\n\n"
      "Examples:\n"
      "    >>> print(ops.topk(Tensor([3.0, 1.0, 2.0]), 2)[0])\n"
      "    [3. 2.]");
}

void bind_sums(nb::class_<Tensor>& c) {
  c.def(
       "sum",
       [](const Tensor& x, nb::handle axis, nb::handle dtype, nb::handle keepdims, nb::handle initial,
          nb::handle dim, nb::handle keepdim) {
         const bool second_is_flag = PyBool_Check(dtype.ptr());  // sum(dim, keepdim)
         const bool keep = flag_of(second_is_flag ? dtype : either(keepdims, keepdim), "sum", "keepdims");
         Tensor out = sum(x, either(axis, dim), keep, second_is_flag ? nb::handle(Py_None) : dtype);
         if (!initial.is_none()) out = ops::add(out, tensor_like_number(initial, out));
         return to_python(out);
       },
       "axis"_a = nb::none(), "dtype"_a = nb::none(), "keepdims"_a = nb::none(), "initial"_a = nb::none(),
       nb::kw_only(), "dim"_a = nb::none(), "keepdim"_a = nb::none(),
       "Sum over the axes in `axis` (None: all), from `initial` on, in `dtype`; by default integers and "
       "bools "
       "give int64. `dim` and `keepdim` are other names for `axis` and `keepdims`.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([[1.0, 2.0], [3.0, 4.0]]).sum(0))\n"
       "    [4. 6.]")
      .def(
          "mean",
          [](const Tensor& x, nb::handle axis, nb::handle keep_dims, nb::handle dim, nb::handle keepdim,
             nb::handle dtype) {
            return to_python(
                mean(x, either(axis, dim), flag_of(either(keep_dims, keepdim), "mean", "keep_dims"), dtype));
          },
          "axis"_a = nb::none(), "keep_dims"_a = nb::none(), nb::kw_only(), "dim"_a = nb::none(),
          "keepdim"_a = nb::none(), "dtype"_a = nb::none(),
          "Mean over the axes in `axis` (None: all), in `dtype`. `dim` and `keepdim` are other names.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1.0, 2.0], [3.0, 4.0]]).mean(0))\n"
          "    [2. 3.]")
      .def(
          "prod",
          [](const Tensor& x, nb::handle axis, nb::handle keep_dims, nb::handle dtype, nb::handle dim,
             nb::handle keepdim) {
            return to_python(
                prod(x, either(axis, dim), flag_of(either(keep_dims, keepdim), "prod", "keep_dims"), dtype));
          },
          "axis"_a = nb::none(), "keep_dims"_a = nb::none(), "dtype"_a = nb::none(), nb::kw_only(),
          "dim"_a = nb::none(), "keepdim"_a = nb::none(),
          "Product over the axes in `axis` (None: all). `dim` and `keepdim` are other names.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1.0, 2.0], [3.0, 4.0]]).prod(0))\n"
          "    [3. 8.]")
      .def(
          "var",
          [](const Tensor& x, nb::handle axis, nb::handle ddof, bool keepdims) {
            return to_python(ops::var(x, axes_of(axis, "var"), degrees(ddof, "var"), keepdims));
          },
          "axis"_a = nb::none(), "ddof"_any = 0, "keepdims"_a = false,
          "Variance over the axes in `axis` (None: all), divided by the number of elements less `ddof`.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1.0, 3.0], [4.0, 8.0]]).var(1))\n"
          "    [1. 4.]")
      .def(
          "std",
          [](const Tensor& x, nb::handle axis, nb::handle ddof, bool keepdims) {
            return to_python(ops::std(x, axes_of(axis, "std"), degrees(ddof, "std"), keepdims));
          },
          "axis"_a = nb::none(), "ddof"_any = 0, "keepdims"_a = false,
          "Standard deviation over the axes in `axis` (None: all): the square root of var().\n\n"
          "Examples:\n"
          "    >>> print(Tensor([[1.0, 3.0], [4.0, 8.0]]).std(1))\n"
          "    [1. 2.]");
}

template <class Which>
void bind_extreme(nb::class_<Tensor>& c, const char* doc) {
  c.def(
      Which::name,
      [](const Tensor& x, nb::handle dim, nb::handle keepdim, nb::kwargs others) {
        return extreme<Which>(x, dim, keepdim, others);
      },
      "dim"_a = nb::none(), "keepdim"_a = nb::none(), "others"_a, doc);
}

template <class Which>
void bind_position(nb::class_<Tensor>& c, const char* name, DType dtype, const char* doc) {
  c.def(
      name,
      [dtype](const Tensor& x, nb::handle axis, nb::handle keepdims, nb::handle dim, nb::handle keepdim) {
        const bool keep = flag_of(either(keepdims, keepdim), Which::name, "keepdims");
        return to_python(position<Which>(x, either(axis, dim), keep, dtype));
      },
      "axis"_a = nb::none(), "keepdims"_a = nb::none(), nb::kw_only(), "dim"_a = nb::none(),
      "keepdim"_a = nb::none(), doc);
}

void bind_extremes(nb::class_<Tensor>& c) {
  bind_extreme<Largest>(c,
                        "max(): the largest of all elements. max(dim, keepdim): the largest along `dim` and "
                        "where the first of them "
                        "stand, as a tuple. max(axis=..., keepdims=..., initial=..., where=...): the largest "
                        "over the axes, with "
                        "`return_indices` also where they stand.");
  bind_extreme<Smallest>(c,
                         "min(): the smallest of all elements. min(dim, keepdim): the smallest along `dim` "
                         "and where the first of "
                         "them stand, as a tuple. min(axis=..., keepdims=..., initial=..., where=...): the "
                         "smallest over the axes, "
                         "with `return_indices` also where they stand.");
  bind_position<Largest>(
      c, "argmax", int64,
      "Positions (int64) of the first largest elements along `axis`; without it of the largest "
      "of all, in row-major order. `dim` and `keepdim` are other names.");
  bind_position<Smallest>(c, "argmin", int32,
                          "Positions (int32) of the first smallest elements along `axis`; without it of the "
                          "smallest of all, in row-major order. `dim` and `keepdim` are other names.");
  c.def(
       "sort", [](const Tensor& x, int64_t axis, bool descending) { return sort(x, axis, descending); },
       "axis"_a = -1, "descending"_a = false,
       "The elements in order along `axis`, and the positions (int32) that they came from.\n\n"
       "Examples:\n"
       "    >>> print(Tensor([3.0, 1.0, 2.0]).sort()[1])\n"
       "    [1 2 0]")
      .def(
          "topk",
          [](const Tensor& x, int64_t k, std::optional<int64_t> dim, bool largest, bool in_order) {
            return top(x, k, dim, largest, in_order);
          },
          "k"_a, "dim"_a = nb::none(), "largest"_a = true, "sorted"_a = true,
          "The `k` largest (or smallest) elements along `dim`, and their positions (int32): in "
          "order if `sorted`, else as they stand in the Tensor.\n\n"
          "Examples:\n"
          "    >>> print(Tensor([3.0, 1.0, 2.0]).topk(2)[1])\n"
          "    [0 2]");
}

}  // namespace

void bind_reductions(nb::module_& m, nb::class_<Tensor>& c) {
  bind_functions(m);
  bind_orders(m);
  bind_sums(c);
  bind_extremes(c);
}

}  // namespace nucella::python
