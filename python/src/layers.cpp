// Layers under MindSpore's names and constructor arguments.
#include "arguments.h"
#include "cell_object.h"
#include "initializer_object.h"
#include "layer_parts.h"

namespace nucella::python {
namespace {

bool is_primitive(nb::handle object) {
  return nb::isinstance(object, nb::module_::import_("nucella.ops.primitive").attr("Primitive"));
}

nn::Activation activation_from(nb::handle object) {
  if (object.is_none()) return {};
  if (is_primitive(object))
    return nn::Activation(
        [primitive = nb::borrow(object)](const Tensor& x) {
          const nb::gil_scoped_acquire gil;
          return to_tensor(primitive(x), "Dense", "activation");
        },
        nb::cast<std::string>(nb::repr(object)));
  if (PyUnicode_Check(object.ptr())) return nn::Activation(nb::cast<std::string>(object));
  if (!cell_of(object))
    raise<TypeError>("For 'Dense', 'activation' must be a str, Cell, Primitive or None, got ",
                     object_type(object));
  return nn::Activation(to_cell(object, "Dense", "activation"));
}

void bind_dense(nb::module_& m) {
  cell_class<nn::Dense>(m, "Dense", R"(The fully connected layer y = x W^T + b.

`weight` is (out_channels, in_channels), `bias` (out_channels,); the input is (..., in_channels) of their dtype.

Args:
    in_channels (int): Extent of the input's last axis.
    out_channels (int): Extent of the output's last axis.
    weight_init (Tensor, str, Initializer, number): Default: HeUniform(sqrt(5)), that is U(-1, 1) / sqrt(in_channels).
    bias_init (Tensor, str, Initializer, number): Default: U(-1, 1) / sqrt(in_channels).
    has_bias (bool): Default: True.
    activation (str, Cell, Primitive): Applied to the result. Default: None.
    dtype (dtype): Of the parameters. Default: float32.

Raises:
    TypeError: An argument is of another type.
    ValueError: A channel count is not positive, or a Tensor given as initial value does not fit.

Examples:
    >>> net = nn.Dense(2, 3, weight_init="ones", bias_init="zeros")
    >>> print(net(Tensor([[1.0, 2.0]])))
    [[3. 3. 3.]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Dense> self, nb::handle in_channels,
                                nb::handle out_channels, nb::handle weight_init, nb::handle bias_init,
                                nb::handle has_bias, nb::handle activation, nb::handle dtype) {
             constexpr ArgumentReader read("Dense");
             init_cell(self, read.integer(in_channels, "in_channels"),
                       read.integer(out_channels, "out_channels"),
                       nn::DenseOptions{.weight_init = to_weight_init(weight_init, "Dense", "weight_init"),
                                        .bias_init = to_weight_init(bias_init, "Dense", "bias_init"),
                                        .has_bias = read.boolean(has_bias, "has_bias"),
                                        .activation = activation_from(activation),
                                        .dtype = read.dtype(dtype, "dtype")});
             self.h.attr("activation_flag") = !activation.is_none();
             if (activation.is_none() || is_primitive(activation)) self.h.attr("activation") = activation;
             if (!self.p->has_bias()) self.h.attr("bias") = nb::none();
           }),
           "in_channels"_any, "out_channels"_any, "weight_init"_a = nb::none(), "bias_init"_a = nb::none(),
           "has_bias"_any = true, "activation"_a = nb::none(), "dtype"_any = to_python(float32))
      .def_prop_ro("in_channels", &nn::Dense::in_channels)
      .def_prop_ro("out_channels", &nn::Dense::out_channels)
      .def_prop_ro("has_bias", &nn::Dense::has_bias);
}

template <class Layer>
void bind_simple(nb::module_& m, const char* name, const char* doc) {
  cell_class<Layer>(m, name, doc).def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self) {
                                        init_cell(self);
                                      }));
}

