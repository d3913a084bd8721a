// Attention and the Transformer's layers under MindSpore's names and constructor arguments.
#include "nucella/nn/transformer.h"

#include "arguments.h"
#include "cell_object.h"
#include "layer_parts.h"

namespace nucella::python {
namespace {

std::optional<int64_t> width_of(const ArgumentReader& read, nb::handle object, const char* name) {
  if (object.is_none()) return {};
  return read.integer(object, name);
}

// MindSpore has None for parameters that are not there.
void note_absent(nb::handle self, const nn::MultiheadAttention& cell) {
  for (const auto& [parameter, name] :
       {std::pair{&cell.in_proj_weight, "in_proj_weight"}, std::pair{&cell.q_proj_weight, "q_proj_weight"},
        std::pair{&cell.k_proj_weight, "k_proj_weight"}, std::pair{&cell.v_proj_weight, "v_proj_weight"},
        std::pair{&cell.in_proj_bias, "in_proj_bias"}, std::pair{&cell.bias_k, "bias_k"},
        std::pair{&cell.bias_v, "bias_v"}})
    if (!parameter->defined()) self.attr(name) = nb::none();
}

void bind_attention(nb::module_& m) {
  cell_class<nn::MultiheadAttention>(m, "MultiheadAttention",
                                     R"(Attention with several heads (Vaswani et al., 2017).

The call takes query (L, N, embed_dim), key (S, N, kdim) and value (S, N, vdim), or all without N, then
key_padding_mask (N, S), need_weights (default True), attn_mask (L, S) or (N * num_heads, L, S), and
average_attn_weights (default True). Masks are True where a key is hidden, or numbers that are added to the scores.
It gives a tuple: the result and, with need_weights, the shares (N, L, S). Without need_weights the shares are never
held in memory. A query all of whose keys are hidden gets zeros then.

Args:
    embed_dim (int): Features of the query and of the result.
    num_heads (int): Divides embed_dim.
    dropout (float): Of the shares, while training. Default: 0.0.
    has_bias (bool): Of the projections. Default: True.
    add_bias_kv (bool): A trained key and value behind those given. Default: False.
    add_zero_attn (bool): A key and a value of zeros behind those given. Default: False.
    kdim (int): Features of the key. Default: None, that is embed_dim.
    vdim (int): Features of the value. Default: None, that is embed_dim.
    batch_first (bool): (N, L, features) instead of (L, N, features). Default: False.
    dtype (dtype): Of the parameters. Default: float32.

Raises:
    TypeError: An argument is of another type.
    ValueError: num_heads does not divide embed_dim; a mask or a shape does not fit.

Examples:
    >>> net = nn.MultiheadAttention(8, 2)
    >>> x = ops.ones((5, 3, 8), nucella.float32)
    >>> output, weights = net(x, x, x)
    >>> print(output.shape, weights.shape)
    (5, 3, 8) (3, 5, 5))")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::MultiheadAttention> self, nb::handle embed_dim,
                                nb::handle num_heads, nb::handle dropout, nb::handle has_bias,
                                nb::handle add_bias_kv, nb::handle add_zero_attn, nb::handle kdim,
                                nb::handle vdim, nb::handle batch_first, nb::handle dtype) {
             constexpr ArgumentReader read("MultiheadAttention");
             init_cell(self, read.integer(embed_dim, "embed_dim"), read.integer(num_heads, "num_heads"),
                       nn::MultiheadAttentionOptions{
                           .dropout = read.number(dropout, "dropout"),
                           .has_bias = read.boolean(has_bias, "has_bias"),
                           .add_bias_kv = read.boolean(add_bias_kv, "add_bias_kv"),
                           .add_zero_attn = read.boolean(add_zero_attn, "add_zero_attn"),
                           .kdim = width_of(read, kdim, "kdim"),
                           .vdim = width_of(read, vdim, "vdim"),
                           .batch_first = read.boolean(batch_first, "batch_first"),
                           .dtype = dtype.is_none() ? float32 : read.dtype(dtype, "dtype")});
             note_absent(self.h, *self.p);
           }),
           "embed_dim"_any, "num_heads"_any, "dropout"_any = 0.0, "has_bias"_any = true,
           "add_bias_kv"_any = false, "add_zero_attn"_any = false, "kdim"_any = nb::none(),
           "vdim"_any = nb::none(), "batch_first"_any = false, "dtype"_any = to_python(float32))
      .def_prop_ro("embed_dim", &nn::MultiheadAttention::embed_dim)
      .def_prop_ro("num_heads", &nn::MultiheadAttention::num_heads)
      .def_prop_ro("head_dim", &nn::MultiheadAttention::head_dim)
      .def_prop_ro("kdim",
                   [](const nn::MultiheadAttention& c) { return c.options().kdim.value_or(c.embed_dim()); })
      .def_prop_ro("vdim",
                   [](const nn::MultiheadAttention& c) { return c.options().vdim.value_or(c.embed_dim()); })
      .def_prop_ro("dropout", [](const nn::MultiheadAttention& c) { return c.options().dropout; })
      .def_prop_ro("batch_first", [](const nn::MultiheadAttention& c) { return c.options().batch_first; })
      .def_prop_ro("add_zero_attn",
                   [](const nn::MultiheadAttention& c) { return c.options().add_zero_attn; });
}

