// Small layers and BiDense under MindSpore's names and constructor arguments.
#include "nucella/nn/small_layers.h"

#include "arguments.h"
#include "cell_object.h"
#include "initializer_object.h"
#include "layer_parts.h"
#include "nucella/nn/bidense.h"

namespace nucella::python {
namespace {

// None and () for all axes, an int, or a tuple.
Shape axes_from(const char* who, nb::handle axis) {
  if (axis.is_none()) return {};
  return ArgumentReader(who).extents(axis, "axis").values();
}

void bind_norms_of_tensors(nb::module_& m) {
  cell_class<nn::Norm>(m, "Norm", R"(The Euclidean norm over some axes.

Args:
    axis (int, tuple): Default: (), that is all of them.
    keep_dims (bool): Keep them with an extent of 1. Default: False.

Raises:
    TypeError: An argument is of another type.

Examples:
    >>> print(nn.Norm(axis=1)(Tensor([[3.0, 4.0], [0.0, 2.0]])))
    [5. 2.])")
      .def(
          "__init__",
          noting_arguments(+[](nb::pointer_and_handle<nn::Norm> self, nb::handle axis, nb::handle keep_dims) {
            init_cell(self, axes_from("Norm", axis), ArgumentReader("Norm").boolean(keep_dims, "keep_dims"));
          }),
          "axis"_any = nb::tuple(), "keep_dims"_any = false);
  cell_class<nn::ClipByNorm>(
      m, "ClipByNorm",
      R"(Scales a tensor down to a Euclidean norm of at most `clip_norm` over some axes.

Args:
    axis (int, tuple): Default: None, that is all of them.

Raises:
    TypeError: It is of another type.

Examples:
    >>> print(nn.ClipByNorm()(Tensor([3.0, 4.0]), Tensor(1.0)))
    [0.6 0.8])")
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::ClipByNorm> self, nb::handle axis) {
             init_cell(self, axes_from("ClipByNorm", axis));
           }),
           "axis"_any = nb::none());
  cell_class<nn::L1Regularizer>(m, "L1Regularizer", R"(scale * sum(|x|).

Args:
    scale (int, float): Positive and finite.

Raises:
    TypeError, ValueError: It is no number or out of its range.

Examples:
    >>> print(nn.L1Regularizer(0.5)(Tensor([-1.0, 3.0])))
    2.0)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::L1Regularizer> self, nb::handle scale) {
             init_cell(self, ArgumentReader("L1Regularizer").number(scale, "scale"));
           }),
           "scale"_any);
}

template <class Layer>
void bind_channel_dropout(nb::module_& m, const char* name, const char* of, const char* example) {
  static const char* who = name;
  cell_class<Layer>(m, name,
                    str("While training, clears whole channels of ", of, R"( at random and scales up the rest.

Args:
    p (float): The probability that a channel is cleared, in [0, 1]. Default: 0.5.

Raises:
    TypeError, ValueError: It is no float or out of its range.

Examples:
)",
                        example)
                        .c_str())
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle p) {
             init_cell(self, ArgumentReader(who).real(p, "p"));
           }),
           "p"_any = 0.5);
}

void bind_random_layers(nb::module_& m) {
  cell_class<nn::RReLU>(
      m, "RReLU",
      R"(x where it is not negative, a * x elsewhere, with a new a from U(lower, upper) each time.

Args:
    lower (int, float): Default: 1 / 8.
    upper (int, float): Default: 1 / 3.

Raises:
    TypeError, ValueError: An argument is no number, or lower > upper.

Examples:
    >>> print(nn.RReLU(0.5, 0.5)(Tensor([-1.0, 2.0])))
    [-0.5  2. ])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::RReLU> self, nb::handle lower, nb::handle upper) {
             constexpr ArgumentReader read("RReLU");
             init_cell(self, read.number(lower, "lower"), read.number(upper, "upper"));
           }),
           "lower"_any = 1.0 / 8, "upper"_any = 1.0 / 3);
  bind_channel_dropout<nn::Dropout1d>(m, "Dropout1d", "(N, C, L) or (C, L)",
                                      R"(    >>> print(nn.Dropout1d()(Tensor([[1.0, 2.0]])))
    [[1. 2.]])");
  bind_channel_dropout<nn::Dropout2d>(
      m, "Dropout2d", "(N, C, H, W) or (C, H, W)",
      R"(    >>> print(nn.Dropout2d(p=1.0).set_train()(Tensor([[[1.0, 2.0]]])))
    [[[0. 0.]]])");
  bind_channel_dropout<nn::Dropout3d>(m, "Dropout3d", "(N, C, D, H, W) or (C, D, H, W)",
                                      R"(    >>> print(nn.Dropout3d()(Tensor([[[[1.0, 2.0]]]])))
    [[[[1. 2.]]]])");
}