void bind_matmul(nb::module_& m) {
  cell_class<nn::MatMul>(m, "MatMul", R"(The matrix product x1 x2, with vectors and batches that broadcast.

Args:
    transpose_x1 (bool): Swap the last two axes of x1 first. Default: False.
    transpose_x2 (bool): Swap the last two axes of x2 first. Default: False.

Raises:
    TypeError: An argument is no bool.

Examples:
    >>> print(nn.MatMul()(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]])))
    [[11.]])")
      .def(
          "__init__",
          [](nb::pointer_and_handle<nn::MatMul> self, nb::handle transpose_x1, nb::handle transpose_x2) {
            constexpr ArgumentReader read("MatMul");
            init_cell(self, read.boolean(transpose_x1, "transpose_x1"),
                      read.boolean(transpose_x2, "transpose_x2"));
          },
          "transpose_x1"_any = false, "transpose_x2"_any = false);
}

void bind_activations(nb::module_& m) {
  bind_simple<nn::ReLU>(m, "ReLU", R"(max(x, 0).

Examples:
    >>> print(nn.ReLU()(Tensor([-1.0, 2.0])))
    [0. 2.])");
  bind_simple<nn::Sigmoid>(m, "Sigmoid", R"(1 / (1 + exp(-x)).

Examples:
    >>> print(nn.Sigmoid()(Tensor([0.0])))
    [0.5])");
  bind_simple<nn::Tanh>(m, "Tanh", R"(Hyperbolic tangent.

Examples:
    >>> print(nn.Tanh()(Tensor([0.0, 20.0])))
    [0. 1.])");
  bind_simple<nn::Identity>(m, "Identity", R"(Hands its input through.

Examples:
    >>> x = Tensor([1.0])
    >>> nn.Identity()(x) is x
    True)");
  cell_class<nn::Softmax>(m, "Softmax", R"(exp(x) / sum(exp(x)) along `axis`. Default: the last.

Examples:
    >>> print(nn.Softmax()(Tensor([[0.0, 0.0]])))
    [[0.5 0.5]])")
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::Softmax> self, nb::handle axis) {
             init_cell(self, ArgumentReader("Softmax").integer(axis, "axis"));
           }),
           "axis"_any = -1);
  cell_class<nn::Flatten>(m, "Flatten",
                          R"(Joins the axes `start_dim` to `end_dim` into one; by default all but the first.

Examples:
    >>> nn.Flatten()(ops.ones((2, 3, 4), nucella.float32)).shape
    (2, 12))")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::Flatten> self, nb::handle start_dim, nb::handle end_dim) {
                 constexpr ArgumentReader read("Flatten");
                 init_cell(self, read.integer(start_dim, "start_dim"), read.integer(end_dim, "end_dim"));
               }),
           "start_dim"_any = 1, "end_dim"_any = -1);
  cell_class<nn::Dropout>(
      m, "Dropout",
      R"(While training, clears elements at random and scales up the rest; else the identity.

Args:
    keep_prob (float): Probability that an element stays, in (0, 1]. Not read when `p` is given. Default: 0.5.
    p (float): Probability that an element is cleared, in [0, 1). Default: None.

Raises:
    ValueError: A probability is out of its range.

Examples:
    >>> x = Tensor([1.0, 2.0])
    >>> print(nn.Dropout(p=0.5)(x))
    [1. 2.])")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::Dropout> self, nb::handle keep_prob, nb::handle p, nb::handle) {
                 constexpr ArgumentReader read("Dropout");
                 nn::DropoutOptions options{.keep_prob = read.number(keep_prob, "keep_prob")};
                 if (!p.is_none()) options.p = read.number(p, "p");
                 init_cell(self, options);
               }),
           "keep_prob"_any = 0.5, "p"_a = nb::none(), "dtype"_any = to_python(float32));
}

}  // namespace

void bind_layers(nb::module_& m) {
  bind_dense(m);
  bind_convolutions(m);
  bind_matmul(m);
  bind_activations(m);
  bind_pools(m);
  bind_more_pools(m);
  bind_paddings(m);
  bind_image_layers(m);
  bind_small_layers(m);
  bind_activation_layers(m);
  bind_lookups(m);
  bind_recurrent(m);
  bind_transformer(m);
}

}  // namespace nucella::python
