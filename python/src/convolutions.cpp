// The convolutions as layers, under MindSpore's names and constructor arguments.
#include "arguments.h"
#include "cell_object.h"
#include "initializer_object.h"
#include "layer_parts.h"
#include "nucella/ops/ops.h"

namespace nucella::python {
namespace {

nn::ConvOptions conv_options(const char* who, nb::handle stride, nb::handle pad_mode, nb::handle padding,
                             nb::handle dilation, nb::handle group, nb::handle has_bias,
                             nb::handle weight_init, nb::handle bias_init, nb::handle dtype) {
  const ArgumentReader read(who);
  return {.stride = read.extents(stride, "stride"),
          .pad_mode = read.text(pad_mode, "pad_mode"),
          .padding = read.extents(padding, "padding"),
          .dilation = read.extents(dilation, "dilation"),
          .group = read.integer(group, "group"),
          .has_bias = read.boolean(has_bias, "has_bias"),
          .weight_init = to_weight_init(weight_init, who, "weight_init"),
          .bias_init = to_weight_init(bias_init, who, "bias_init"),
          .dtype = read.dtype(dtype, "dtype")};
}

// What the documentation of a layer says that the others' does not.
struct Words {
  const char* what;
  const char* weight;
  const char* sizes;    // "int" or "int, tuple"
  const char* padding;  // how it is given besides as one number
  const char* format;   // the line for data_format, or empty
  const char* more;     // the line for output_padding, or empty
  const char* example;
};

std::string doc(const Words& w) {
  return str(w.what, "\n\n`weight` is ", w.weight, R"(, `bias` (out_channels,).

Args:
    in_channels (int): Channels of the input.
    out_channels (int): Channels of the output.
    kernel_size ()",
             w.sizes, R"(): Extent of the kernel.
    stride ()",
             w.sizes, R"(): Default: 1.
    pad_mode (str): "same", "valid" or "pad". Default: "same".
    padding ()",
             w.sizes, R"(): With pad_mode "pad": one number)", w.padding, R"(. Default: 0.
)",
             w.more, "    dilation (", w.sizes, R"(): Default: 1.
    group (int): Default: 1.
    has_bias (bool): Default: False.
    weight_init (Tensor, str, Initializer, number): Default: HeUniform(sqrt(5)).
    bias_init (Tensor, str, Initializer, number): Default: U(-1, 1) / sqrt(fan_in).
)",
             w.format, R"(    dtype (dtype): Default: float32.

Raises:
    TypeError: An argument is of another type.
    ValueError: A size below 1, channels not divisible by `group`, padding without pad_mode "pad".

Examples:
)",
             w.example);
}

constexpr const char* kMore =
    "    output_padding (int, tuple): Added behind, with pad_mode \"pad\". Default: 0.\n";

template <class Layer>
auto conv_class(nb::module_& m, const char* name, const Words& words) {
  const auto tuple = [](const std::vector<int64_t>& values) { return to_python(Shape(values)); };
  return cell_class<Layer, nn::Conv>(m, name, doc(words).c_str())
      .def_prop_ro("kernel_size", [tuple](const Layer& c) { return tuple(c.kernel_size()); })
      .def_prop_ro("stride", [tuple](const Layer& c) { return tuple(c.stride()); })
      .def_prop_ro("dilation", [tuple](const Layer& c) { return tuple(c.dilation()); })
      .def_prop_ro("padding", [tuple](const Layer& c) {
        const bool signals = std::is_same_v<Layer, nn::Conv1d> || std::is_same_v<Layer, nn::Conv1dTranspose>;
        return signals ? tuple(c.padding()) : to_python(c.given_padding());
      });
}

// A Tensor for the weight of signals has no axis for the height.
nn::WeightInit signal_weight(nb::handle weight_init, const char* who) {
  const Tensor* given = tensor_of(weight_init);
  if (given && given->ndim() == 3) return ops::expand_dims(*given, 2);
  return to_weight_init(weight_init, who, "weight_init");
}

