#include "nucella/nn/transformer.h"

#include "nucella/nn/activation_layers.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

// None for an undefined tensor, as other cells are called with.
Value maybe(const Tensor& t) { return t.defined() ? Value(t) : Value(); }

DenseOptions dense_options(const TransformerLayerOptions& options) { return {.dtype = options.dtype}; }

void check_padding(const Tensor& mask, std::string_view who) {
  check<ValueError>(!mask.defined() || mask.dtype() == bool_ || is_floating(mask.dtype()), "For '", who,
                    "', a key padding mask must be of bool or floats, got ",
                    mask.defined() ? mask.dtype() : bool_);
}

DropoutOptions dropout_options(const TransformerLayerOptions& options) { return {.p = options.dropout}; }

}  // namespace

TransformerLayer::TransformerLayer(int64_t d_model, int64_t nhead, TransformerLayerOptions options)
    : d_model_(d_model), nhead_(nhead), options_(std::move(options)) {
  const CellPtr& cell = options_.activation_cell;
  if (cell) {
    check<ValueError>(dynamic_cast<ReLU*>(cell.get()) || dynamic_cast<GELU*>(cell.get()),
                      "For a Transformer, 'activation' must be nn.ReLU or nn.GELU, got ", cell->repr());
    activation_.emplace(*this, "activation", cell);
  } else {
    check<ValueError>(options_.activation == "relu" || options_.activation == "gelu",
                      "For a Transformer, 'activation' must be 'relu' or 'gelu', got '", options_.activation,
                      "'");
  }
}

MultiheadAttentionOptions TransformerLayer::attention_options() const {
  return {.dropout = options_.dropout, .batch_first = options_.batch_first, .dtype = options_.dtype};
}

LayerNormOptions TransformerLayer::norm_options() const {
  return {.epsilon = options_.layer_norm_eps, .dtype = options_.dtype};
}

Tensor TransformerLayer::activated(const Tensor& x) const {
  if (activation_) return (*activation_)(x);
  return options_.activation == "relu" ? ops::relu(x) : ops::gelu(x);
}

Tensor TransformerLayer::attend(MultiheadAttention& attention, const Tensor& x, const Tensor& memory,
                                const Tensor& mask, const Tensor& padding) {
  const Value made = attention(x, memory, memory, padding, false, mask, Value());
  return made.as<Values>("MultiheadAttention")[0].as<Tensor>("MultiheadAttention");
}

TransformerEncoderLayer::TransformerEncoderLayer(int64_t d_model, int64_t nhead,
                                                 const TransformerLayerOptions& options)
    : CellOf(d_model, nhead, options),
      self_attn(*this, "self_attn", d_model, nhead, attention_options()),
      dense1(*this, "dense1", d_model, options.dim_feedforward, dense_options(options)),
      dropout(*this, "dropout", dropout_options(options)),
      dense2(*this, "dense2", options.dim_feedforward, d_model, dense_options(options)),
      norm1(*this, "norm1", Shape{d_model}, norm_options()),
      norm2(*this, "norm2", Shape{d_model}, norm_options()),
      dropout1(*this, "dropout1", dropout_options(options)),
      dropout2(*this, "dropout2", dropout_options(options)) {}

TransformerEncoderLayer::TransformerEncoderLayer(Cell& owner, std::string_view name, int64_t d_model,
                                                 int64_t nhead, const TransformerLayerOptions& options)
    : TransformerEncoderLayer(d_model, nhead, options) {
  join(owner, name);
}

Tensor TransformerEncoderLayer::construct(const Tensor& src, const Tensor& src_mask,
                                          const Tensor& src_key_padding_mask) {
  check_padding(src_key_padding_mask, "TransformerEncoderLayer");
  const auto attended = [&](const Tensor& x) {
    return dropout1(attend(self_attn, x, x, src_mask, src_key_padding_mask));
  };
  const auto fed = [&](const Tensor& x) { return dropout2(dense2(dropout(activated(dense1(x))))); };
  if (options().norm_first) {
    const Tensor x = src + attended(norm1(src));
    return x + fed(norm2(x));
  }
  const Tensor x = norm1(src + attended(src));
  return norm2(x + fed(x));
}

TransformerDecoderLayer::TransformerDecoderLayer(int64_t d_model, int64_t nhead,
                                                 const TransformerLayerOptions& options)
    : CellOf(d_model, nhead, options),
      self_attn(*this, "self_attn", d_model, nhead, attention_options()),
      multihead_attn(*this, "multihead_attn", d_model, nhead, attention_options()),
      dense1(*this, "dense1", d_model, options.dim_feedforward, dense_options(options)),
      dropout(*this, "dropout", dropout_options(options)),
      dense2(*this, "dense2", options.dim_feedforward, d_model, dense_options(options)),
      norm1(*this, "norm1", Shape{d_model}, norm_options()),
      norm2(*this, "norm2", Shape{d_model}, norm_options()),
      norm3(*this, "norm3", Shape{d_model}, norm_options()),
      dropout1(*this, "dropout1", dropout_options(options)),
      dropout2(*this, "dropout2", dropout_options(options)),
      dropout3(*this, "dropout3", dropout_options(options)) {}

TransformerDecoderLayer::TransformerDecoderLayer(Cell& owner, std::string_view name, int64_t d_model,
                                                 int64_t nhead, const TransformerLayerOptions& options)
    : TransformerDecoderLayer(d_model, nhead, options) {
  join(owner, name);
}

