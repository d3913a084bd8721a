// Power-mean, adaptive, fractional and inverse pools as layers, under MindSpore's names and arguments.
#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"
#include "nucella/nn/adaptive_pooling.h"

namespace nucella::python {
namespace {

template <class Layer>
void bind_lp(nb::module_& m, const char* name, const char* of, const char* example) {
  static const char* who = name;
  const std::string doc =
      str("The p-th root of the sum of the p-th powers under a sliding window over ", of, R"(.

Args:
    norm_type (int, float): The power p, not 0.
    kernel_size (int, tuple): Extent of the window.
    stride (int, tuple): Default: None, that is kernel_size.
    ceil_mode (bool): Also windows that reach over the end. Default: False.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)",
          example);
  cell_class<Layer>(m, name, doc.c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle norm_type,
                                nb::handle kernel_size, nb::handle stride, nb::handle ceil_mode) {
             const ArgumentReader read(who);
             nn::LPPoolOptions options{.ceil_mode = read.boolean(ceil_mode, "ceil_mode")};
             if (!stride.is_none()) options.stride = read.extents(stride, "stride");
             init_cell(self, read.number(norm_type, "norm_type"), read.extents(kernel_size, "kernel_size"),
                       std::move(options));
           }),
           "norm_type"_any, "kernel_size"_any, "stride"_any = nb::none(), "ceil_mode"_any = false);
}

// An extent, or a tuple of `axes` extents with None for those that stay.
nn::Extents output_size_from(nb::handle object, const char* who, size_t axes) {
  const ArgumentReader read(who);
  if (!PyTuple_Check(object.ptr())) {
    const int64_t size = read.integer(object, "output_size");
    return nn::check_positive(size, who, "output_size");
  }
  if (nb::len(object) != axes)
    raise<ValueError>("For '", who, "', 'output_size' must be an int or hold ", axes, ", got ",
                      nb::cast<std::string>(nb::repr(object)));
  std::vector<int64_t> sizes;
  for (nb::handle item : nb::borrow<nb::tuple>(object))
    sizes.push_back(
        item.is_none() ? -1 : nn::check_positive(read.integer(item, "output_size"), who, "output_size"));
  return sizes;
}

std::string adaptive_doc(const char* what, const char* of, const char* sizes, const char* more,
                         const char* example) {
  return str(what, " over the last axes of ", of, R"( so that `output_size` comes out.

Args:
    output_size ()",
             sizes, R"(): Extents of the last axes.
)",
             more, R"(
Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)",
             example);
}

constexpr const char* kTuple = "int, tuple";  // with None for an extent of the input

template <class Layer, size_t axes>
void bind_adaptive_avg(nb::module_& m, const char* name, const char* of, const char* sizes,
                       const char* example) {
  static const char* who = name;
  cell_class<Layer>(m, name, adaptive_doc("Means", of, sizes, "", example).c_str())
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle output_size) {
             init_cell(self, output_size_from(output_size, who, axes));
           }),
           "output_size"_any);
}

template <class Layer, size_t axes>
void bind_adaptive_max(nb::module_& m, const char* name, const char* of, const char* example) {
  static const char* who = name;
  constexpr const char* kIndices =
      "    return_indices (bool): Also where each element comes from, counted row by row. Default: False.\n";
  cell_class<Layer>(m, name, adaptive_doc("The largest elements", of, kTuple, kIndices, example).c_str())
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<Layer> self, nb::handle output_size, nb::handle return_indices) {
                 init_cell(self, output_size_from(output_size, who, axes),
                           ArgumentReader(who).boolean(return_indices, "return_indices"));
               }),
           "output_size"_any, "return_indices"_any = false);
}