template <class Layer>
void bind_signals(nb::module_& m, const char* name, const Words& words) {
  static const char* who = name;
  conv_class<Layer>(m, name, words)
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle in_channels,
                                nb::handle out_channels, nb::handle kernel_size, nb::handle stride,
                                nb::handle pad_mode, nb::handle padding, nb::handle dilation,
                                nb::handle group, nb::handle has_bias, nb::handle weight_init,
                                nb::handle bias_init, nb::handle dtype) {
             const ArgumentReader read(who);
             nn::ConvOptions options = conv_options(who, stride, pad_mode, padding, dilation, group, has_bias,
                                                    weight_init, bias_init, dtype);
             options.weight_init = signal_weight(weight_init, who);
             init_cell(self, read.integer(in_channels, "in_channels"),
                       read.integer(out_channels, "out_channels"), read.extents(kernel_size, "kernel_size"),
                       std::move(options));
           }),
           "in_channels"_any, "out_channels"_any, "kernel_size"_any, "stride"_any = 1,
           "pad_mode"_any = "same", "padding"_any = 0, "dilation"_any = 1, "group"_any = 1,
           "has_bias"_any = false, "weight_init"_a = nb::none(), "bias_init"_a = nb::none(),
           "dtype"_any = to_python(float32));
}

template <class Layer>
void bind_plain(nb::module_& m, const char* name, const char* format, const Words& words) {
  static const char* who = name;
  conv_class<Layer>(m, name, words)
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle in_channels,
                                nb::handle out_channels, nb::handle kernel_size, nb::handle stride,
                                nb::handle pad_mode, nb::handle padding, nb::handle dilation,
                                nb::handle group, nb::handle has_bias, nb::handle weight_init,
                                nb::handle bias_init, nb::handle data_format, nb::handle dtype) {
             const ArgumentReader read(who);
             nn::ConvOptions options = conv_options(who, stride, pad_mode, padding, dilation, group, has_bias,
                                                    weight_init, bias_init, dtype);
             options.data_format = read.text(data_format, "data_format");
             init_cell(self, read.integer(in_channels, "in_channels"),
                       read.integer(out_channels, "out_channels"), read.extents(kernel_size, "kernel_size"),
                       std::move(options));
           }),
           "in_channels"_any, "out_channels"_any, "kernel_size"_any, "stride"_any = 1,
           "pad_mode"_any = "same", "padding"_any = 0, "dilation"_any = 1, "group"_any = 1,
           "has_bias"_any = false, "weight_init"_a = nb::none(), "bias_init"_a = nb::none(),
           "data_format"_any = format, "dtype"_any = to_python(float32));
}

void bind_transposed(nb::module_& m) {
  conv_class<nn::Conv2dTranspose>(m, "Conv2dTranspose",
                                  {"The transposed convolution of (N, C, H, W) images: the derivative of "
                                   "Conv2d by its input, as a layer.",
                                   "(in_channels, out_channels / group, kh, kw)", "int, tuple",
                                   ", or top, bottom, left, right", "", kMore,
                                   R"(    >>> net = nn.Conv2dTranspose(1, 2, 3, stride=2, weight_init="ones")
    >>> net(ops.ones((1, 1, 4, 4), nucella.float32)).shape
    (1, 2, 8, 8))"})
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Conv2dTranspose> self, nb::handle in_channels,
                                nb::handle out_channels, nb::handle kernel_size, nb::handle stride,
                                nb::handle pad_mode, nb::handle padding, nb::handle output_padding,
                                nb::handle dilation, nb::handle group, nb::handle has_bias,
                                nb::handle weight_init, nb::handle bias_init, nb::handle dtype) {
             constexpr ArgumentReader read("Conv2dTranspose");
             nn::ConvOptions options = conv_options("Conv2dTranspose", stride, pad_mode, padding, dilation,
                                                    group, has_bias, weight_init, bias_init, dtype);
             options.output_padding = read.extents(output_padding, "output_padding");
             init_cell(self, read.integer(in_channels, "in_channels"),
                       read.integer(out_channels, "out_channels"), read.extents(kernel_size, "kernel_size"),
                       std::move(options));
           }),
           "in_channels"_any, "out_channels"_any, "kernel_size"_any, "stride"_any = 1,
           "pad_mode"_any = "same", "padding"_any = 0, "output_padding"_any = 0, "dilation"_any = 1,
           "group"_any = 1, "has_bias"_any = false, "weight_init"_a = nb::none(), "bias_init"_a = nb::none(),
           "dtype"_any = to_python(float32))
      .def_prop_ro("output_padding",
                   [](const nn::Conv2dTranspose& c) { return to_python(c.given_output_padding()); });
  conv_class<nn::Conv3dTranspose>(
      m, "Conv3dTranspose",
      {"The transposed convolution of (N, C, D, H, W) volumes: the derivative of Conv3d by its input, as a "
       "layer.",
       "(in_channels, out_channels / group, kd, kh, kw)", "int, tuple",
       ", or front, back, top, bottom, left, right", "    data_format (str): Only \"NCDHW\".\n", kMore,
       R"(    >>> net = nn.Conv3dTranspose(1, 2, 3, stride=2, weight_init="ones")
    >>> net(ops.ones((1, 1, 2, 4, 4), nucella.float32)).shape
    (1, 2, 4, 8, 8))"})
      .def(
          "__init__",
          noting_arguments(+[](nb::pointer_and_handle<nn::Conv3dTranspose> self, nb::handle in_channels,
                               nb::handle out_channels, nb::handle kernel_size, nb::handle stride,
                               nb::handle pad_mode, nb::handle padding, nb::handle dilation, nb::handle group,
                               nb::handle output_padding, nb::handle has_bias, nb::handle weight_init,
                               nb::handle bias_init, nb::handle data_format, nb::handle dtype) {
            constexpr ArgumentReader read("Conv3dTranspose");
            nn::ConvOptions options = conv_options("Conv3dTranspose", stride, pad_mode, padding, dilation,
                                                   group, has_bias, weight_init, bias_init, dtype);
            options.output_padding = read.extents(output_padding, "output_padding");
            options.data_format = read.text(data_format, "data_format");
            init_cell(self, read.integer(in_channels, "in_channels"),
                      read.integer(out_channels, "out_channels"), read.extents(kernel_size, "kernel_size"),
                      std::move(options));
          }),
          "in_channels"_any, "out_channels"_any, "kernel_size"_any, "stride"_any = 1, "pad_mode"_any = "same",
          "padding"_any = 0, "dilation"_any = 1, "group"_any = 1, "output_padding"_any = 0,
          "has_bias"_any = false, "weight_init"_a = nb::none(), "bias_init"_a = nb::none(),
          "data_format"_any = "NCDHW", "dtype"_any = to_python(float32))
      .def_prop_ro("output_padding",
                   [](const nn::Conv3dTranspose& c) { return to_python(c.given_output_padding()); });
}

}  // namespace