// 'relu', 'gelu', nn.ReLU(), nn.GELU(), ops.relu or ops.gelu.
void read_activation(nn::TransformerLayerOptions& options, nb::handle activation) {
  if (PyUnicode_Check(activation.ptr())) {
    options.activation = nb::cast<std::string>(activation);
    return;
  }
  if (cell_of(activation)) {
    options.activation_cell = to_cell(activation, "Transformer", "activation");
    return;
  }
  const nb::object ops = nb::module_::import_("nucella.ops");
  for (const char* name : {"relu", "gelu"}) {
    if (!activation.is(ops.attr(name))) continue;
    options.activation = name;
    return;
  }
  raise<ValueError>("For a Transformer, 'activation' must be 'relu', 'gelu', nn.ReLU, nn.GELU, ops.relu or ",
                    "ops.gelu, got ", object_type(activation));
}

nn::TransformerLayerOptions layer_options(const char* who, nb::handle dim_feedforward, nb::handle dropout,
                                          nb::handle activation, nb::handle layer_norm_eps,
                                          nb::handle batch_first, nb::handle norm_first, nb::handle dtype) {
  const ArgumentReader read(who);
  nn::TransformerLayerOptions options{.dim_feedforward = read.integer(dim_feedforward, "dim_feedforward"),
                                      .dropout = read.number(dropout, "dropout"),
                                      .layer_norm_eps = read.number(layer_norm_eps, "layer_norm_eps"),
                                      .batch_first = read.boolean(batch_first, "batch_first"),
                                      .norm_first = read.boolean(norm_first, "norm_first"),
                                      .dtype = read.dtype(dtype, "dtype")};
  read_activation(options, activation);
  return options;
}

constexpr const char* kLayerArguments = R"(
Args:
    d_model (int): Features of the sequences.
    nhead (int): Heads of attention; divides d_model.
    dim_feedforward (int): Features between the two dense layers. Default: 2048.
    dropout (float): Default: 0.1.
    activation (str, Cell, function): 'relu', 'gelu', or the Cell or function of that name. Default: 'relu'.
    layer_norm_eps (float): Default: 1e-5.
    batch_first (bool): Sequences are (N, L, d_model) instead of (L, N, d_model). Default: False.
    norm_first (bool): Normalise what goes into each block, not what comes out. Default: False.
    dtype (dtype): Of the parameters. Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
)";

template <class Layer>
void bind_layer(nb::module_& m, const char* name, const char* what, const char* example) {
  static const char* who = name;
  cell_class<Layer, nn::TransformerLayer>(m, name, str(what, "\n", kLayerArguments, example).c_str())
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Layer> self, nb::handle d_model, nb::handle nhead,
                                nb::handle dim_feedforward, nb::handle dropout, nb::handle activation,
                                nb::handle layer_norm_eps, nb::handle batch_first, nb::handle norm_first,
                                nb::handle dtype) {
             const ArgumentReader read(who);
             init_cell(self, read.integer(d_model, "d_model"), read.integer(nhead, "nhead"),
                       layer_options(who, dim_feedforward, dropout, activation, layer_norm_eps, batch_first,
                                     norm_first, dtype));
           }),
           "d_model"_any, "nhead"_any, "dim_feedforward"_any = 2048, "dropout"_any = 0.1,
           "activation"_any = "relu", "layer_norm_eps"_any = 1e-5, "batch_first"_any = false,
           "norm_first"_any = false, "dtype"_any = to_python(float32));
}

