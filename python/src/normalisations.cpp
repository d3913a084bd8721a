// The layers that normalise, under MindSpore's names and constructor arguments.
#include "arguments.h"
#include "cell_object.h"
#include "initializer_object.h"

namespace nucella::python {
namespace {

std::optional<bool> optional_bool(nb::handle object, const char* who) {
  if (object.is_none()) return {};
  if (!PyBool_Check(object.ptr()))
    raise<ValueError>("For '", who, "', 'use_batch_statistics' must be a bool or None, got ",
                      object_type(object));
  return object.ptr() == Py_True;
}

nb::object optional_bool(const std::optional<bool>& value) {
  return value ? nb::object(nb::bool_(*value)) : nb::none();
}

nn::BatchNormOptions batch_norm_options(const char* who, nb::handle eps, nb::handle momentum,
                                        nb::handle affine, nb::handle gamma_init, nb::handle beta_init,
                                        nb::handle moving_mean_init, nb::handle moving_var_init,
                                        nb::handle use_batch_statistics, nb::handle dtype) {
  const ArgumentReader read(who);
  return {.eps = read.number(eps, "eps"),
          .momentum = read.number(momentum, "momentum"),
          .affine = read.boolean(affine, "affine"),
          .gamma_init = to_weight_init(gamma_init, who, "gamma_init"),
          .beta_init = to_weight_init(beta_init, who, "beta_init"),
          .moving_mean_init = to_weight_init(moving_mean_init, who, "moving_mean_init"),
          .moving_var_init = to_weight_init(moving_var_init, who, "moving_var_init"),
          .use_batch_statistics = optional_bool(use_batch_statistics, who),
          .dtype = read.dtype(dtype, "dtype")};
}

std::string batch_norm_doc(const char* input, const char* format, const char* example) {
  return str("Normalises the channels of ", input,
             R"( by mean and variance of the batch (Ioffe and Szegedy, 2015).

Args:
    num_features (int): The number of channels C.
    eps (float): Added to the variance. Default: 1e-5.
    momentum (float): Weight of the old running statistics, in [0, 1]. Default: 0.9.
    affine (bool): gamma and beta are trained. Default: True.
    gamma_init (Tensor, str, Initializer, number): Default: 'ones'.
    beta_init (Tensor, str, Initializer, number): Default: 'zeros'.
    moving_mean_init (Tensor, str, Initializer, number): Default: 'zeros'.
    moving_var_init (Tensor, str, Initializer, number): Default: 'ones'.
    use_batch_statistics (bool): Normalise by the statistics of the batch, which also move the running ones, or
        by the running ones. Default: None, that is the former while training.
)",
             format, R"(    dtype (dtype): Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)",
             example);
}

constexpr const char* kOnlyNchw = "    data_format (str): Only 'NCHW'.\n";

template <class Layer>
auto batch_norm_class(nb::module_& m, const char* name, const char* input, const char* example) {
  return cell_class<Layer, nn::BatchNorm>(m, name, batch_norm_doc(input, kOnlyNchw, example).c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle num_features, nb::handle eps,
                                nb::handle momentum, nb::handle affine, nb::handle gamma_init,
                                nb::handle beta_init, nb::handle moving_mean_init, nb::handle moving_var_init,
                                nb::handle use_batch_statistics, nb::handle data_format, nb::handle dtype) {
             constexpr const char* who =
                 std::is_same_v<Layer, nn::BatchNorm1d> ? "BatchNorm1d" : "BatchNorm2d";
             constexpr ArgumentReader read(who);
             nn::BatchNormOptions options =
                 batch_norm_options(who, eps, momentum, affine, gamma_init, beta_init, moving_mean_init,
                                    moving_var_init, use_batch_statistics, dtype);
             options.data_format = read.text(data_format, "data_format");
             init_cell(self, read.integer(num_features, "num_features"), std::move(options));
           }),
           "num_features"_any, "eps"_any = 1e-5, "momentum"_any = 0.9, "affine"_any = true,
           "gamma_init"_any = "ones", "beta_init"_any = "zeros", "moving_mean_init"_any = "zeros",
           "moving_var_init"_any = "ones", "use_batch_statistics"_any = nb::none(),
           "data_format"_any = "NCHW", "dtype"_any = to_python(float32));
}

