// Embedding: a table of vectors, looked up by number.
#pragma once
#include <optional>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct EmbeddingOptions {
  bool use_one_hot = false;               ///< look up by a product with one-hot vectors
  WeightInit embedding_table = "normal";  ///< of the shape (vocab_size, embedding_size); default N(0, 0.01)
  DType dtype = float32;
  std::optional<int64_t> padding_idx = {};  ///< the row that starts as zeros
};

/// For numbers of any shape (...) in [0, vocab_size): vectors (..., embedding_size). IndexError outside.
class Embedding : public CellOf<Embedding> {
 public:
  /// ValueError unless the sizes are positive and padding_idx lies in [0, vocab_size).
  Embedding(int64_t vocab_size, int64_t embedding_size, const EmbeddingOptions& options = {});
  Embedding(Cell& owner, std::string_view name, int64_t vocab_size, int64_t embedding_size,
            const EmbeddingOptions& options = {});
  /// TypeError unless `ids` are int32 or int64.
  Tensor construct(const Tensor& ids);
  std::string extend_repr() const override;

  int64_t vocab_size() const { return vocab_size_; }
  int64_t embedding_size() const { return embedding_size_; }
  bool use_one_hot() const { return use_one_hot_; }
  const std::optional<int64_t>& padding_idx() const { return padding_idx_; }

 private:
  int64_t vocab_size_, embedding_size_;
  bool use_one_hot_;
  std::optional<int64_t> padding_idx_;

 public:
  Parameter embedding_table;
};

}  // namespace nucella::nn