void bind_layers_of_both(nb::module_& m) {
  cell_class<nn::TransformerLayer>(m, "_TransformerLayer", "Base of the layers of encoder and decoder.")
      .def_prop_ro("d_model", &nn::TransformerLayer::d_model)
      .def_prop_ro("nhead", &nn::TransformerLayer::nhead)
      .def_prop_ro("dim_feedforward",
                   [](const nn::TransformerLayer& l) { return l.options().dim_feedforward; })
      .def_prop_ro("layernorm_eps", [](const nn::TransformerLayer& l) { return l.options().layer_norm_eps; })
      .def_prop_ro("dropout_num", [](const nn::TransformerLayer& l) { return l.options().dropout; })
      .def_prop_ro("batch_first", [](const nn::TransformerLayer& l) { return l.options().batch_first; })
      .def_prop_ro("norm_first", [](const nn::TransformerLayer& l) { return l.options().norm_first; });
  bind_layer<nn::TransformerEncoderLayer>(
      m, "TransformerEncoderLayer",
      "Attention of the sequence `src` to itself and two dense layers, each with a way around it and a norm. "
      "The\ncall takes also src_mask and src_key_padding_mask, as MultiheadAttention does.",
      R"(    >>> net = nn.TransformerEncoderLayer(8, 2, 16)
    >>> net(ops.ones((5, 3, 8), nucella.float32)).shape
    (5, 3, 8))");
  bind_layer<nn::TransformerDecoderLayer>(m, "TransformerDecoderLayer",
                                          "As TransformerEncoderLayer, with attention to `memory` between "
                                          "its blocks. The call takes also tgt_mask,"
                                          "\nmemory_mask, tgt_key_padding_mask and memory_key_padding_mask.",
                                          R"(    >>> net = nn.TransformerDecoderLayer(8, 2, 16)
    >>> net(ops.ones((5, 3, 8), nucella.float32), ops.ones((7, 3, 8), nucella.float32)).shape
    (5, 3, 8))");
}

template <class Stack, class Layer>
void bind_stack(nb::module_& m, const char* name, const char* layer, const char* doc) {
  static const char* who = name;
  static const char* layer_name = layer;
  cell_class<Stack>(m, name, doc)
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<Stack> self, nb::handle first, nb::handle num_layers,
                                nb::handle norm) {
             const ArgumentReader read(who);
             const auto given = std::dynamic_pointer_cast<Layer>(read.cell(first, layer_name));
             if (!given)
               raise<TypeError>("For '", who, "', '", layer_name, "' must be a layer of its kind, got ",
                                object_type(first));
             init_cell(self, *given, read.integer(num_layers, "num_layers"),
                       norm.is_none() ? CellPtr() : read.cell(norm, "norm"));
             if (norm.is_none()) self.h.attr("norm") = nb::none();
           }),
           nb::arg(layer).none(), "num_layers"_any, "norm"_any = nb::none())
      .def_prop_ro("num_layers", [](const Stack& s) { return s.layers.size(); });
}

void bind_stacks(nb::module_& m) {
  bind_stack<nn::TransformerEncoder, nn::TransformerEncoderLayer>(
      m, "TransformerEncoder", "encoder_layer",
      R"(A stack of new encoder layers with the settings of the one given.

Args:
    encoder_layer (TransformerEncoderLayer): The settings of all layers.
    num_layers (int): How many.
    norm (Cell): Applied to the result. Default: None.

Raises:
    TypeError: An argument is of another type.

Examples:
    >>> net = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2)
    >>> net(ops.ones((5, 3, 8), nucella.float32)).shape
    (5, 3, 8))");
  bind_stack<nn::TransformerDecoder, nn::TransformerDecoderLayer>(
      m, "TransformerDecoder", "decoder_layer",
      R"(A stack of new decoder layers with the settings of the one given.

Args:
    decoder_layer (TransformerDecoderLayer): The settings of all layers.
    num_layers (int): How many.
    norm (Cell): Applied to the result. Default: None.

Raises:
    TypeError: An argument is of another type.

Examples:
    >>> net = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), 2)
    >>> net(ops.ones((5, 3, 8), nucella.float32), ops.ones((7, 3, 8), nucella.float32)).shape
    (5, 3, 8))");
}