void bind_batch_norms(nb::module_& m) {
  cell_class<nn::BatchNorm>(m, "_BatchNorm", "Base of the layers that normalise channels over the batch.")
      .def_prop_ro("num_features", &nn::BatchNorm::num_features)
      .def_prop_ro("eps", &nn::BatchNorm::eps)
      .def_prop_ro("momentum", &nn::BatchNorm::momentum)
      .def_prop_rw(
          "use_batch_statistics", [](nn::BatchNorm& c) { return optional_bool(c.use_batch_statistics()); },
          [](nn::BatchNorm& c, nb::handle value) {
            c.set_use_batch_statistics(optional_bool(value, "BatchNorm"));
          },
          nb::arg().none());
  batch_norm_class<nn::BatchNorm1d>(
      m, "BatchNorm1d", "(N, C) or (N, C, L)",
      R"(    >>> print(nn.BatchNorm1d(2).set_train()(Tensor([[1.0, 5.0], [3.0, 9.0]])))
    [[-0.999995   -0.99999875]
     [ 0.999995    0.99999875]])");
  batch_norm_class<nn::BatchNorm2d>(m, "BatchNorm2d", "(N, C, H, W)",
                                    R"(    >>> print(nn.BatchNorm2d(1).set_train()(Tensor([[[[1.0, 3.0]]]])))
    [[[[-0.999995  0.999995]]]])");
  cell_class<nn::BatchNorm3d>(
      m, "BatchNorm3d",
      batch_norm_doc("(N, C, D, H, W)", "",
                     R"(    >>> print(nn.BatchNorm3d(1).set_train()(Tensor([[[[[1.0, 3.0]]]]])))
    [[[[[-0.999995  0.999995]]]]])")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::BatchNorm3d> self, nb::handle num_features,
                                nb::handle eps, nb::handle momentum, nb::handle affine, nb::handle gamma_init,
                                nb::handle beta_init, nb::handle moving_mean_init, nb::handle moving_var_init,
                                nb::handle use_batch_statistics, nb::handle dtype) {
             init_cell(self, ArgumentReader("BatchNorm3d").integer(num_features, "num_features"),
                       batch_norm_options("BatchNorm3d", eps, momentum, affine, gamma_init, beta_init,
                                          moving_mean_init, moving_var_init, use_batch_statistics, dtype));
           }),
           "num_features"_any, "eps"_any = 1e-5, "momentum"_any = 0.9, "affine"_any = true,
           "gamma_init"_any = "ones", "beta_init"_any = "zeros", "moving_mean_init"_any = "zeros",
           "moving_var_init"_any = "ones", "use_batch_statistics"_any = nb::none(),
           "dtype"_any = to_python(float32));
}

std::string instance_norm_doc(const char* input, const char* example) {
  return str("Normalises each channel of each sample of ", input,
             R"( by its own mean and variance (Ulyanov et al., 2016).

Args:
    num_features (int): The number of channels C.
    eps (float): Added to the variance. Default: 1e-5.
    momentum (float): Weight of the batch in the running statistics, in [0, 1]. Default: 0.1.
    affine (bool): gamma and beta are trained. Default: True.
    gamma_init (Tensor, str, Initializer, number): Default: 'ones'.
    beta_init (Tensor, str, Initializer, number): Default: 'zeros'.
    dtype (dtype): Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)",
             example);
}

