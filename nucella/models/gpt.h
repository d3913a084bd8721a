// Gpt: a decoder of Transformer blocks with causal attention that continues texts (Radford et al., 2019).
#pragma once
#include "nucella/models/language_model.h"
#include "nucella/nn/containers.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/dropout.h"
#include "nucella/nn/embedding.h"
#include "nucella/nn/norm.h"

namespace nucella::models {

class ModelText;

struct GptConfig {
  int64_t vocab_size = 256;
  int64_t context = 128;  ///< the longest text
  int64_t width = 128;
  int64_t layers = 4;
  int64_t heads = 4;
  double dropout = 0;
  bool tied = true;  ///< the head is the table of tokens; else a matrix of its own

  /// What a description says.
  static GptConfig from(ModelText& text);
};

/// Keys and values (1, heads, context, width / heads) of what one block has read.
struct GptCache {
  Tensor keys, values;
};

/// Normalises what goes into attention and into the two dense layers (pre-norm), with GELU between these.
class GptBlock : public CellOf<GptBlock> {
 public:
  explicit GptBlock(const GptConfig& config);
  /// (N, L, width) to the same.
  Tensor construct(const Tensor& x);
  /// The same for the tokens from `position` on of a single text, whose earlier keys and values are in
  /// `cache`.
  Tensor read(const Tensor& x, GptCache& cache, int64_t position);

 private:
  struct Heads {
    Tensor q, k, v;  // (N, heads, L, width / heads)
  };
  Heads heads_of(const Tensor& x);
  Tensor finish(const Tensor& x, const Tensor& mixed);

  int64_t width_, heads_;
  double drop_;

 public:
  nn::LayerNorm ln_1;
  nn::Dense attn, attn_proj;
  nn::LayerNorm ln_2;
  nn::Dense fc, fc_proj;
  nn::Dropout dropout;
};

/// Learned positions; weights start as in GPT-2: N(0, 0.02), divided by sqrt(2 layers) where a block ends.
class Gpt : public CellOf<Gpt, LanguageModel> {
 public:
  /// ValueError unless all sizes are positive and heads divides width.
  explicit Gpt(const GptConfig& config = {});
  static constexpr std::array kArguments{"ids"};
  /// ValueError unless `ids` is (N, L) with L up to the context.
  Tensor construct(const Tensor& ids);

  int64_t vocab_size() const override { return config_.vocab_size; }
  int64_t context() const override { return config_.context; }
  std::unique_ptr<Reading> start_reading() override;
  std::string description() const override;
  const GptConfig& config() const { return config_; }

 private:
  friend class GptReading;
  Tensor embedded(const Tensor& ids, int64_t position);
  Tensor logits(const Tensor& x);

  GptConfig config_;

 public:
  nn::Embedding wte, wpe;
  nn::Dropout dropout;
  nn::CellList h{*this, "h"};
  nn::LayerNorm ln_f;
  Parameter head;  ///< (vocab_size, width); undefined when tied
};

}  // namespace nucella::models
