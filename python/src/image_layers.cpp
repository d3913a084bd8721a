// Layers of images under MindSpore's names and constructor arguments, and ops.interpolate, which Upsample is.
#include "nucella/nn/image_layers.h"

#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"
#include "nucella/nn/image_quality.h"

namespace nucella::python {
namespace {

// A number, or a tuple or list of numbers.
std::vector<double> numbers(const ArgumentReader& read, nb::handle object, const char* argument) {
  if (!PyTuple_Check(object.ptr()) && !PyList_Check(object.ptr())) return {read.number(object, argument)};
  std::vector<double> out;
  for (nb::handle item : nb::borrow<nb::object>(object)) out.push_back(read.number(item, argument));
  return out;
}

// A list will do for a tuple.
nb::object as_tuple(nb::handle object) {
  return PyList_Check(object.ptr()) ? nb::object(nb::tuple(object)) : nb::borrow(object);
}

nn::InterpolateOptions interpolate_options(const char* who, nb::handle size, nb::handle scale_factor,
                                           nb::handle mode, nb::handle align_corners,
                                           nb::handle recompute_scale_factor) {
  const ArgumentReader read(who);
  nn::InterpolateOptions options{.mode = read.text(mode, "mode")};
  if (!size.is_none()) options.size = read.extents(as_tuple(size), "size").check_least(1, who, "size");
  if (!scale_factor.is_none()) options.scale_factor = numbers(read, scale_factor, "scale_factor");
  if (!align_corners.is_none()) options.align_corners = read.boolean(align_corners, "align_corners");
  if (!recompute_scale_factor.is_none())
    options.recompute_scale_factor = read.boolean(recompute_scale_factor, "recompute_scale_factor");
  return options;
}

void bind_upsample(nb::module_& m) {
  cell_class<nn::Upsample>(m, "Upsample", R"(Brings the last axes of (N, C, ...) to other extents.

Args:
    size (int, tuple): The extents. Default: None.
    scale_factor (float, tuple): Or by how much they grow. Default: None.
    mode (str): "nearest", "nearest-exact", "area", "linear", "bilinear", "bicubic" or "trilinear".
        Default: "nearest".
    align_corners (bool): The outer elements stay where they are; for modes that interpolate. Default: None.
    recompute_scale_factor (bool): Go by the extents that come out, not by scale_factor. Default: None.

Raises:
    TypeError, ValueError: An argument is of another type or does not go with the others.

Examples:
    >>> print(nn.Upsample(size=(4,), mode="linear", align_corners=True)(Tensor([[[0.0, 3.0]]])))
    [[[0. 1. 2. 3.]]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Upsample> self, nb::handle size,
                                nb::handle scale_factor, nb::handle mode, nb::handle align_corners,
                                nb::handle recompute_scale_factor) {
             init_cell(self, interpolate_options("Upsample", size, scale_factor, mode, align_corners,
                                                 recompute_scale_factor));
           }),
           "size"_any = nb::none(), "scale_factor"_any = nb::none(), "mode"_any = "nearest",
           "align_corners"_any = nb::none(), "recompute_scale_factor"_any = nb::none());
  m.def(
      "interpolate",
      [](nb::handle input, nb::handle size, nb::handle scale_factor, nb::handle mode,
         nb::handle align_corners, nb::handle recompute_scale_factor) {
        const Tensor* x = tensor_of(input);
        if (!x) raise<TypeError>("interpolate: 'input' must be a Tensor, got ", object_type(input));
        return nn::interpolate(*x,
                               interpolate_options("interpolate", size, scale_factor, mode, align_corners,
                                                   recompute_scale_factor),
                               "interpolate");
      },
      "input"_any, "size"_any = nb::none(), "scale_factor"_any = nb::none(), "mode"_any = "nearest",
      "align_corners"_any = nb::none(), "recompute_scale_factor"_any = nb::none(),
      R"(`input` (N, C, ...) with its last axes brought to other extents.

Args:
    input (Tensor): Of three to five dimensions.
    size (int, tuple): The extents. Default: None.
    scale_factor (float, tuple): Or by how much they grow. Default: None.
    mode (str): "nearest", "nearest-exact", "area", "linear", "bilinear", "bicubic" or "trilinear".
        Default: "nearest".
    align_corners (bool): The outer elements stay where they are; for modes that interpolate. Default: None.
    recompute_scale_factor (bool): Go by the extents that come out, not by scale_factor. Default: None.

Raises:
    TypeError, ValueError: An argument is of another type or does not go with the others.

Examples:
    >>> print(ops.interpolate(Tensor([[[1.0, 2.0]]]), size=4))
    [[[1. 1. 2. 2.]]])");
}

template <class Layer>
void bind_factor(nb::module_& m, const char* name, const char* argument, const char* doc) {
  static const char* who = name;
  static const char* what = argument;
  cell_class<Layer>(m, name, doc)
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle value) {
             init_cell(self, ArgumentReader(who).integer(value, what));
           }),
           nb::arg(argument).none());
}