template <class Layer>
void instance_norm_class(nb::module_& m, const char* name, const char* input, const char* example) {
  cell_class<Layer, nn::InstanceNorm>(m, name, instance_norm_doc(input, example).c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle num_features, nb::handle eps,
                                nb::handle momentum, nb::handle affine, nb::handle gamma_init,
                                nb::handle beta_init, nb::handle dtype) {
             constexpr ArgumentReader read("InstanceNorm");
             init_cell(self, read.integer(num_features, "num_features"),
                       nn::InstanceNormOptions{
                           .eps = read.number(eps, "eps"),
                           .momentum = read.number(momentum, "momentum"),
                           .affine = read.boolean(affine, "affine"),
                           .gamma_init = to_weight_init(gamma_init, "InstanceNorm", "gamma_init"),
                           .beta_init = to_weight_init(beta_init, "InstanceNorm", "beta_init"),
                           .dtype = read.dtype(dtype, "dtype")});
           }),
           "num_features"_any, "eps"_any = 1e-5, "momentum"_any = 0.1, "affine"_any = true,
           "gamma_init"_any = "ones", "beta_init"_any = "zeros", "dtype"_any = to_python(float32));
}

void bind_instance_norms(nb::module_& m) {
  cell_class<nn::InstanceNorm>(m, "_InstanceNorm",
                               "Base of the layers that normalise each channel of each sample.")
      .def_prop_ro("num_features", &nn::InstanceNorm::num_features)
      .def_prop_ro("eps", &nn::InstanceNorm::eps)
      .def_prop_ro("momentum", &nn::InstanceNorm::momentum);
  instance_norm_class<nn::InstanceNorm1d>(m, "InstanceNorm1d", "(N, C, L)",
                                          R"(    >>> print(nn.InstanceNorm1d(1)(Tensor([[[1.0, 3.0]]])))
    [[[-0.999995  0.999995]]])");
  instance_norm_class<nn::InstanceNorm2d>(m, "InstanceNorm2d", "(N, C, H, W)",
                                          R"(    >>> print(nn.InstanceNorm2d(1)(Tensor([[[[1.0, 3.0]]]])))
    [[[[-0.999995  0.999995]]]])");
  instance_norm_class<nn::InstanceNorm3d>(m, "InstanceNorm3d", "(N, C, D, H, W)",
                                          R"(    >>> print(nn.InstanceNorm3d(1)(Tensor([[[[[1.0, 3.0]]]]])))
    [[[[[-0.999995  0.999995]]]]])");
}

Shape normalized_shape(nb::handle object, const char* who) {
  if (!PyTuple_Check(object.ptr()) && !PyList_Check(object.ptr()))
    raise<TypeError>("For '", who, "', 'normalized_shape' must be a tuple or list of ints, got ",
                     object_type(object));
  return to_shape(object, who, "normalized_shape");
}

