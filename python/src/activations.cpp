// Activations and the embedding as layers, under MindSpore's names and constructor arguments.
#include "arguments.h"
#include "cell_object.h"
#include "initializer_object.h"
#include "layer_parts.h"
#include "nucella/nn/activation_layers.h"
#include "nucella/nn/embedding.h"

namespace nucella::python {
namespace {

template <class Layer>
void bind_plain(nb::module_& m, const char* name, const char* doc) {
  cell_class<Layer>(m, name, doc).def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self) {
                                        init_cell(self);
                                      }));
}

// A layer with one number as its argument.
template <class Layer>
void bind_number(nb::module_& m, const char* name, const char* argument, double fallback, const char* doc) {
  static const char* who = name;
  static const char* what = argument;
  cell_class<Layer>(m, name, doc)
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle value) {
             init_cell(self, ArgumentReader(who).number(value, what));
           }),
           nb::arg(argument).none() = fallback);
}

// A layer along an axis.
template <class Layer>
void bind_axis(nb::module_& m, const char* name, const char* doc) {
  static const char* who = name;
  cell_class<Layer>(m, name, doc)
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle axis) {
             init_cell(self, ArgumentReader(who).integer(axis, "axis"));
           }),
           "axis"_any = -1);
}

void bind_with_arguments(nb::module_& m) {
  cell_class<nn::GELU>(m, "GELU",
                       R"(x * Phi(x), Phi being the distribution function of the normal distribution.

Args:
    approximate (bool): By tanh (Hendrycks and Gimpel, 2016) instead of exactly. Default: True.

Examples:
    >>> print(nn.GELU(False)(Tensor([-1.0, 1.0])))
    [-0.15865526  0.8413447 ])")
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::GELU> self, nb::handle approximate) {
             init_cell(self, ArgumentReader("GELU").boolean(approximate, "approximate"));
           }),
           "approximate"_any = true);
  cell_class<nn::Hardtanh>(m, "Hardtanh", R"(min(max(x, min_val), max_val).

Args:
    min_val (float): Default: -1.0.
    max_val (float): Default: 1.0.

Raises:
    ValueError: Unless min_val < max_val.

Examples:
    >>> print(nn.Hardtanh()(Tensor([-3.0, 0.5])))
    [-1.   0.5])")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::Hardtanh> self, nb::handle min_val, nb::handle max_val) {
                 constexpr ArgumentReader read("Hardtanh");
                 init_cell(self, read.number(min_val, "min_val"), read.number(max_val, "max_val"));
               }),
           "min_val"_any = -1.0, "max_val"_any = 1.0);
  cell_class<nn::Threshold>(m, "Threshold", R"(x where it is above `threshold`, `value` elsewhere.

Args:
    threshold (float): The limit.
    value (float): What stands for the others.

Examples:
    >>> print(nn.Threshold(0.5, 9.0)(Tensor([0.2, 1.0])))
    [9. 1.])")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::Threshold> self, nb::handle threshold, nb::handle value) {
                 constexpr ArgumentReader read("Threshold");
                 init_cell(self, read.number(threshold, "threshold"), read.number(value, "value"));
               }),
           "threshold"_any, "value"_any);
}

nn::WeightInit slopes(nb::handle w, int64_t channel) {
  if (PyFloat_Check(w.ptr())) return nb::cast<double>(w);
  Tensor values;
  if (const Tensor* tensor = tensor_of(w)) {
    values = *tensor;
  } else if (PyList_Check(w.ptr())) {
    std::vector<float> numbers;
    for (nb::handle item : nb::borrow<nb::list>(w))
      numbers.push_back(static_cast<float>(ArgumentReader("PReLU").number(item, "w")));
    values = nucella::tensor_of(numbers, {static_cast<int64_t>(numbers.size())});
  } else {
    raise<TypeError>("For 'PReLU', 'w' must be a float, list or Tensor, got ", object_type(w));
  }
  check<ValueError>(values.size() == channel, "For 'PReLU', 'w' must have one element for each of the ",
                    channel, " channels, got ", values.size());
  return ops::cast(ops::reshape(values, {channel}), float32);
}