void bind_convolutions(nb::module_& m) {
  cell_class<nn::Conv>(m, "_Conv", "Base of the convolutions.")
      .def_prop_ro("in_channels", &nn::Conv::in_channels)
      .def_prop_ro("out_channels", &nn::Conv::out_channels)
      .def_prop_ro("group", &nn::Conv::group)
      .def_prop_ro("has_bias", &nn::Conv::has_bias)
      .def_prop_ro("pad_mode", &nn::Conv::pad_mode)
      .def_prop_ro("data_format", &nn::Conv::data_format);
  bind_signals<nn::Conv1d>(m, "Conv1d",
                           {"Convolution of (N, C, L) signals, as of images of height 1.",
                            "(out_channels, in_channels / group, 1, k)", "int", "", "", "",
                            R"(    >>> net = nn.Conv1d(1, 2, 3, weight_init="ones")
    >>> print(net(Tensor([[[1.0, 2.0, 3.0]]]))[0, 0])
    [3. 6. 5.])"});
  bind_plain<nn::Conv2d>(
      m, "Conv2d", "NCHW",
      {"Convolution of (N, C, H, W) images.", "(out_channels, in_channels / group, kh, kw)", "int, tuple",
       ", or top, bottom, left, right", "    data_format (str): Only \"NCHW\".\n", "",
       R"(    >>> net = nn.Conv2d(1, 2, 3, weight_init="ones")
    >>> net(ops.ones((1, 1, 4, 4), nucella.float32)).shape
    (1, 2, 4, 4))"});
  bind_plain<nn::Conv3d>(
      m, "Conv3d", "NCDHW",
      {"Convolution of (N, C, D, H, W) volumes.", "(out_channels, in_channels / group, kd, kh, kw)",
       "int, tuple", ", or front, back, top, bottom, left, right", "    data_format (str): Only \"NCDHW\".\n",
       "",
       R"(    >>> net = nn.Conv3d(1, 2, 3, weight_init="ones")
    >>> net(ops.ones((1, 1, 4, 4, 4), nucella.float32)).shape
    (1, 2, 4, 4, 4))"});
  bind_signals<nn::Conv1dTranspose>(
      m, "Conv1dTranspose",
      {"The transposed convolution of (N, C, L) signals: the derivative of Conv1d by its input, as a layer.",
       "(in_channels, out_channels / group, 1, k)", "int", "", "", "",
       R"(    >>> net = nn.Conv1dTranspose(1, 1, 2, stride=2, weight_init="ones")
    >>> print(net(Tensor([[[1.0, 2.0]]])))
    [[[1. 1. 2. 2.]]])"});
  bind_transposed(m);
}

}  // namespace nucella::python