void bind_adaptive(nb::module_& m) {
  bind_adaptive_avg<nn::AdaptiveAvgPool1d, 1>(
      m, "AdaptiveAvgPool1d", "(N, C, L) or (C, L)", "int",
      R"(    >>> print(nn.AdaptiveAvgPool1d(2)(Tensor([[[1.0, 2.0, 3.0, 4.0]]])))
    [[[1.5 3.5]]])");
  bind_adaptive_avg<nn::AdaptiveAvgPool2d, 2>(
      m, "AdaptiveAvgPool2d", "(N, C, H, W) or (C, H, W)", kTuple,
      R"(    >>> print(nn.AdaptiveAvgPool2d((None, 1))(Tensor([[[1.0, 2.0], [3.0, 4.0]]])))
    [[[1.5]
      [3.5]]])");
  bind_adaptive_avg<nn::AdaptiveAvgPool3d, 3>(
      m, "AdaptiveAvgPool3d", "(N, C, D, H, W) or (C, D, H, W)", kTuple,
      R"(    >>> print(nn.AdaptiveAvgPool3d(1)(ops.ones((1, 2, 3, 3), nucella.float32)))
    [[[[1.]]]])");
  cell_class<nn::AdaptiveMaxPool1d>(
      m, "AdaptiveMaxPool1d",
      adaptive_doc("The largest elements", "(N, C, L) or (C, L)", "int", "",
                   R"(    >>> print(nn.AdaptiveMaxPool1d(2)(Tensor([[[1.0, 2.0, 3.0, 4.0]]])))
    [[[2. 4.]]])")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::AdaptiveMaxPool1d> self, nb::handle output_size) {
             init_cell(self, output_size_from(output_size, "AdaptiveMaxPool1d", 1), false);
           }),
           "output_size"_any);
  bind_adaptive_max<nn::AdaptiveMaxPool2d, 2>(
      m, "AdaptiveMaxPool2d", "(N, C, H, W) or (C, H, W)",
      R"(    >>> values, places = nn.AdaptiveMaxPool2d(1, return_indices=True)(Tensor([[[1.0, 5.0], [3.0, 4.0]]]))
    >>> print(values, places)
    [[[5.]]] [[[1]]])");
  bind_adaptive_max<nn::AdaptiveMaxPool3d, 3>(
      m, "AdaptiveMaxPool3d", "(N, C, D, H, W) or (C, D, H, W)",
      R"(    >>> print(nn.AdaptiveMaxPool3d(1)(ops.ones((1, 2, 3, 3), nucella.float32)))
    [[[[1.]]]])");
}

nn::FractionalMaxPoolOptions fractional_options(const char* who, nb::handle output_size,
                                                nb::handle output_ratio, nb::handle return_indices,
                                                nb::handle random_samples) {
  const ArgumentReader read(who);
  nn::FractionalMaxPoolOptions options{.return_indices = read.boolean(return_indices, "return_indices")};
  if (!output_size.is_none()) options.output_size = read.extents(output_size, "output_size");
  if (PyTuple_Check(output_ratio.ptr())) {
    for (nb::handle item : nb::borrow<nb::tuple>(output_ratio))
      options.output_ratio.push_back(read.number(item, "output_ratio"));
  } else if (!output_ratio.is_none()) {
    options.output_ratio = {read.number(output_ratio, "output_ratio")};
  }
  if (!random_samples.is_none()) {
    const Tensor* samples = tensor_of(random_samples);
    if (!samples)
      raise<TypeError>("For '", who, "', '_random_samples' must be a Tensor, got ",
                       object_type(random_samples));
    options.random_samples = *samples;
  }
  return options;
}

template <class Layer>
void bind_fractional(nb::module_& m, const char* name, const char* of, const char* example) {
  static const char* who = name;
  const std::string doc = str("The largest elements under windows at uneven distances over ", of,
                              R"( (Graham, 2015).

Args:
    kernel_size (int, tuple): Extent of the windows.
    output_size (int, tuple): Extents of the result. Default: None.
    output_ratio (float, tuple): Or these by those of the input, in (0, 1). Default: None.
    return_indices (bool): Also where each element comes from, counted row by row. Default: False.
    _random_samples (Tensor): (N, C, axes) in [0, 1): where the windows lie. Default: None, drawn with each call.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range, or both sizes or none are given.

Examples:
)",
                              example);
  cell_class<Layer>(m, name, doc.c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle kernel_size,
                                nb::handle output_size, nb::handle output_ratio, nb::handle return_indices,
                                nb::handle random_samples) {
             init_cell(self, ArgumentReader(who).extents(kernel_size, "kernel_size"),
                       fractional_options(who, output_size, output_ratio, return_indices, random_samples));
           }),
           "kernel_size"_any, "output_size"_any = nb::none(), "output_ratio"_any = nb::none(),
           "return_indices"_any = false, "_random_samples"_any = nb::none());
}

