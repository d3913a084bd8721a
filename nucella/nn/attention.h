// MultiheadAttention: several attentions side by side, each in a space of its own (Vaswani et al., 2017).
#pragma once
#include <optional>

#include "nucella/nn/dense.h"

namespace nucella::nn {

struct MultiheadAttentionOptions {
  double dropout = 0;                ///< on the shares, while training
  bool has_bias = true;              ///< of the projections
  bool add_bias_kv = false;          ///< a trained key and value behind those given
  bool add_zero_attn = false;        ///< a key and a value of zeros behind those given
  std::optional<int64_t> kdim = {};  ///< width of keys, default embed_dim
  std::optional<int64_t> vdim = {};  ///< width of values, default embed_dim
  bool batch_first = false;          ///< (N, L, E) instead of (L, N, E)
  DType dtype = float32;
};

/// For query (L, N, E), key (S, N, kdim) and value (S, N, vdim), or all without N: the result like query,
/// and, if wanted, the shares (N, L, S). in_proj_weight (3 E, E) projects query, key and value, or
/// q_proj_weight, k_proj_weight and v_proj_weight do when the widths differ; out_proj is a Dense. Without the
/// shares memory grows with L + S only.
class MultiheadAttention : public CellOf<MultiheadAttention> {
 public:
  /// ValueError unless num_heads divides embed_dim and dropout lies in [0, 1).
  MultiheadAttention(int64_t embed_dim, int64_t num_heads, const MultiheadAttentionOptions& options = {});
  MultiheadAttention(Cell& owner, std::string_view name, int64_t embed_dim, int64_t num_heads,
                     const MultiheadAttentionOptions& options = {});
  static constexpr std::array kArguments{
      "query", "key", "value", "key_padding_mask", "need_weights", "attn_mask", "average_attn_weights"};
  static constexpr size_t kRequired = 3;
  /// A tuple: the result and, with need_weights (the default), the shares, whose mean over the heads is taken
  /// with average_attn_weights (the default). key_padding_mask (N, S) and attn_mask (L, S) or (N heads, L, S)
  /// are True where a key is hidden, or added to the scores. A query all of whose keys are hidden gets zeros.
  /// ValueError for shapes and dtypes that do not fit.
  Value construct(const Tensor& query, const Tensor& key, const Tensor& value,
                  const Tensor& key_padding_mask = {}, const Value& need_weights = {},
                  const Tensor& attn_mask = {}, const Value& average_attn_weights = {});

  int64_t embed_dim() const { return embed_dim_; }
  int64_t num_heads() const { return num_heads_; }
  int64_t head_dim() const { return embed_dim_ / num_heads_; }
  const MultiheadAttentionOptions& options() const { return options_; }

 private:
  struct Projected {
    Tensor q, k, v;
  };
  Projected project(const Tensor& query, const Tensor& key, const Tensor& value) const;
  /// (N, heads, L, head_dim) views of a projected sequence.
  Tensor by_head(const Tensor& x, bool batch_first) const;
  void add_keys(Projected& p, bool batch_first) const;
  void check_inputs(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& padding) const;
  /// Both masks in the form of ops::scaled_dot_product_attention, for scores (N, heads, L, S), of which the
  /// first `keys` keys were given.
  Tensor mask_of(const Tensor& key_padding_mask, const Tensor& attn_mask, const Shape& scores, int64_t keys,
                 DType dtype) const;

  int64_t embed_dim_, num_heads_;
  MultiheadAttentionOptions options_;

 public:
  Parameter q_proj_weight, k_proj_weight, v_proj_weight, in_proj_weight, in_proj_bias;
  Dense out_proj;
  Parameter bias_k, bias_v;
};

}  // namespace nucella::nn
