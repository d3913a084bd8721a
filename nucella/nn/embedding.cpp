#include "nucella/nn/embedding.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Embedding::Embedding(int64_t vocab_size, int64_t embedding_size, const EmbeddingOptions& options)
    : vocab_size_(check_positive(vocab_size, "Embedding", "vocab_size")),
      embedding_size_(check_positive(embedding_size, "Embedding", "embedding_size")),
      use_one_hot_(options.use_one_hot),
      padding_idx_(options.padding_idx),
      embedding_table(options.embedding_table.declare(*this, "embedding_table", {vocab_size, embedding_size},
                                                      options.dtype)) {
  if (!padding_idx_) return;
  check<ValueError>(*padding_idx_ >= 0 && *padding_idx_ < vocab_size,
                    "For 'Embedding', 'padding_idx' must be in [0, ", vocab_size, "), got ", *padding_idx_);
  const Tensor row = tensor_of(std::vector<int64_t>{*padding_idx_}, {1, 1});
  ops::scatter_nd_update(embedding_table, row, zeros({1, embedding_size}, options.dtype));
}

Embedding::Embedding(Cell& owner, std::string_view name, int64_t vocab_size, int64_t embedding_size,
                     const EmbeddingOptions& options)
    : Embedding(vocab_size, embedding_size, options) {
  join(owner, name);
}

Tensor Embedding::construct(const Tensor& ids) {
  const Tensor table = in_compute_type(embedding_table);
  check<TypeError>(ids.dtype() == int32 || ids.dtype() == int64,
                   "For 'Embedding', the input must be of Int32 or Int64, got ", ids.dtype());
  if (!use_one_hot_) return ops::gather(table, ids, 0);
  Shape shape = ids.shape();
  shape.push_back(embedding_size_);
  const Tensor chosen = ops::one_hot(ops::reshape(ids, {-1}), vocab_size_, 1, 0, -1, table.dtype());
  return ops::reshape(ops::matmul(chosen, table), shape);
}

std::string Embedding::extend_repr() const {
  return str("vocab_size=", vocab_size_, ", embedding_size=", embedding_size_,
             ", use_one_hot=", python_bool(use_one_hot_), ", embedding_table=", embedding_table.repr(),
             ", dtype=", embedding_table.dtype(),
             ", padding_idx=", padding_idx_ ? str(*padding_idx_) : std::string("None"));
}

}  // namespace nucella::nn