void bind_prelu(nb::module_& m) {
  cell_class<nn::PReLU>(m, "PReLU",
                        R"(x where it is positive, w * x elsewhere, with trained slopes (He et al., 2015).

Args:
    channel (int): The number of slopes: one for each channel (axis 1), or 1 for all. Default: 1.
    w (float, list, Tensor): The slopes at first. Default: 0.25.

Raises:
    TypeError, ValueError: An argument is of another type, or `w` does not fit.

Examples:
    >>> print(nn.PReLU()(Tensor([-1.0, 1.0])))
    [-0.25  1.  ])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::PReLU> self, nb::handle channel, nb::handle w) {
             const int64_t count =
                 nn::check_positive(ArgumentReader("PReLU").integer(channel, "channel"), "PReLU", "channel");
             init_cell(self, count, slopes(w, count));
           }),
           "channel"_any = 1, "w"_any = 0.25);
}

void bind_embedding(nb::module_& m) {
  cell_class<nn::Embedding>(m, "Embedding", R"(A table of vectors, looked up by number.

Args:
    vocab_size (int): How many vectors.
    embedding_size (int): The extent of each.
    use_one_hot (bool): Look up by a product with one-hot vectors. Default: False.
    embedding_table (Tensor, str, Initializer, number): Default: 'normal'.
    dtype (dtype): Of the table. Default: float32.
    padding_idx (int): The row that starts as zeros. Default: None.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> print(nn.Embedding(3, 2, embedding_table="ones")(Tensor([0, 2])))
    [[1. 1.]
     [1. 1.]])")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Embedding> self, nb::handle vocab_size,
                                nb::handle embedding_size, nb::handle use_one_hot, nb::handle table,
                                nb::handle dtype, nb::handle padding_idx) {
             constexpr ArgumentReader read("Embedding");
             nn::EmbeddingOptions options{
                 .use_one_hot = read.boolean(use_one_hot, "use_one_hot"),
                 .embedding_table = to_weight_init(table, "Embedding", "embedding_table"),
                 .dtype = read.dtype(dtype, "dtype")};
             if (!padding_idx.is_none()) options.padding_idx = read.integer(padding_idx, "padding_idx");
             init_cell(self, read.integer(vocab_size, "vocab_size"),
                       read.integer(embedding_size, "embedding_size"), options);
           }),
           "vocab_size"_any, "embedding_size"_any, "use_one_hot"_any = false,
           "embedding_table"_any = "normal", "dtype"_any = to_python(float32), "padding_idx"_any = nb::none())
      .def_prop_ro("vocab_size", &nn::Embedding::vocab_size)
      .def_prop_ro("embedding_size", &nn::Embedding::embedding_size)
      .def_prop_ro("use_one_hot", &nn::Embedding::use_one_hot)
      .def_prop_ro("padding_idx", &nn::Embedding::padding_idx);
}

}  // namespace