void bind_shapes(nb::module_& m) {
  cell_class<nn::OneHot>(m, "OneHot", R"(Vectors with one element on for each index, along a new axis.

Args:
    axis (int): Default: -1.
    depth (int): Extent of the new axis. Default: 1.
    on_value (float): Default: 1.0.
    off_value (float): Default: 0.0.
    dtype (dtype): Default: float32.

Raises:
    TypeError: An argument is of another type.

Examples:
    >>> print(nn.OneHot(depth=3)(Tensor([0, 2])))
    [[1. 0. 0.]
     [0. 0. 1.]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::OneHot> self, nb::handle axis, nb::handle depth,
                                nb::handle on_value, nb::handle off_value, nb::handle dtype) {
             constexpr ArgumentReader read("OneHot");
             init_cell(self, nn::OneHotOptions{.axis = read.integer(axis, "axis"),
                                               .depth = read.integer(depth, "depth"),
                                               .on_value = read.number(on_value, "on_value"),
                                               .off_value = read.number(off_value, "off_value"),
                                               .dtype = read.dtype(dtype, "dtype")});
           }),
           "axis"_any = -1, "depth"_any = 1, "on_value"_any = 1.0, "off_value"_any = 0.0,
           "dtype"_any = to_python(float32));
  cell_class<nn::Unflatten>(m, "Unflatten", R"(One axis as several.

Args:
    axis (int): Which.
    unflattened_size (tuple): The extents that take its place; one may be -1.

Raises:
    TypeError: An argument is of another type.

Examples:
    >>> nn.Unflatten(1, (2, -1))(ops.ones((3, 6), nucella.float32)).shape
    (3, 2, 3))")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::Unflatten> self, nb::handle axis, nb::handle unflattened_size) {
                 constexpr ArgumentReader read("Unflatten");
                 init_cell(self, read.integer(axis, "axis"),
                           Shape(read.extents(unflattened_size, "unflattened_size").values()));
               }),
           "axis"_any, "unflattened_size"_any);
}

void bind_bidense(nb::module_& m) {
  cell_class<nn::BiDense>(m, "BiDense", R"(The bilinear layer y = x1 W x2 + b.

`weight` is (out_channels, in1_channels, in2_channels), `bias` (out_channels,).

Args:
    in1_channels (int): Extent of the last axis of x1.
    in2_channels (int): Extent of the last axis of x2.
    out_channels (int): Extent of the last axis of y.
    weight_init (Tensor, str, Initializer, number): Default: U(-1, 1) / sqrt(in1_channels).
    bias_init (Tensor, str, Initializer, number): Default: U(-1, 1) / sqrt(in1_channels).
    has_bias (bool): Default: True.
    dtype (dtype): Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or does not fit.

Examples:
    >>> net = nn.BiDense(2, 2, 1, weight_init="ones", bias_init="zeros")
    >>> print(net(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])))
    [[21.]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::BiDense> self, nb::handle in1_channels,
                                nb::handle in2_channels, nb::handle out_channels, nb::handle weight_init,
                                nb::handle bias_init, nb::handle has_bias, nb::handle dtype) {
             constexpr ArgumentReader read("BiDense");
             init_cell(
                 self, read.integer(in1_channels, "in1_channels"), read.integer(in2_channels, "in2_channels"),
                 read.integer(out_channels, "out_channels"),
                 nn::BiDenseOptions{.weight_init = to_weight_init(weight_init, "BiDense", "weight_init"),
                                    .bias_init = to_weight_init(bias_init, "BiDense", "bias_init"),
                                    .has_bias = read.boolean(has_bias, "has_bias"),
                                    .dtype = read.dtype(dtype, "dtype")});
             if (!self.p->has_bias()) self.h.attr("bias") = nb::none();
           }),
           "in1_channels"_any, "in2_channels"_any, "out_channels"_any, "weight_init"_a = nb::none(),
           "bias_init"_a = nb::none(), "has_bias"_any = true, "dtype"_any = to_python(float32))
      .def_prop_ro("in1_channels", &nn::BiDense::in1_channels)
      .def_prop_ro("in2_channels", &nn::BiDense::in2_channels)
      .def_prop_ro("out_channels", &nn::BiDense::out_channels)
      .def_prop_ro("has_bias", &nn::BiDense::has_bias);
}

}  // namespace

void bind_small_layers(nb::module_& m) {
  bind_norms_of_tensors(m);
  bind_random_layers(m);
  bind_shapes(m);
  bind_bidense(m);
}

}  // namespace nucella::python
