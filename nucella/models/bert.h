// Bert: the encoder of BERT (Devlin et al., 2019), and sentence embeddings from it.
#pragma once
#include <memory>

#include "nucella/nn/containers.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/embedding.h"
#include "nucella/nn/norm.h"

namespace nucella::models {

/// The default is MiniLM-L6-H384.
struct BertConfig {
  int64_t vocab_size = 30522;
  int64_t hidden_size = 384;
  int64_t layers = 6;
  int64_t heads = 12;
  int64_t intermediate_size = 1536;
  int64_t max_positions = 512;
  int64_t token_types = 2;
  double layer_norm_eps = 1e-12;
};

/// Names of cells are those of Hugging Face's BertModel, so that its files fit with NameStyle::kMindSpore.
struct BertEmbeddings : CellOf<BertEmbeddings> {
  explicit BertEmbeddings(const BertConfig& config);
  /// (N, L) token numbers to (N, L, hidden_size). ValueError when L exceeds max_positions.
  Tensor construct(const Tensor& ids);

  nn::Embedding word_embeddings, position_embeddings, token_type_embeddings;
  nn::LayerNorm layer_norm;
};

/// Multi-head attention of a sequence to itself.
struct BertSelfAttention : CellOf<BertSelfAttention> {
  explicit BertSelfAttention(const BertConfig& config);
  /// `bias` (N, 1, 1, L) is added to the scores.
  Tensor construct(const Tensor& x, const Tensor& bias);

  int64_t heads;
  nn::Dense query, key, value;

 private:
  Tensor by_head(const Tensor& x) const;
};

/// LayerNorm(dense(x) + residual).
struct BertOutput : CellOf<BertOutput> {
  BertOutput(int64_t inputs, const BertConfig& config);
  Tensor construct(const Tensor& x, const Tensor& residual);

  nn::Dense dense;
  nn::LayerNorm layer_norm;
};

struct BertAttention : CellOf<BertAttention> {
  explicit BertAttention(const BertConfig& config);
  Tensor construct(const Tensor& x, const Tensor& bias);

  Child<BertSelfAttention> self;
  Child<BertOutput> output;
};

struct BertIntermediate : CellOf<BertIntermediate> {
  explicit BertIntermediate(const BertConfig& config);
  Tensor construct(const Tensor& x);

  nn::Dense dense;
};

struct BertLayer : CellOf<BertLayer> {
  explicit BertLayer(const BertConfig& config);
  Tensor construct(const Tensor& x, const Tensor& bias);

  Child<BertAttention> attention;
  Child<BertIntermediate> intermediate;
  Child<BertOutput> output;
};

struct BertEncoder : CellOf<BertEncoder> {
  explicit BertEncoder(const BertConfig& config);
  Tensor construct(const Tensor& x, const Tensor& bias);

  nn::CellList layer{*this, "layer"};
};

struct Bert : CellOf<Bert> {
  explicit Bert(const BertConfig& config = {});
  /// (N, L) token numbers (int32 or int64) and a mask of float32, 1 where a token counts and 0 where it fills
  /// up, to (N, L, hidden_size).
  Tensor construct(const Tensor& ids, const Tensor& mask);

  Child<BertEmbeddings> embeddings;
  Child<BertEncoder> encoder;
};

/// The mean of the last layer over the tokens that count, scaled to length 1: (N, hidden_size).
Tensor sentence_embeddings(Bert& bert, const Tensor& ids, const Tensor& mask);

}  // namespace nucella::models
