// Maximum and mean pools as layers, under MindSpore's names and constructor arguments.
#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"

namespace nucella::python {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// MindSpore shows the sizes of signals as those of images of height 1.
nb::object shown(const nn::PoolWindow& w, const nn::Extents& extents) {
  return w.axes > 1 ? to_python(extents) : to_python(Shape{1, extents.values()[0]});
}

template <class Base>
void bind_base(nb::module_& m, const char* name, const char* doc) {
  cell_class<Base>(m, name, doc)
      .def_prop_ro("kernel_size",
                   [](const Base& c) { return shown(c.window(), c.window().given_kernel_size); })
      .def_prop_ro("stride", [](const Base& c) { return shown(c.window(), c.window().given_stride); })
      .def_prop_ro("pad_mode", [](const Base& c) { return upper(c.window().pad_mode); });
}

nn::MaxPoolOptions max_options(const char* who, nb::handle stride, nb::handle pad_mode, nb::handle padding,
                               nb::handle dilation, nb::handle return_indices, nb::handle ceil_mode) {
  const ArgumentReader read(who);
  return {.stride = read.extents(stride, "stride"),
          .pad_mode = read.text(pad_mode, "pad_mode"),
          .padding = read.extents(padding, "padding"),
          .dilation = read.extents(dilation, "dilation"),
          .return_indices = read.boolean(return_indices, "return_indices"),
          .ceil_mode = read.boolean(ceil_mode, "ceil_mode")};
}

nn::AvgPoolOptions avg_options(const char* who, nb::handle stride, nb::handle pad_mode, nb::handle padding,
                               nb::handle ceil_mode, nb::handle count_include_pad,
                               nb::handle divisor_override) {
  const ArgumentReader read(who);
  nn::AvgPoolOptions options{.stride = read.extents(stride, "stride"),
                             .pad_mode = read.text(pad_mode, "pad_mode"),
                             .padding = read.extents(padding, "padding"),
                             .ceil_mode = read.boolean(ceil_mode, "ceil_mode"),
                             .count_include_pad = read.boolean(count_include_pad, "count_include_pad")};
  if (!divisor_override.is_none())
    options.divisor_override =
        nn::check_positive(read.integer(divisor_override, "divisor_override"), who, "divisor_override");
  return options;
}

std::string pool_doc(const char* what, const char* of, const char* sizes, const char* more,
                     const char* example) {
  return str(what, " under a sliding window over ", of, R"(.

Args:
    kernel_size ()",
             sizes, R"(): Default: 1.
    stride ()",
             sizes, R"(): Default: 1.
    pad_mode (str): "valid", "same" or "pad", in either case. Default: "valid".
    padding ()",
             sizes, R"(): With pad_mode "pad". Default: 0.
)",
             more, R"(
Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)",
             example);
}

std::string max_doc(const char* of, const char* sizes, const char* format, const char* example) {
  return pool_doc("The largest value", of, sizes,
                  str("    dilation (", sizes, R"(): Distance of the taps; with pad_mode "pad". Default: 1.
    return_indices (bool): Also where each value comes from, counted row by row; with pad_mode "pad".
        Default: False.
    ceil_mode (bool): With pad_mode "pad". Default: False.
)",
                      format)
                      .c_str(),
                  example);
}

template <class Layer>
void bind_max(nb::module_& m, const char* name, const std::string& doc) {
  static const char* who = name;
  cell_class<Layer, nn::MaxPool>(m, name, doc.c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle kernel_size, nb::handle stride,
                                nb::handle pad_mode, nb::handle padding, nb::handle dilation,
                                nb::handle return_indices, nb::handle ceil_mode) {
             init_cell(self, ArgumentReader(who).extents(kernel_size, "kernel_size"),
                       max_options(who, stride, pad_mode, padding, dilation, return_indices, ceil_mode));
           }),
           "kernel_size"_any = 1, "stride"_any = 1, "pad_mode"_any = "valid", "padding"_any = 0,
           "dilation"_any = 1, "return_indices"_any = false, "ceil_mode"_any = false);
}

constexpr const char* kFormat = "    data_format (str): Only \"NCHW\".\n";

