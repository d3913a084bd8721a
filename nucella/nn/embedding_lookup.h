// EmbeddingLookup and MultiFieldEmbeddingLookup: tables of vectors for recommenders.
#pragma once
#include <optional>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct EmbeddingLookupOptions {
  WeightInit param_init = "normal";  ///< of the table (vocab_size, embedding_size)
  std::string target = "CPU";        ///< or "DEVICE": numbers outside of the table are errors there
  std::string slice_mode = "batch_slice";
  std::optional<double> max_norm = {};  ///< longer vectors are scaled down to this length
  bool sparse = true;
  DType dtype = float32;
};

/// For numbers (...): vectors (..., embedding_size), zeros for numbers outside of [0, vocab_size) with target
/// "CPU", else IndexError.
class EmbeddingLookup : public CellOf<EmbeddingLookup> {
 public:
  /// ValueError unless the sizes are positive, target is one of the two, and sparse with "CPU".
  EmbeddingLookup(int64_t vocab_size, int64_t embedding_size, const EmbeddingLookupOptions& options = {});
  EmbeddingLookup(Cell& owner, std::string_view name, int64_t vocab_size, int64_t embedding_size,
                  const EmbeddingLookupOptions& options = {});
  static constexpr std::array kArguments{"indices"};
  /// TypeError unless `indices` are int32 or int64.
  Tensor construct(const Tensor& indices);

  int64_t vocab_size() const { return vocab_size_; }
  int64_t embedding_size() const { return embedding_size_; }
  const EmbeddingLookupOptions& options() const { return options_; }

 private:
  int64_t vocab_size_, embedding_size_;
  EmbeddingLookupOptions options_;

 public:
  Parameter embedding_table;
};

struct MultiFieldEmbeddingLookupOptions : EmbeddingLookupOptions {
  std::string op = "SUM";  ///< how the vectors of a field are put together: "SUM", "MEAN" or "MAX"
};

/// For each sample and field: the vectors of the indices in that field, weighted by their values and put
/// together.
class MultiFieldEmbeddingLookup : public CellOf<MultiFieldEmbeddingLookup, EmbeddingLookup> {
 public:
  /// ValueError as EmbeddingLookup, for a field_size below 1 and another operator.
  MultiFieldEmbeddingLookup(int64_t vocab_size, int64_t embedding_size, int64_t field_size,
                            const MultiFieldEmbeddingLookupOptions& options = {});
  static constexpr std::array kArguments{"input_indices", "input_values", "field_ids"};
  /// Three (N, L): indices (int32 or int64), weights (float32) and fields (int32) to (N, field_size,
  /// embedding_size). A value of 0 is padding. ValueError for other ranks, TypeError for other dtypes.
  Tensor construct(const Tensor& input_indices, const Tensor& input_values, const Tensor& field_ids);

  int64_t field_size() const { return field_size_; }
  const std::string& merge_operator() const { return operator_; }

 private:
  int64_t field_size_;
  std::string operator_;
};

}  // namespace nucella::nn
