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
           nb::arg(argument) = fallback);
}

// A layer along an axis.
template <class Layer>
void bind_axis(nb::module_& m, const char* name, const char* doc) {
  static const char* who = name;
  cell_class<Layer>(m, name, doc)
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle axis) {
             init_cell(self, ArgumentReader(who).integer(axis, "axis"));
           }),
           "axis"_a = -1);
}

void bind_with_arguments(nb::module_& m) {
  cell_class<nn::GELU>(m, "GELU",
                       R"(x * Phi(x), Phi being the distribution function of the normal distribution.

Args:
    approximate (bool): By tanh (Hendrycks and Gimpel, 2016) instead of exactly. Default: True.)")
      .def("__init__", noting_arguments(+[](nb::pointer_and_handle<nn::GELU> self, nb::handle approximate) {
             init_cell(self, ArgumentReader("GELU").boolean(approximate, "approximate"));
           }),
           "approximate"_a = true);
  cell_class<nn::Hardtanh>(m, "Hardtanh", R"(min(max(x, min_val), max_val).

Args:
    min_val (float): Default: -1.0.
    max_val (float): Default: 1.0.

Raises:
    ValueError: Unless min_val < max_val.)")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::Hardtanh> self, nb::handle min_val, nb::handle max_val) {
                 constexpr ArgumentReader read("Hardtanh");
                 init_cell(self, read.number(min_val, "min_val"), read.number(max_val, "max_val"));
               }),
           "min_val"_a = -1.0, "max_val"_a = 1.0);
  cell_class<nn::Threshold>(m, "Threshold", R"(x where it is above `threshold`, `value` elsewhere.

Args:
    threshold (float): The limit.
    value (float): What stands for the others.)")
      .def("__init__",
           noting_arguments(
               +[](nb::pointer_and_handle<nn::Threshold> self, nb::handle threshold, nb::handle value) {
                 constexpr ArgumentReader read("Threshold");
                 init_cell(self, read.number(threshold, "threshold"), read.number(value, "value"));
               }),
           "threshold"_a, "value"_a);
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
    TypeError, ValueError: An argument is of another type, or `w` does not fit.)")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::PReLU> self, nb::handle channel, nb::handle w) {
             const int64_t count =
                 nn::check_positive(ArgumentReader("PReLU").integer(channel, "channel"), "PReLU", "channel");
             init_cell(self, count, slopes(w, count));
           }),
           "channel"_a = 1, "w"_a = 0.25);
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
    TypeError, ValueError: An argument is of another type or out of its range.)")
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
           "vocab_size"_a, "embedding_size"_a, "use_one_hot"_a = false, "embedding_table"_a = "normal",
           "dtype"_a = to_python(float32), "padding_idx"_a = nb::none())
      .def_prop_ro("vocab_size", &nn::Embedding::vocab_size)
      .def_prop_ro("embedding_size", &nn::Embedding::embedding_size)
      .def_prop_ro("use_one_hot", &nn::Embedding::use_one_hot)
      .def_prop_ro("padding_idx", &nn::Embedding::padding_idx);
}

}  // namespace

void bind_activation_layers(nb::module_& m) {
  bind_plain<nn::ReLU6>(m, "ReLU6", "min(max(x, 0), 6).");
  bind_plain<nn::SiLU>(m, "SiLU", "x * sigmoid(x).");
  bind_plain<nn::Mish>(m, "Mish", "x * tanh(log(1 + exp(x))).");
  bind_plain<nn::HSwish>(m, "HSwish", "x * min(max(x + 3, 0), 6) / 6.");
  bind_plain<nn::HSigmoid>(m, "HSigmoid", "min(max(x + 3, 0), 6) / 6.");
  bind_plain<nn::LogSigmoid>(m, "LogSigmoid", "log(sigmoid(x)), computed without overflow.");
  bind_plain<nn::Softsign>(m, "Softsign", "x / (1 + abs(x)).");
  bind_plain<nn::Tanhshrink>(m, "Tanhshrink", "x - tanh(x).");
  bind_plain<nn::FastGelu>(m, "FastGelu", "x / (1 + exp(-1.702 * abs(x))) * exp(0.851 * (x - abs(x))).");
  bind_plain<nn::Softmax2d>(m, "Softmax2d", "Softmax over the channels of (C, H, W) or (N, C, H, W).");
  bind_number<nn::ELU>(m, "ELU", "alpha", 1.0, "x where it is positive, alpha * (exp(x) - 1) elsewhere.");
  bind_number<nn::CELU>(m, "CELU", "alpha", 1.0, "max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0).");
  bind_number<nn::LeakyReLU>(m, "LeakyReLU", "alpha", 0.2, "x where it is positive, alpha * x elsewhere.");
  bind_number<nn::HShrink>(m, "HShrink", "lambd", 0.5, "x where abs(x) > lambd, 0 elsewhere.");
  bind_number<nn::SoftShrink>(m, "SoftShrink", "lambd", 0.5, "x brought nearer to 0 by lambd, at most to 0.");
  bind_axis<nn::LogSoftmax>(m, "LogSoftmax", "log(softmax(x)) along `axis`. Default: the last.");
  bind_axis<nn::Softmin>(m, "Softmin", "softmax(-x) along `axis`. Default: the last.");
  bind_axis<nn::GLU>(m, "GLU", "The first half along `axis` times the sigmoid of the second.");
  bind_with_arguments(m);
  bind_prelu(m);
  bind_embedding(m);
  m.def(
      "get_activation",
      [](nb::handle name, nb::handle) {
        if (name.is_none()) return nb::object(nb::none());
        return to_python(nn::get_activation(ArgumentReader("get_activation").text(name, "name")));
      },
      "name"_a.none(), "prim_name"_a = nb::none(),
      R"(A new activation layer by its name in lower case: 'relu', 'gelu', 'leakyrelu', ...; None for None.

Args:
    name (str): The name.
    prim_name (str): Of no effect. Default: None.

Raises:
    TypeError: `name` is no str.
    KeyError: There is no such activation.)");
}

}  // namespace nucella::python