void bind_whole(nb::module_& m) {
  cell_class<nn::Transformer>(m, "Transformer",
                              R"(Encoder and decoder (Vaswani et al., 2017).

The call takes src (S, N, d_model) and tgt (T, N, d_model), then src_mask, tgt_mask, memory_mask,
src_key_padding_mask, tgt_key_padding_mask and memory_key_padding_mask, as MultiheadAttention has them.

Args:
    d_model (int): Default: 512.
    nhead (int): Default: 8.
    num_encoder_layers (int): Default: 6.
    num_decoder_layers (int): Default: 6.
    dim_feedforward (int): Default: 2048.
    dropout (float): Default: 0.1.
    activation (str, Cell, function): 'relu', 'gelu', or the Cell or function of that name. Default: 'relu'.
    custom_encoder (Cell): Instead of the encoder. Default: None.
    custom_decoder (Cell): Instead of the decoder. Default: None.
    layer_norm_eps (float): Default: 1e-5.
    batch_first (bool): Sequences are (N, L, d_model). Default: False.
    norm_first (bool): Default: False.
    dtype (dtype): Default: float32.

Raises:
    TypeError, ValueError: An argument is of another type or out of its range.

Examples:
    >>> net = nn.Transformer(8, 2, 1, 1, 16)
    >>> net(ops.ones((5, 3, 8), nucella.float32), ops.ones((7, 3, 8), nucella.float32)).shape
    (7, 3, 8))")
      .def("__init__",
           noting_arguments(+[](nb::pointer_and_handle<nn::Transformer> self, nb::handle d_model,
                                nb::handle nhead, nb::handle encoder_layers, nb::handle decoder_layers,
                                nb::handle dim_feedforward, nb::handle dropout, nb::handle activation,
                                nb::handle custom_encoder, nb::handle custom_decoder,
                                nb::handle layer_norm_eps, nb::handle batch_first, nb::handle norm_first,
                                nb::handle dtype) {
             constexpr ArgumentReader read("Transformer");
             nn::TransformerOptions options{layer_options("Transformer", dim_feedforward, dropout, activation,
                                                          layer_norm_eps, batch_first, norm_first, dtype),
                                            read.integer(encoder_layers, "num_encoder_layers"),
                                            read.integer(decoder_layers, "num_decoder_layers")};
             if (!custom_encoder.is_none())
               options.custom_encoder = read.cell(custom_encoder, "custom_encoder");
             if (!custom_decoder.is_none())
               options.custom_decoder = read.cell(custom_decoder, "custom_decoder");
             init_cell(self, read.integer(d_model, "d_model"), read.integer(nhead, "nhead"), options);
           }),
           "d_model"_any = 512, "nhead"_any = 8, "num_encoder_layers"_any = 6, "num_decoder_layers"_any = 6,
           "dim_feedforward"_any = 2048, "dropout"_any = 0.1, "activation"_any = "relu",
           "custom_encoder"_any = nb::none(), "custom_decoder"_any = nb::none(), "layer_norm_eps"_any = 1e-5,
           "batch_first"_any = false, "norm_first"_any = false, "dtype"_any = to_python(float32))
      .def_prop_ro("d_model", &nn::Transformer::d_model)
      .def_prop_ro("nhead", &nn::Transformer::nhead)
      .def_prop_ro("batch_first", &nn::Transformer::batch_first);
}

}  // namespace

void bind_transformer(nb::module_& m) {
  bind_attention(m);
  bind_layers_of_both(m);
  bind_stacks(m);
  bind_whole(m);
}

}  // namespace nucella::python