void bind_pixels(nb::module_& m) {
  bind_factor<nn::PixelShuffle>(m, "PixelShuffle", "upscale_factor",
                                R"(Spreads channels over space: (..., C r r, H, W) becomes (..., C, H r, W r).

Args:
    upscale_factor (int): The factor r.

Raises:
    TypeError, ValueError: It is no int or not positive.

Examples:
    >>> print(nn.PixelShuffle(2)(Tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]])))
    [[[1. 2.]
      [3. 4.]]])");
  bind_factor<nn::PixelUnshuffle>(
      m, "PixelUnshuffle", "downscale_factor",
      R"(Gathers space into channels: (..., C, H r, W r) becomes (..., C r r, H, W).

Args:
    downscale_factor (int): The factor r.

Raises:
    TypeError, ValueError: It is no int or not positive.

Examples:
    >>> nn.PixelUnshuffle(2)(ops.ones((1, 4, 6), nucella.float32)).shape
    (4, 2, 3))");
  bind_factor<nn::ChannelShuffle>(m, "ChannelShuffle", "groups",
                                  R"(Deals the channels of (N, C, ...) out anew (Zhang et al., 2018).

Args:
    groups (int): The number of rows that are read column by column.

Raises:
    TypeError, ValueError: It is no int or not positive.

Examples:
    >>> print(nn.ChannelShuffle(2)(Tensor([[[1.0], [2.0], [3.0], [4.0]]])).reshape(4))
    [1. 3. 2. 4.])");
  cell_class<nn::ImageGradients>(
      m, "ImageGradients",
      R"(Differences to the next row and to the next column: (dy, dx), 0 at the end.

Examples:
    >>> dy, dx = nn.ImageGradients()(Tensor([[[[1.0, 4.0], [3.0, 9.0]]]]))
    >>> print(dx)
    [[[[3. 0.]
       [6. 0.]]]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::ImageGradients> self) { init_cell(self); }));
  cell_class<nn::CentralCrop>(m, "CentralCrop", R"(The middle of images (H, W), (C, H, W) or (N, C, H, W).

Args:
    central_fraction (float): Of height and width that stays, in (0, 1].

Raises:
    TypeError, ValueError: It is no float or out of its range.

Examples:
    >>> nn.CentralCrop(0.5)(ops.ones((3, 4, 6), nucella.float32)).shape
    (3, 2, 4))")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::CentralCrop> self, nb::handle central_fraction) {
             init_cell(self, ArgumentReader("CentralCrop").real(central_fraction, "central_fraction"));
           }),
           "central_fraction"_any);
}

void bind_unfold(nb::module_& m) {
  cell_class<nn::Unfold>(m, "Unfold",
                         R"(Patches of images (N, C, H, W) as channels: (N, kh kw C, rows, columns).

Args:
    ksizes (tuple, list): Extent of the patches, [1, rows, columns, 1].
    strides (tuple, list): Their distance, [1, rows, columns, 1].
    rates (tuple, list): Distance of the taps, [1, rows, columns, 1].
    padding (str): "valid" or "same", in either case. Default: "valid".

Raises:
    TypeError, ValueError: An argument is of another type or form.

Examples:
    >>> net = nn.Unfold([1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1])
    >>> net(ops.ones((1, 2, 3, 4), nucella.float32)).shape
    (1, 8, 2, 3))")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Unfold> self, nb::handle ksizes,
                                nb::handle strides, nb::handle rates, nb::handle padding) {
             constexpr ArgumentReader read("Unfold");
             init_cell(self, read.extents(as_tuple(ksizes), "ksizes").values(),
                       read.extents(as_tuple(strides), "strides").values(),
                       read.extents(as_tuple(rates), "rates").values(), read.text(padding, "padding"));
           }),
           "ksizes"_any, "strides"_any, "rates"_any, "padding"_any = "valid");
}

