// The Transformer of Vaswani et al. (2017): layers and stacks of encoder and decoder.
#pragma once
#include "nucella/nn/attention.h"
#include "nucella/nn/containers.h"
#include "nucella/nn/dropout.h"
#include "nucella/nn/norm.h"

namespace nucella::nn {

struct TransformerLayerOptions {
  int64_t dim_feedforward = 2048;
  double dropout = 0.1;
  std::string activation = "relu";    ///< or "gelu"
  CellPtr activation_cell = nullptr;  ///< instead: a ReLU or GELU
  double layer_norm_eps = 1e-5;
  bool batch_first = false;
  bool norm_first = false;  ///< normalise what goes into each block, not what comes out
  DType dtype = float32;
};

/// What the layers of encoder and decoder share: the two dense layers and the settings.
class TransformerLayer : public Cell {
 public:
  int64_t d_model() const { return d_model_; }
  int64_t nhead() const { return nhead_; }
  const TransformerLayerOptions& options() const { return options_; }

 protected:
  /// ValueError for another activation.
  TransformerLayer(int64_t d_model, int64_t nhead, TransformerLayerOptions options);
  MultiheadAttentionOptions attention_options() const;
  LayerNormOptions norm_options() const;
  /// Calls `attention` for its first result.
  static Tensor attend(MultiheadAttention& attention, const Tensor& x, const Tensor& memory,
                       const Tensor& mask, const Tensor& padding);
  Tensor activated(const Tensor& x) const;

 private:
  int64_t d_model_, nhead_;
  TransformerLayerOptions options_;
  std::optional<ChildPtr<>> activation_;
};

/// Attention of the sequence to itself and two dense layers, each with a way around it and a norm.
class TransformerEncoderLayer : public CellOf<TransformerEncoderLayer, TransformerLayer> {
 public:
  TransformerEncoderLayer(int64_t d_model, int64_t nhead, const TransformerLayerOptions& options = {});
  TransformerEncoderLayer(Cell& owner, std::string_view name, int64_t d_model, int64_t nhead,
                          const TransformerLayerOptions& options = {});
  static constexpr std::array kArguments{"src", "src_mask", "src_key_padding_mask"};
  static constexpr size_t kRequired = 1;
  /// Masks are those of MultiheadAttention.
  Tensor construct(const Tensor& src, const Tensor& src_mask = {}, const Tensor& src_key_padding_mask = {});

  MultiheadAttention self_attn;
  Dense dense1;
  Dropout dropout;
  Dense dense2;
  LayerNorm norm1, norm2;
  Dropout dropout1, dropout2;
};

/// As the encoder's layer, with attention to the encoder's result between its two blocks.
class TransformerDecoderLayer : public CellOf<TransformerDecoderLayer, TransformerLayer> {
 public:
  TransformerDecoderLayer(int64_t d_model, int64_t nhead, const TransformerLayerOptions& options = {});
  TransformerDecoderLayer(Cell& owner, std::string_view name, int64_t d_model, int64_t nhead,
                          const TransformerLayerOptions& options = {});
  static constexpr std::array kArguments{
      "tgt", "memory", "tgt_mask", "memory_mask", "tgt_key_padding_mask", "memory_key_padding_mask"};
  static constexpr size_t kRequired = 2;
  Tensor construct(const Tensor& tgt, const Tensor& memory, const Tensor& tgt_mask = {},
                   const Tensor& memory_mask = {}, const Tensor& tgt_key_padding_mask = {},
                   const Tensor& memory_key_padding_mask = {});

  MultiheadAttention self_attn, multihead_attn;
  Dense dense1;
  Dropout dropout;
  Dense dense2;
  LayerNorm norm1, norm2, norm3;
  Dropout dropout1, dropout2, dropout3;
};

/// `num_layers` new layers with the settings of the one given, and `norm` (may be null) behind them.
class TransformerEncoder : public CellOf<TransformerEncoder> {
 public:
  TransformerEncoder(const TransformerEncoderLayer& encoder_layer, int64_t num_layers,
                     CellPtr norm = nullptr);
  static constexpr std::array kArguments{"src", "src_mask", "src_key_padding_mask"};
  static constexpr size_t kRequired = 1;
  Tensor construct(const Tensor& src, const Tensor& src_mask = {}, const Tensor& src_key_padding_mask = {});

  CellList layers{*this, "layers"};

 private:
  std::optional<ChildPtr<>> norm_;
};

/// As TransformerEncoder, of decoder layers.
class TransformerDecoder : public CellOf<TransformerDecoder> {
 public:
  TransformerDecoder(const TransformerDecoderLayer& decoder_layer, int64_t num_layers,
                     CellPtr norm = nullptr);
  static constexpr std::array kArguments{
      "tgt", "memory", "tgt_mask", "memory_mask", "tgt_key_padding_mask", "memory_key_padding_mask"};
  static constexpr size_t kRequired = 2;
  Tensor construct(const Tensor& tgt, const Tensor& memory, const Tensor& tgt_mask = {},
                   const Tensor& memory_mask = {}, const Tensor& tgt_key_padding_mask = {},
                   const Tensor& memory_key_padding_mask = {});

  CellList layers{*this, "layers"};

 private:
  std::optional<ChildPtr<>> norm_;
};

struct TransformerOptions : TransformerLayerOptions {
  int64_t num_encoder_layers = 6;
  int64_t num_decoder_layers = 6;
  CellPtr custom_encoder = nullptr;  ///< called with src, src_mask and src_key_padding_mask
  CellPtr custom_decoder = nullptr;
};

/// Encoder and decoder with a norm behind each; weights of two or more axes start Xavier-uniform.
class Transformer : public CellOf<Transformer> {
 public:
  explicit Transformer(int64_t d_model = 512, int64_t nhead = 8, const TransformerOptions& options = {});
  static constexpr std::array kArguments{"src",
                                         "tgt",
                                         "src_mask",
                                         "tgt_mask",
                                         "memory_mask",
                                         "src_key_padding_mask",
                                         "tgt_key_padding_mask",
                                         "memory_key_padding_mask"};
  static constexpr size_t kRequired = 2;
  /// ValueError unless src and tgt have d_model features and the same batch.
  Tensor construct(const Tensor& src, const Tensor& tgt, const Tensor& src_mask = {},
                   const Tensor& tgt_mask = {}, const Tensor& memory_mask = {},
                   const Tensor& src_key_padding_mask = {}, const Tensor& tgt_key_padding_mask = {},
                   const Tensor& memory_key_padding_mask = {});

  int64_t d_model() const { return d_model_; }
  int64_t nhead() const { return nhead_; }
  bool batch_first() const { return batch_first_; }

 private:
  int64_t d_model_, nhead_;
  bool batch_first_;
  ChildPtr<> encoder_, decoder_;
};

}  // namespace nucella::nn
