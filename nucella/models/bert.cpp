#include "nucella/models/bert.h"

#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::models {
namespace {

nn::LayerNormOptions norm_options(const BertConfig& config) { return {.epsilon = config.layer_norm_eps}; }

// What is added to the score of a token that does not count: its share becomes 0.
constexpr double kFarBelow = -1e9;

}  // namespace

BertEmbeddings::BertEmbeddings(const BertConfig& config)
    : word_embeddings(*this, "word_embeddings", config.vocab_size, config.hidden_size),
      position_embeddings(*this, "position_embeddings", config.max_positions, config.hidden_size),
      token_type_embeddings(*this, "token_type_embeddings", config.token_types, config.hidden_size),
      layer_norm(*this, "LayerNorm", Shape{config.hidden_size}, norm_options(config)) {}

Tensor BertEmbeddings::construct(const Tensor& ids) {
  check<ValueError>(ids.ndim() == 2 && ids.shape(1) <= position_embeddings.vocab_size(),
                    "Bert: 'ids' must be (N, L) with L up to ", position_embeddings.vocab_size(), ", got ",
                    ids.shape());
  const Tensor positions = arange(0, static_cast<double>(ids.shape(1)));
  const Tensor types = zeros({1}, int64);
  return layer_norm(word_embeddings(ids) + (position_embeddings(positions) + token_type_embeddings(types)));
}

BertSelfAttention::BertSelfAttention(const BertConfig& config)
    : heads(config.heads),
      query(*this, "query", config.hidden_size, config.hidden_size),
      key(*this, "key", config.hidden_size, config.hidden_size),
      value(*this, "value", config.hidden_size, config.hidden_size) {
  check<ValueError>(heads > 0 && config.hidden_size % heads == 0,
                    "Bert: 'hidden_size' must be a multiple of 'heads', got ", config.hidden_size, " and ",
                    heads);
}

Tensor BertSelfAttention::by_head(const Tensor& x) const {
  const int64_t n = x.shape(0), length = x.shape(1), width = x.shape(2) / heads;
  return ops::transpose(ops::reshape(x, {n, length, heads, width}), {0, 2, 1, 3});
}

Tensor BertSelfAttention::construct(const Tensor& x, const Tensor& bias) {
  const Tensor q = by_head(query(x)), k = by_head(key(x)), v = by_head(value(x));
  const Tensor mixed = ops::scaled_dot_product_attention(q, k, v, bias)[0];
  return ops::reshape(ops::transpose(mixed, {0, 2, 1, 3}), x.shape());
}

BertOutput::BertOutput(int64_t inputs, const BertConfig& config)
    : dense(*this, "dense", inputs, config.hidden_size),
      layer_norm(*this, "LayerNorm", Shape{config.hidden_size}, norm_options(config)) {}

Tensor BertOutput::construct(const Tensor& x, const Tensor& residual) {
  return layer_norm(dense(x) + residual);
}

BertAttention::BertAttention(const BertConfig& config)
    : self(*this, "self", config), output(*this, "output", config.hidden_size, config) {}

Tensor BertAttention::construct(const Tensor& x, const Tensor& bias) { return output(self(x, bias), x); }

BertIntermediate::BertIntermediate(const BertConfig& config)
    : dense(*this, "dense", config.hidden_size, config.intermediate_size) {}

Tensor BertIntermediate::construct(const Tensor& x) { return ops::gelu(dense(x)); }

BertLayer::BertLayer(const BertConfig& config)
    : attention(*this, "attention", config),
      intermediate(*this, "intermediate", config),
      output(*this, "output", config.intermediate_size, config) {}

Tensor BertLayer::construct(const Tensor& x, const Tensor& bias) {
  const Tensor attended = attention(x, bias);
  return output(intermediate(attended), attended);
}

BertEncoder::BertEncoder(const BertConfig& config) {
  for (int64_t i = 0; i < config.layers; ++i) layer.append(nn::cell<BertLayer>(config));
}

Tensor BertEncoder::construct(const Tensor& x, const Tensor& bias) {
  Tensor out = x;
  for (const CellPtr& cell : layer.values()) out = static_cast<BertLayer&>(*cell)(out, bias);
  return out;
}

Bert::Bert(const BertConfig& config)
    : embeddings(*this, "embeddings", config), encoder(*this, "encoder", config) {}

Tensor Bert::construct(const Tensor& ids, const Tensor& mask) {
  check<ValueError>(mask.shape() == ids.shape(), "Bert: 'mask' must have the shape of 'ids', ", ids.shape(),
                    ", got ", mask.shape());
  const Tensor bias = ops::reshape((1.0 - mask) * kFarBelow, {mask.shape(0), 1, 1, mask.shape(1)});
  return encoder(embeddings(ids), bias);
}

Tensor sentence_embeddings(Bert& bert, const Tensor& ids, const Tensor& mask) {
  const Tensor weights = ops::expand_dims(mask, -1);
  const Tensor mean = ops::reduce_sum(bert(ids, mask) * weights, {1}) / ops::reduce_sum(weights, {1});
  return mean / ops::sqrt(ops::reduce_sum(mean * mean, {1}, true));
}

}  // namespace nucella::models