void bind_activation_layers(nb::module_& m) {
  bind_plain<nn::ReLU6>(m, "ReLU6", R"(min(max(x, 0), 6).

Examples:
    >>> print(nn.ReLU6()(Tensor([-1.0, 2.0, 9.0])))
    [0. 2. 6.])");
  bind_plain<nn::SiLU>(m, "SiLU", R"(x * sigmoid(x).

Examples:
    >>> print(nn.SiLU()(Tensor([-1.0, 1.0])))
    [-0.26894143  0.7310586 ])");
  bind_plain<nn::Mish>(m, "Mish", R"(x * tanh(log(1 + exp(x))).

Examples:
    >>> print(nn.Mish()(Tensor([0.0, 30.0])))
    [ 0. 30.])");
  bind_plain<nn::HSwish>(m, "HSwish", R"(x * min(max(x + 3, 0), 6) / 6.

Examples:
    >>> print(nn.HSwish()(Tensor([3.0, 1.5])))
    [3.    1.125])");
  bind_plain<nn::HSigmoid>(m, "HSigmoid", R"(min(max(x + 3, 0), 6) / 6.

Examples:
    >>> print(nn.HSigmoid()(Tensor([-6.0, 0.0, 1.5])))
    [0.   0.5  0.75])");
  bind_plain<nn::LogSigmoid>(m, "LogSigmoid", R"(log(sigmoid(x)), computed without overflow.

Examples:
    >>> print(nn.LogSigmoid()(Tensor([0.0, 2.0])))
    [-0.6931472 -0.126928 ])");
  bind_plain<nn::Softsign>(m, "Softsign", R"(x / (1 + abs(x)).

Examples:
    >>> print(nn.Softsign()(Tensor([-1.0, 3.0])))
    [-0.5   0.75])");
  bind_plain<nn::Tanhshrink>(m, "Tanhshrink", R"(x - tanh(x).

Examples:
    >>> print(nn.Tanhshrink()(Tensor([0.0, 30.0])))
    [ 0. 29.])");
  bind_plain<nn::FastGelu>(m, "FastGelu", R"(x / (1 + exp(-1.702 * abs(x))) * exp(0.851 * (x - abs(x))).

Examples:
    >>> print(nn.FastGelu()(Tensor([-1.0, 1.0])))
    [-0.15420423  0.8457958 ])");
  bind_plain<nn::Softmax2d>(m, "Softmax2d", R"(Softmax over the channels of (C, H, W) or (N, C, H, W).

Examples:
    >>> print(nn.Softmax2d()(Tensor([[[0.0]], [[0.0]]])))
    [[[0.5]]
    <BLANKLINE>
     [[0.5]]])");
  bind_number<nn::ELU>(m, "ELU", "alpha", 1.0, R"(x where it is positive, alpha * (exp(x) - 1) elsewhere.

Examples:
    >>> print(nn.ELU()(Tensor([-1.0, 1.0])))
    [-0.63212055  1.        ])");
  bind_number<nn::CELU>(m, "CELU", "alpha", 1.0, R"(max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0).

Examples:
    >>> print(nn.CELU(2.0)(Tensor([-1.0, 1.0])))
    [-0.78693867  1.        ])");
  bind_number<nn::LeakyReLU>(m, "LeakyReLU", "alpha", 0.2, R"(x where it is positive, alpha * x elsewhere.

Examples:
    >>> print(nn.LeakyReLU()(Tensor([-1.0, 1.0])))
    [-0.2  1. ])");
  bind_number<nn::HShrink>(m, "HShrink", "lambd", 0.5, R"(x where abs(x) > lambd, 0 elsewhere.

Examples:
    >>> print(nn.HShrink()(Tensor([-1.0, 0.2])))
    [-1.  0.])");
  bind_number<nn::SoftShrink>(m, "SoftShrink", "lambd", 0.5, R"(x brought nearer to 0 by lambd, at most to 0.

Examples:
    >>> print(nn.SoftShrink()(Tensor([-1.0, 0.2])))
    [-0.5  0. ])");
  bind_axis<nn::LogSoftmax>(m, "LogSoftmax", R"(log(softmax(x)) along `axis`. Default: the last.

Examples:
    >>> print(nn.LogSoftmax()(Tensor([0.0, 0.0])))
    [-0.6931472 -0.6931472])");
  bind_axis<nn::Softmin>(m, "Softmin", R"(softmax(-x) along `axis`. Default: the last.

Examples:
    >>> print(nn.Softmin()(Tensor([0.0, 0.0])))
    [0.5 0.5])");
  bind_axis<nn::GLU>(m, "GLU", R"(The first half along `axis` times the sigmoid of the second.

Examples:
    >>> print(nn.GLU()(Tensor([1.0, 0.0])))
    [0.5])");
  bind_with_arguments(m);
  bind_prelu(m);
  bind_embedding(m);
  m.def(
      "get_activation",
      [](nb::handle name, nb::handle) {
        if (name.is_none()) return nb::object(nb::none());
        return to_python(nn::get_activation(ArgumentReader("get_activation").text(name, "name")));
      },
      "name"_any, "prim_name"_any = nb::none(),
      R"(A new activation layer by its name in lower case: 'relu', 'gelu', 'leakyrelu', ...; None for None.

Args:
    name (str): The name.
    prim_name (str): Of no effect. Default: None.

Raises:
    TypeError: `name` is no str.
    KeyError: There is no such activation.

Examples:
    >>> print(nn.get_activation("relu"))
    ReLU())");
}

}  // namespace nucella::python
