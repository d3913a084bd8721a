// Recurrent layers and cells under MindSpore's names and constructor arguments.
#include "nucella/nn/recurrent.h"

#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"

namespace nucella::python {
namespace {

constexpr const char* kLayerArguments = R"(
Args:
    input_size (int): Features of the input.
    hidden_size (int): Features of the hidden state.
    num_layers (int): Layers, each fed with the outputs of the one below. Default: 1.
    has_bias (bool): Default: True.
    batch_first (bool): Sequences are (N, T, features) instead of (T, N, features). Default: False.
    dropout (float): Probability that an output of any layer but the last is cleared while training, in [0, 1).
        Default: 0.0.
    bidirectional (bool): A second net walks the sequence from its end; outputs stand side by side. Default: False.
    dtype (dtype): Of the parameters. Default: float32.
)";

constexpr const char* kLayerCall = R"(
The call takes the sequence `x`, the first state `hx` (default: zeros), (num_layers * directions, N, hidden_size),
and `seq_length` (N,), how many steps of each sample count; it gives the outputs of all steps and the last state.

Raises:
    TypeError: An argument is of another type or dtype.
    ValueError: A size is not positive, `dropout` out of its range, or a shape does not fit.

Examples:
)";

nn::RecurrentOptions layer_options(const ArgumentReader& read, nb::handle num_layers, nb::handle has_bias,
                                   nb::handle batch_first, nb::handle dropout, nb::handle bidirectional,
                                   nb::handle dtype) {
  return {.num_layers = read.integer(num_layers, "num_layers"),
          .has_bias = read.boolean(has_bias, "has_bias"),
          .batch_first = read.boolean(batch_first, "batch_first"),
          .dropout = read.real(dropout, "dropout"),
          .bidirectional = read.boolean(bidirectional, "bidirectional"),
          .dtype = read.dtype(dtype, "dtype")};
}

// A kind of parameters as MindSpore's attribute of this name.
template <class Class>
void bind_parameters(Class& c, const char* name, const char* kind) {
  c.def_prop_ro(name, [kind](nb::handle self) {
    const auto& layer = nb::cast<const nn::RecurrentLayer&>(self);
    nb::list objects;
    for (const nb::object& p : parameter_objects(self, layer.parameters_of(kind))) objects.append(p);
    return nb::tuple(objects);
  });
}

void bind_base(nb::module_& m) {
  auto c = cell_class<nn::RecurrentLayer>(m, "_RNNBase", "Base of the recurrent layers.");
  c.def_prop_ro("input_size", &nn::RecurrentLayer::input_size)
      .def_prop_ro("hidden_size", &nn::RecurrentLayer::hidden_size)
      .def_prop_ro("num_layers", [](const nn::RecurrentLayer& l) { return l.options().num_layers; })
      .def_prop_ro("has_bias", [](const nn::RecurrentLayer& l) { return l.options().has_bias; })
      .def_prop_ro("batch_first", [](const nn::RecurrentLayer& l) { return l.options().batch_first; })
      .def_prop_ro("dropout", [](const nn::RecurrentLayer& l) { return l.options().dropout; })
      .def_prop_ro("bidirectional", [](const nn::RecurrentLayer& l) { return l.options().bidirectional; });
  bind_parameters(c, "w_ih_list", "weight_ih");
  bind_parameters(c, "w_hh_list", "weight_hh");
  bind_parameters(c, "b_ih_list", "bias_ih");
  bind_parameters(c, "b_hh_list", "bias_hh");
}

template <class Layer>
void bind_layer(nb::module_& m, const char* name, const char* what, const char* example) {
  static const char* who = name;
  cell_class<Layer, nn::RecurrentLayer>(m, name,
                                        str(what, "\n", kLayerArguments, kLayerCall, example).c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle input_size,
                                nb::handle hidden_size, nb::handle num_layers, nb::handle has_bias,
                                nb::handle batch_first, nb::handle dropout, nb::handle bidirectional,
                                nb::handle dtype) {
             const ArgumentReader read(who);
             init_cell(self, read.integer(input_size, "input_size"), read.integer(hidden_size, "hidden_size"),
                       layer_options(read, num_layers, has_bias, batch_first, dropout, bidirectional, dtype));
           }),
           "input_size"_any, "hidden_size"_any, "num_layers"_any = 1, "has_bias"_any = true,
           "batch_first"_any = false, "dropout"_any = 0.0, "bidirectional"_any = false,
           "dtype"_any = to_python(float32));
}

void bind_rnn(nb::module_& m) {
  const std::string arguments =
      str(kLayerArguments, "    nonlinearity (str): \"tanh\" or \"relu\". Default: ", "\"tanh\".\n");
  cell_class<nn::RNN, nn::RecurrentLayer>(
      m, "RNN",
      str("A recurrent layer, h' = tanh(W_ih x + b_ih + W_hh h + b_hh).\n", arguments, kLayerCall,
          R"(    >>> net = nn.RNN(10, 16, 2, batch_first=True)
    >>> output, hn = net(ops.ones((3, 5, 10), nucella.float32))
    >>> print(output.shape, hn.shape)
    (3, 5, 16) (2, 3, 16))")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::RNN> self, nb::handle input_size,
                                nb::handle hidden_size, nb::handle num_layers, nb::handle has_bias,
                                nb::handle batch_first, nb::handle dropout, nb::handle bidirectional,
                                nb::handle dtype, nb::handle nonlinearity) {
             constexpr ArgumentReader read("RNN");
             init_cell(self, read.integer(input_size, "input_size"), read.integer(hidden_size, "hidden_size"),
                       nn::RnnOptions{layer_options(read, num_layers, has_bias, batch_first, dropout,
                                                    bidirectional, dtype),
                                      read.text(nonlinearity, "nonlinearity")});
           }),
           "input_size"_any, "hidden_size"_any, "num_layers"_any = 1, "has_bias"_any = true,
           "batch_first"_any = false, "dropout"_any = 0.0, "bidirectional"_any = false,
           "dtype"_any = to_python(float32), "nonlinearity"_any = "tanh");
}