void bind_layer_norm(nb::module_& m) {
  cell_class<nn::LayerNorm>(
      m, "LayerNorm",
      R"((x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axes (Ba, Kiros and Hinton, 2016).

Args:
    normalized_shape (tuple, list): The shape of gamma and beta.
    begin_norm_axis (int): Mean and variance are taken over this axis and all behind it. Default: -1.
    begin_params_axis (int): gamma and beta have the extents of the input from this axis on. Default: -1.
    gamma_init (Tensor, str, Initializer, number): Default: 'ones'.
    beta_init (Tensor, str, Initializer, number): Default: 'zeros'.
    epsilon (float): Added to the variance. Default: 1e-7.
    dtype (dtype): Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.LayerNorm((2,))(Tensor([[1.0, 3.0]])))
    [[-0.99999994  0.99999994]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::LayerNorm> self, nb::handle shape,
                                nb::handle begin_norm_axis, nb::handle begin_params_axis,
                                nb::handle gamma_init, nb::handle beta_init, nb::handle epsilon,
                                nb::handle dtype) {
             constexpr ArgumentReader read("LayerNorm");
             init_cell(self, normalized_shape(shape, "LayerNorm"),
                       nn::LayerNormOptions{
                           .begin_norm_axis = read.integer(begin_norm_axis, "begin_norm_axis"),
                           .begin_params_axis = read.integer(begin_params_axis, "begin_params_axis"),
                           .gamma_init = to_weight_init(gamma_init, "LayerNorm", "gamma_init"),
                           .beta_init = to_weight_init(beta_init, "LayerNorm", "beta_init"),
                           .epsilon = read.number(epsilon, "epsilon"),
                           .dtype = read.dtype(dtype, "dtype")});
           }),
           "normalized_shape"_any, "begin_norm_axis"_any = -1, "begin_params_axis"_any = -1,
           "gamma_init"_any = "ones", "beta_init"_any = "zeros", "epsilon"_any = 1e-7,
           "dtype"_any = to_python(float32))
      .def_prop_ro("normalized_shape", [](nn::LayerNorm& c) { return to_python(c.normalized_shape()); })
      .def_prop_ro("begin_norm_axis", &nn::LayerNorm::begin_norm_axis)
      .def_prop_ro("begin_params_axis", &nn::LayerNorm::begin_params_axis)
      .def_prop_ro("epsilon", &nn::LayerNorm::epsilon);
}

void bind_group_norm(nb::module_& m) {
  cell_class<nn::GroupNorm>(
      m, "GroupNorm",
      R"(Normalises groups of the channels of (N, C, ...) within each sample (Wu and He, 2018).

Args:
    num_groups (int): Divides `num_channels`.
    num_channels (int): C.
    eps (float): Added to the variance. Default: 1e-5.
    affine (bool): gamma and beta are trained. Default: True.
    gamma_init (Tensor, str, Initializer, number): Default: 'ones'.
    beta_init (Tensor, str, Initializer, number): Default: 'zeros'.
    dtype (dtype): Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.GroupNorm(2, 4)(Tensor([[1.0, 3.0, 10.0, 30.0]])))
    [[-0.999995    0.999995   -0.99999994  0.99999994]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::GroupNorm> self, nb::handle num_groups,
                                nb::handle num_channels, nb::handle eps, nb::handle affine,
                                nb::handle gamma_init, nb::handle beta_init, nb::handle dtype) {
             constexpr ArgumentReader read("GroupNorm");
             init_cell(
                 self, read.integer(num_groups, "num_groups"), read.integer(num_channels, "num_channels"),
                 nn::GroupNormOptions{.eps = read.number(eps, "eps"),
                                      .affine = read.boolean(affine, "affine"),
                                      .gamma_init = to_weight_init(gamma_init, "GroupNorm", "gamma_init"),
                                      .beta_init = to_weight_init(beta_init, "GroupNorm", "beta_init"),
                                      .dtype = read.dtype(dtype, "dtype")});
           }),
           "num_groups"_any, "num_channels"_any, "eps"_any = 1e-5, "affine"_any = true,
           "gamma_init"_any = "ones", "beta_init"_any = "zeros", "dtype"_any = to_python(float32))
      .def_prop_ro("num_groups", &nn::GroupNorm::num_groups)
      .def_prop_ro("num_channels", &nn::GroupNorm::num_channels)
      .def_prop_ro("eps", &nn::GroupNorm::eps);
}

DType dtype_or_float32(const ArgumentReader& read, nb::handle dtype) {
  return dtype.is_none() ? float32 : read.dtype(dtype, "dtype");
}