void bind_max_pools(nb::module_& m) {
  bind_base<nn::MaxPool>(m, "_MaxPool", "Base of the maximum pools.");
  bind_max<nn::MaxPool1d>(m, "MaxPool1d",
                          max_doc("(N, C, L) or (C, L) signals", "int", "",
                                  R"(    >>> print(nn.MaxPool1d(kernel_size=2)(Tensor([[[1.0, 3.0, 2.0]]])))
    [[[3. 3.]]])"));
  bind_max<nn::MaxPool3d>(
      m, "MaxPool3d",
      max_doc("(N, C, D, H, W) or (C, D, H, W) volumes", "int, tuple", "",
              R"(    >>> print(nn.MaxPool3d(kernel_size=2)(ops.ones((1, 1, 2, 2, 3), nucella.float32)))
    [[[[[1. 1.]]]]])"));
  cell_class<nn::MaxPool2d, nn::MaxPool>(
      m, "MaxPool2d",
      max_doc("(N, C, H, W) or (C, H, W) images", "int, tuple", kFormat,
              R"(    >>> print(nn.MaxPool2d(kernel_size=2, stride=2)(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]])))
    [[[[6.]]]])")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::MaxPool2d> self, nb::handle kernel_size,
                                nb::handle stride, nb::handle pad_mode, nb::handle padding,
                                nb::handle dilation, nb::handle return_indices, nb::handle ceil_mode,
                                nb::handle data_format) {
             constexpr ArgumentReader read("MaxPool2d");
             nn::MaxPoolOptions options =
                 max_options("MaxPool2d", stride, pad_mode, padding, dilation, return_indices, ceil_mode);
             options.data_format = read.text(data_format, "data_format");
             init_cell(self, read.extents(kernel_size, "kernel_size"), std::move(options));
           }),
           "kernel_size"_any = 1, "stride"_any = 1, "pad_mode"_any = "valid", "padding"_any = 0,
           "dilation"_any = 1, "return_indices"_any = false, "ceil_mode"_any = false,
           "data_format"_any = "NCHW");
}

constexpr const char* kMean = R"(    ceil_mode (bool): Not with pad_mode "same". Default: False.
    count_include_pad (bool): The padding counts as zeros. Default: True.
)";
constexpr const char* kDivisor =
    "    divisor_override (int): Divides by this instead of the size of the window. Default: None.\n";

void bind_avg_pools(nb::module_& m) {
  bind_base<nn::AvgPool>(m, "_AvgPool", "Base of the mean pools.");
  cell_class<nn::AvgPool1d, nn::AvgPool>(
      m, "AvgPool1d",
      pool_doc("The mean", "(N, C, L) or (C, L) signals", "int", kMean,
               R"(    >>> print(nn.AvgPool1d(kernel_size=2)(Tensor([[[1.0, 3.0, 2.0]]])))
    [[[2.  2.5]]])")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::AvgPool1d> self, nb::handle kernel_size,
                                nb::handle stride, nb::handle pad_mode, nb::handle padding,
                                nb::handle ceil_mode, nb::handle count_include_pad) {
             init_cell(self, ArgumentReader("AvgPool1d").extents(kernel_size, "kernel_size"),
                       avg_options("AvgPool1d", stride, pad_mode, padding, ceil_mode, count_include_pad,
                                   nb::none()));
           }),
           "kernel_size"_any = 1, "stride"_any = 1, "pad_mode"_any = "valid", "padding"_any = 0,
           "ceil_mode"_any = false, "count_include_pad"_any = true);
  cell_class<nn::AvgPool2d, nn::AvgPool>(
      m, "AvgPool2d",
      pool_doc("The mean", "(N, C, H, W) or (C, H, W) images", "int, tuple",
               str(kMean, kDivisor, kFormat).c_str(),
               R"(    >>> print(nn.AvgPool2d(kernel_size=2, stride=2)(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]])))
    [[[[3.]]]])")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::AvgPool2d> self, nb::handle kernel_size,
                                nb::handle stride, nb::handle pad_mode, nb::handle padding,
                                nb::handle ceil_mode, nb::handle count_include_pad,
                                nb::handle divisor_override, nb::handle data_format) {
             constexpr ArgumentReader read("AvgPool2d");
             nn::AvgPoolOptions options = avg_options("AvgPool2d", stride, pad_mode, padding, ceil_mode,
                                                      count_include_pad, divisor_override);
             options.data_format = read.text(data_format, "data_format");
             init_cell(self, read.extents(kernel_size, "kernel_size"), std::move(options));
           }),
           "kernel_size"_any = 1, "stride"_any = 1, "pad_mode"_any = "valid", "padding"_any = 0,
           "ceil_mode"_any = false, "count_include_pad"_any = true, "divisor_override"_a = nb::none(),
           "data_format"_any = "NCHW");
  cell_class<nn::AvgPool3d, nn::AvgPool>(
      m, "AvgPool3d",
      pool_doc("The mean", "(N, C, D, H, W) or (C, D, H, W) volumes", "int, tuple",
               str(kMean, kDivisor).c_str(),
               R"(    >>> print(nn.AvgPool3d(kernel_size=2)(ops.ones((1, 1, 2, 2, 3), nucella.float32)))
    [[[[[1. 1.]]]]])")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::AvgPool3d> self, nb::handle kernel_size,
                                nb::handle stride, nb::handle pad_mode, nb::handle padding,
                                nb::handle ceil_mode, nb::handle count_include_pad,
                                nb::handle divisor_override) {
             init_cell(self, ArgumentReader("AvgPool3d").extents(kernel_size, "kernel_size"),
                       avg_options("AvgPool3d", stride, pad_mode, padding, ceil_mode, count_include_pad,
                                   divisor_override));
           }),
           "kernel_size"_any = 1, "stride"_any = 1, "pad_mode"_any = "valid", "padding"_any = 0,
           "ceil_mode"_any = false, "count_include_pad"_any = true, "divisor_override"_a = nb::none());
}

}  // namespace

void bind_pools(nb::module_& m) {
  bind_max_pools(m);
  bind_avg_pools(m);
}

}  // namespace nucella::python