void bind_quality(nb::module_& m) {
  cell_class<nn::PSNR>(m, "PSNR",
                       R"(Peak signal-to-noise ratio in decibels of each pair of images (N, C, H, W).

Args:
    max_val (int, float): The span of the values of a pixel. Default: 1.0.

Raises:
    TypeError, ValueError: It is no number or not positive.

Examples:
    >>> print(nn.PSNR(10)(Tensor([[[[0.0, 5.0]]]]), Tensor([[[[1.0, 6.0]]]])))
    [20.])")
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::PSNR> self, nb::handle max_val) {
             init_cell(self, ArgumentReader("PSNR").number(max_val, "max_val"));
           }),
           "max_val"_any = 1.0);
  constexpr const char* kWindow = R"(    filter_size (int): Extent of the Gaussian window. Default: 11.
    filter_sigma (float): Its standard deviation. Default: 1.5.
    k1 (float): Steadies the ratio of means. Default: 0.01.
    k2 (float): Steadies the ratio of variances. Default: 0.03.

Raises:
    TypeError, ValueError: An argument is of another type or not positive.

Examples:
)";
  cell_class<nn::SSIM>(m, "SSIM",
                       str(R"(Structural similarity of each pair of images (Wang et al., 2004).

Args:
    max_val (int, float): The span of the values of a pixel. Default: 1.0.
)",
                           kWindow, R"(    >>> x = ops.ones((1, 3, 16, 16), nucella.float32)
    >>> print(nn.SSIM()(x, x))
    [1.])")
                           .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::SSIM> self, nb::handle max_val,
                                nb::handle filter_size, nb::handle filter_sigma, nb::handle k1,
                                nb::handle k2) {
             constexpr ArgumentReader read("SSIM");
             init_cell(self, nn::SSIMOptions{.max_val = read.number(max_val, "max_val"),
                                             .filter_size = read.integer(filter_size, "filter_size"),
                                             .filter_sigma = read.number(filter_sigma, "filter_sigma"),
                                             .k1 = read.number(k1, "k1"),
                                             .k2 = read.number(k2, "k2")});
           }),
           "max_val"_any = 1.0, "filter_size"_any = 11, "filter_sigma"_any = 1.5, "k1"_any = 0.01,
           "k2"_any = 0.03);
  cell_class<nn::MSSSIM>(m, "MSSSIM",
                         str(R"(Structural similarity over several scales (Wang, Simoncelli and Bovik, 2003).

Args:
    max_val (int, float): The span of the values of a pixel. Default: 1.0.
    power_factors (tuple, list): The weight of each scale. Default: (0.0448, 0.2856, 0.3001, 0.2363, 0.1333).
)",
                             kWindow, R"(    >>> x = ops.ones((1, 3, 32, 32), nucella.float32)
    >>> print(nn.MSSSIM(power_factors=(0.5, 0.5))(x, x))
    [1.])")
                             .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::MSSSIM> self, nb::handle max_val,
                                nb::handle power_factors, nb::handle filter_size, nb::handle filter_sigma,
                                nb::handle k1, nb::handle k2) {
             constexpr ArgumentReader read("MSSSIM");
             init_cell(self, nn::MSSSIMOptions{.max_val = read.number(max_val, "max_val"),
                                               .power_factors = numbers(read, power_factors, "power_factors"),
                                               .filter_size = read.integer(filter_size, "filter_size"),
                                               .filter_sigma = read.number(filter_sigma, "filter_sigma"),
                                               .k1 = read.number(k1, "k1"),
                                               .k2 = read.number(k2, "k2")});
           }),
           "max_val"_any = 1.0, "power_factors"_any = nb::make_tuple(0.0448, 0.2856, 0.3001, 0.2363, 0.1333),
           "filter_size"_any = 11, "filter_sigma"_any = 1.5, "k1"_any = 0.01, "k2"_any = 0.03);
}

}  // namespace

void bind_image_layers(nb::module_& m) {
  bind_upsample(m);
  bind_pixels(m);
  bind_unfold(m);
  bind_quality(m);
}

}  // namespace nucella::python