void bind_norms_of_mint(nb::module_& m) {
  cell_class<nn::LayerNormExt>(m, "LayerNormExt",
                               R"((x - mean) / sqrt(variance + eps) * weight + bias over the last axes.

Args:
    normalized_shape (int, tuple, list): The extents of these axes, and of weight and bias.
    eps (float): Added to the variance. Default: 1e-5.
    elementwise_affine (bool): There are a weight and a bias. Default: True.
    bias (bool): ... or a weight only. Default: True.
    dtype (dtype): Default: None, that is float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nucella.mint.nn.LayerNorm(2)(Tensor([[1.0, 3.0]])))
    [[-0.999995  0.999995]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::LayerNormExt> self, nb::handle shape,
                                nb::handle eps, nb::handle elementwise_affine, nb::handle bias,
                                nb::handle dtype) {
             constexpr ArgumentReader read("LayerNorm");
             init_cell(self, to_shape(shape, "LayerNorm", "normalized_shape"),
                       nn::LayerNormExtOptions{
                           .eps = read.number(eps, "eps"),
                           .elementwise_affine = read.boolean(elementwise_affine, "elementwise_affine"),
                           .bias = read.boolean(bias, "bias"),
                           .dtype = dtype_or_float32(read, dtype)});
             if (!self.p->weight.defined()) self.h.attr("weight") = nb::none();
             if (!self.p->bias.defined()) self.h.attr("bias") = nb::none();
           }),
           "normalized_shape"_any, "eps"_any = 1e-5, "elementwise_affine"_any = true, "bias"_any = true,
           "dtype"_any = nb::none());
  nb::module_ mint = m.def_submodule("mint_layers");  // one is called as a layer of nn is
  cell_class<nn::GroupNormExt>(mint, "GroupNorm",
                               R"(Normalises groups of the channels of (N, C, ...) within each sample.

Args:
    num_groups (int): Divides `num_channels`.
    num_channels (int): C.
    eps (float): Added to the variance. Default: 1e-5.
    affine (bool): There are a weight and a bias. Default: True.
    dtype (dtype): Default: None, that is float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nucella.mint.nn.GroupNorm(2, 4)(Tensor([[1.0, 3.0, 10.0, 30.0]])))
    [[-0.999995    0.999995   -0.99999994  0.99999994]])")
      .def(
          "__init__",
          noting_arguments(+[](nb::pointer_and_handle<nn::GroupNormExt> self, nb::handle num_groups,
                               nb::handle num_channels, nb::handle eps, nb::handle affine, nb::handle dtype) {
            constexpr ArgumentReader read("GroupNorm");
            init_cell(self, read.integer(num_groups, "num_groups"),
                      read.integer(num_channels, "num_channels"),
                      nn::GroupNormExtOptions{.eps = read.number(eps, "eps"),
                                              .affine = read.boolean(affine, "affine"),
                                              .dtype = dtype_or_float32(read, dtype)});
            if (!self.p->weight.defined()) self.h.attr("weight") = nb::none();
            if (!self.p->bias.defined()) self.h.attr("bias") = nb::none();
          }),
          "num_groups"_any, "num_channels"_any, "eps"_any = 1e-5, "affine"_any = true,
          "dtype"_any = nb::none());
  cell_class<nn::RMSNorm>(m, "RMSNorm", R"(x / sqrt(mean(x^2) + eps) * weight over the last axes.

Args:
    normalized_shape (int, tuple, list): The extents of these axes, and of the weight.
    eps (float): Default: 1e-6.
    dtype (dtype): Default: None, that is float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.RMSNorm(2)(Tensor([[3.0, 4.0]])))
    [[0.8485281 1.1313708]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::RMSNorm> self, nb::handle shape, nb::handle eps,
                                nb::handle dtype) {
             constexpr ArgumentReader read("RMSNorm");
             init_cell(self, to_shape(shape, "RMSNorm", "normalized_shape"), read.number(eps, "eps"),
                       dtype_or_float32(read, dtype));
           }),
           "normalized_shape"_any, "eps"_any = 1e-6, "dtype"_any = nb::none());
}

}  // namespace

void bind_normalisations(nb::module_& m) {
  bind_batch_norms(m);
  bind_instance_norms(m);
  bind_layer_norm(m);
  bind_group_norm(m);
  bind_norms_of_mint(m);
}

}  // namespace nucella::python