constexpr const char* kCellArguments = R"(
Args:
    input_size (int): Features of the input.
    hidden_size (int): Features of the hidden state.
    has_bias (bool): Default: True.
)";

constexpr const char* kCellEnd = R"(    dtype (dtype): Of the parameters. Default: float32.

Raises:
    TypeError: An argument is of another type or dtype.
    ValueError: A size is not positive or a shape does not fit.

Examples:
)";

// MindSpore has None for biases that are not there.
template <class C>
void note_biases(nb::pointer_and_handle<C> self) {
  if (self.p->has_bias()) return;
  self.h.attr("bias_ih") = nb::none();
  self.h.attr("bias_hh") = nb::none();
}

template <class C>
void bind_cell(nb::module_& m, const char* name, const char* what, const char* example) {
  static const char* who = name;
  cell_class<C, nn::RecurrentCell>(m, name, str(what, "\n", kCellArguments, kCellEnd, example).c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<C> self, nb::handle input_size, nb::handle hidden_size,
                                nb::handle has_bias, nb::handle dtype) {
             const ArgumentReader read(who);
             init_cell(self, read.integer(input_size, "input_size"), read.integer(hidden_size, "hidden_size"),
                       nn::RecurrentCellOptions{.has_bias = read.boolean(has_bias, "has_bias"),
                                                .dtype = read.dtype(dtype, "dtype")});
             note_biases(self);
           }),
           "input_size"_any, "hidden_size"_any, "has_bias"_any = true, "dtype"_any = to_python(float32));
}

void bind_rnn_cell(nb::module_& m) {
  cell_class<nn::RNNCell, nn::RecurrentCell>(
      m, "RNNCell",
      str("One step of an RNN: `x` (N, input_size) and `hx` (N, hidden_size) to the next state.\n",
          kCellArguments, "    nonlinearity (str): \"tanh\" or \"relu\". Default: \"tanh\".\n", kCellEnd,
          R"(    >>> net = nn.RNNCell(10, 16)
    >>> net(ops.ones((3, 10), nucella.float32), ops.zeros((3, 16), nucella.float32)).shape
    (3, 16))")
          .c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::RNNCell> self, nb::handle input_size,
                                nb::handle hidden_size, nb::handle has_bias, nb::handle nonlinearity,
                                nb::handle dtype) {
             constexpr ArgumentReader read("RNNCell");
             nn::RnnCellOptions options;
             options.has_bias = read.boolean(has_bias, "has_bias");
             options.dtype = read.dtype(dtype, "dtype");
             options.nonlinearity = read.text(nonlinearity, "nonlinearity");
             init_cell(self, read.integer(input_size, "input_size"), read.integer(hidden_size, "hidden_size"),
                       options);
             note_biases(self);
           }),
           "input_size"_any, "hidden_size"_any, "has_bias"_any = true, "nonlinearity"_any = "tanh",
           "dtype"_any = to_python(float32))
      .def_prop_ro("nonlinearity", &nn::RNNCell::nonlinearity);
}

}  // namespace

void bind_recurrent(nb::module_& m) {
  bind_base(m);
  bind_rnn(m);
  bind_layer<nn::GRU>(m, "GRU", "A layer of gated recurrent units (Cho et al., 2014).",
                      R"(    >>> net = nn.GRU(10, 16, bidirectional=True)
    >>> output, hn = net(ops.ones((5, 3, 10), nucella.float32))
    >>> print(output.shape, hn.shape)
    (5, 3, 32) (2, 3, 16))");
  bind_layer<nn::LSTM>(m, "LSTM",
                       "A layer of long short-term memory (Hochreiter and Schmidhuber, 1997). States are "
                       "tuples (h, c).",
                       R"(    >>> net = nn.LSTM(10, 16)
    >>> output, (hn, cn) = net(ops.ones((5, 3, 10), nucella.float32), seq_length=Tensor([5, 2, 1]))
    >>> print(output.shape, hn.shape, cn.shape)
    (5, 3, 16) (1, 3, 16) (1, 3, 16))");
  cell_class<nn::RecurrentCell>(m, "_RNNCellBase", "Base of the recurrent cells.")
      .def_prop_ro("input_size", &nn::RecurrentCell::input_size)
      .def_prop_ro("hidden_size", &nn::RecurrentCell::hidden_size)
      .def_prop_ro("has_bias", &nn::RecurrentCell::has_bias);
  bind_rnn_cell(m);
  bind_cell<nn::GRUCell>(
      m, "GRUCell", "One step of a GRU: `x` (N, input_size) and `hx` (N, hidden_size) to the next state.",
      R"(    >>> net = nn.GRUCell(10, 16)
    >>> net(ops.ones((3, 10), nucella.float32), ops.zeros((3, 16), nucella.float32)).shape
    (3, 16))");
  bind_cell<nn::LSTMCell>(
      m, "LSTMCell",
      "One step of an LSTM: `x` (N, input_size) and the state `hx`, a tuple (h, c), to the "
      "next state.",
      R"(    >>> net = nn.LSTMCell(10, 16)
    >>> zero = ops.zeros((3, 16), nucella.float32)
    >>> h, c = net(ops.ones((3, 10), nucella.float32), (zero, zero))
    >>> print(h.shape, c.shape)
    (3, 16) (3, 16))");
}

}  // namespace nucella::python