Tensor TransformerDecoderLayer::construct(const Tensor& tgt, const Tensor& memory, const Tensor& tgt_mask,
                                          const Tensor& memory_mask, const Tensor& tgt_key_padding_mask,
                                          const Tensor& memory_key_padding_mask) {
  const auto attended = [&](const Tensor& x) {
    return dropout1(attend(self_attn, x, x, tgt_mask, tgt_key_padding_mask));
  };
  const auto looked_up = [&](const Tensor& x) {
    return dropout2(attend(multihead_attn, x, memory, memory_mask, memory_key_padding_mask));
  };
  const auto fed = [&](const Tensor& x) { return dropout3(dense2(dropout(activated(dense1(x))))); };
  if (options().norm_first) {
    const Tensor x = tgt + attended(norm1(tgt)), y = x + looked_up(norm2(x));
    return y + fed(norm3(y));
  }
  const Tensor x = norm1(tgt + attended(tgt)), y = norm2(x + looked_up(x));
  return norm3(y + fed(y));
}

TransformerEncoder::TransformerEncoder(const TransformerEncoderLayer& encoder_layer, int64_t num_layers,
                                       CellPtr norm) {
  for (int64_t i = 0; i < num_layers; ++i)
    layers.append(cell<TransformerEncoderLayer>(encoder_layer.d_model(), encoder_layer.nhead(),
                                                encoder_layer.options()));
  if (norm) norm_.emplace(*this, "norm", std::move(norm));
  update_parameters_name();
}

Tensor TransformerEncoder::construct(const Tensor& src, const Tensor& src_mask,
                                     const Tensor& src_key_padding_mask) {
  check_padding(src_key_padding_mask, "TransformerEncoder");
  Tensor x = src;
  for (const CellPtr& layer : layers.values())
    x = layer->call({x, maybe(src_mask), maybe(src_key_padding_mask)}).as<Tensor>("TransformerEncoder");
  return norm_ ? (*norm_)(x) : x;
}

TransformerDecoder::TransformerDecoder(const TransformerDecoderLayer& decoder_layer, int64_t num_layers,
                                       CellPtr norm) {
  for (int64_t i = 0; i < num_layers; ++i)
    layers.append(cell<TransformerDecoderLayer>(decoder_layer.d_model(), decoder_layer.nhead(),
                                                decoder_layer.options()));
  if (norm) norm_.emplace(*this, "norm", std::move(norm));
  update_parameters_name();
}

Tensor TransformerDecoder::construct(const Tensor& tgt, const Tensor& memory, const Tensor& tgt_mask,
                                     const Tensor& memory_mask, const Tensor& tgt_key_padding_mask,
                                     const Tensor& memory_key_padding_mask) {
  Tensor x = tgt;
  for (const CellPtr& layer : layers.values())
    x = layer
            ->call({x, memory, maybe(tgt_mask), maybe(memory_mask), maybe(tgt_key_padding_mask),
                    maybe(memory_key_padding_mask)})
            .as<Tensor>("TransformerDecoder");
  return norm_ ? (*norm_)(x) : x;
}

namespace {

CellPtr final_norm(int64_t d_model, const TransformerOptions& options) {
  return cell<LayerNorm>(Shape{d_model},
                         LayerNormOptions{.epsilon = options.layer_norm_eps, .dtype = options.dtype});
}

CellPtr encoder_of(int64_t d_model, int64_t nhead, const TransformerOptions& options) {
  if (options.custom_encoder) return options.custom_encoder;
  const TransformerEncoderLayer layer(d_model, nhead, options);
  return cell<TransformerEncoder>(layer, options.num_encoder_layers, final_norm(d_model, options));
}

CellPtr decoder_of(int64_t d_model, int64_t nhead, const TransformerOptions& options) {
  if (options.custom_decoder) return options.custom_decoder;
  const TransformerDecoderLayer layer(d_model, nhead, options);
  return cell<TransformerDecoder>(layer, options.num_decoder_layers, final_norm(d_model, options));
}

}  // namespace

Transformer::Transformer(int64_t d_model, int64_t nhead, const TransformerOptions& options)
    : d_model_(d_model),
      nhead_(nhead),
      batch_first_(options.batch_first),
      encoder_(*this, "encoder", encoder_of(d_model, nhead, options)),
      decoder_(*this, "decoder", decoder_of(d_model, nhead, options)) {
  for (Parameter p : get_parameters())
    if (p.ndim() > 1)
      p.set_data(initializer(std::make_shared<const init::XavierUniform>(), p.shape(), p.dtype()));
}

Tensor Transformer::construct(const Tensor& src, const Tensor& tgt, const Tensor& src_mask,
                              const Tensor& tgt_mask, const Tensor& memory_mask,
                              const Tensor& src_key_padding_mask, const Tensor& tgt_key_padding_mask,
                              const Tensor& memory_key_padding_mask) {
  check<ValueError>(src.shape().back() == d_model_ && tgt.shape().back() == d_model_,
                    "For 'Transformer', the last extents of 'src' and 'tgt' must be ", d_model_, ", got ",
                    src.shape(), " and ", tgt.shape());
  const int batch = batch_first_ ? 0 : 1;
  check<ValueError>(src.ndim() != 3 || tgt.ndim() != 3 || src.shape()[batch] == tgt.shape()[batch],
                    "For 'Transformer', 'src' and 'tgt' must have the same batch, got ", src.shape(), " and ",
                    tgt.shape());
  const Value memory = encoder_->call(
      {src}, {{"src_mask", maybe(src_mask)}, {"src_key_padding_mask", maybe(src_key_padding_mask)}});
  const Value out =
      decoder_->call({tgt, memory}, {{"tgt_mask", maybe(tgt_mask)},
                                     {"memory_mask", maybe(memory_mask)},
                                     {"tgt_key_padding_mask", maybe(tgt_key_padding_mask)},
                                     {"memory_key_padding_mask", maybe(memory_key_padding_mask)}});
  return out.as<Tensor>("Transformer");
}

}  // namespace nucella::nn