template <class Layer>
void bind_unpool(nb::module_& m, const char* name, const char* of, const char* example) {
  static const char* who = name;
  const std::string doc = str("Puts the elements of a maximum pool over ", of,
                              R"( back where they came from, among zeros.

Args:
    kernel_size (int, tuple): Of the pool.
    stride (int, tuple): Of the pool. Default: None, that is kernel_size.
    padding (int, tuple): Of the pool. Default: 0.

The call takes the pool, its indices, and the extents of the result, if others than the smallest that fit.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)",
                              example);
  cell_class<Layer>(m, name, doc.c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle kernel_size, nb::handle stride,
                                nb::handle padding) {
             const ArgumentReader read(who);
             nn::MaxUnpoolOptions options{.padding = read.extents(padding, "padding")};
             if (!stride.is_none()) options.stride = read.extents(stride, "stride");
             init_cell(self, read.extents(kernel_size, "kernel_size"), options);
           }),
           "kernel_size"_any, "stride"_any = nb::none(), "padding"_any = 0);
}

}  // namespace

void bind_more_pools(nb::module_& m) {
  bind_lp<nn::LPPool1d>(m, "LPPool1d", "(N, C, L) or (C, L) signals",
                        R"(    >>> print(nn.LPPool1d(2, 2)(Tensor([[[3.0, 4.0]]])))
    [[[5.]]])");
  bind_lp<nn::LPPool2d>(m, "LPPool2d", "(N, C, H, W) or (C, H, W) images",
                        R"(    >>> print(nn.LPPool2d(1, 2)(Tensor([[[1.0, 2.0], [3.0, 4.0]]])))
    [[[10.]]])");
  bind_adaptive(m);
  bind_fractional<nn::FractionalMaxPool2d>(
      m, "FractionalMaxPool2d", "(N, C, H, W) or (C, H, W)",
      R"(    >>> nn.FractionalMaxPool2d(2, output_size=3)(ops.ones((1, 2, 7, 8), nucella.float32)).shape
    (1, 2, 3, 3))");
  bind_fractional<nn::FractionalMaxPool3d>(
      m, "FractionalMaxPool3d", "(N, C, D, H, W) or (C, D, H, W)",
      R"(    >>> nn.FractionalMaxPool3d(2, output_ratio=0.5)(ops.ones((1, 4, 6, 8), nucella.float32)).shape
    (1, 2, 3, 4))");
  bind_unpool<nn::MaxUnpool1d>(m, "MaxUnpool1d", "(N, C, L) or (C, L)",
                               R"(    >>> print(nn.MaxUnpool1d(2)(Tensor([[[4.0, 6.0]]]), Tensor([[[1, 2]]])))
    [[[0. 4. 6. 0.]]])");
  bind_unpool<nn::MaxUnpool2d>(m, "MaxUnpool2d", "(N, C, H, W) or (C, H, W)",
                               R"(    >>> print(nn.MaxUnpool2d(2)(Tensor([[[4.0, 6.0]]]), Tensor([[[1, 6]]])))
    [[[0. 4. 0. 0.]
      [0. 0. 6. 0.]]])");
  bind_unpool<nn::MaxUnpool3d>(m, "MaxUnpool3d", "(N, C, D, H, W) or (C, D, H, W)",
                               R"(    >>> nn.MaxUnpool3d(2)(Tensor([[[[4.0]]]]), Tensor([[[[7]]]])).shape
    (1, 2, 2, 2))");
}

}  // namespace nucella::python
