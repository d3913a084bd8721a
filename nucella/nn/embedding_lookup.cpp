#include "nucella/nn/embedding_lookup.h"

#include <algorithm>
#include <limits>

#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

// Rows of `table`; zeros for numbers that it has not.
Tensor rows_or_zeros(const Tensor& table, const Tensor& indices) {
  const auto number = [&](int64_t value) { return full({}, static_cast<double>(value), indices.dtype()); };
  const Tensor known =
      ops::logical_and(ops::greater_equal(indices, number(0)), ops::less(indices, number(table.shape()[0])));
  if (indices.size() == 0 || ops::reduce_all(known).item<bool>()) return ops::gather(table, indices, 0);
  const Tensor safe = ops::select(known, indices, ops::broadcast_to(number(0), indices.shape()));
  return ops::gather(table, safe, 0) * ops::expand_dims(ops::cast(known, table.dtype()), -1);
}

// Vectors along the last axis that are longer than `most` scaled down to it.
Tensor shortened(const Tensor& t, double most) {
  const Tensor length = ops::sqrt(ops::reduce_sum(ops::square(t), {-1}, true));
  return t * (most / ops::maximum(length, full({}, most, t.dtype())));
}

}  // namespace

EmbeddingLookup::EmbeddingLookup(int64_t vocab_size, int64_t embedding_size,
                                 const EmbeddingLookupOptions& options)
    : vocab_size_(check_positive(vocab_size, "EmbeddingLookup", "vocab_size")),
      embedding_size_(check_positive(embedding_size, "EmbeddingLookup", "embedding_size")),
      options_(options),
      embedding_table(
          options.param_init.declare(*this, "embedding_table", {vocab_size, embedding_size}, options.dtype)) {
  check_choice(options.target, {"CPU", "DEVICE"}, "EmbeddingLookup", "target");
  check<ValueError>(options.sparse || options.target == "DEVICE",
                    "For 'EmbeddingLookup', 'sparse' must be True when 'target' is 'CPU', got False");
  check<ValueError>(!options.max_norm || *options.max_norm > 0,
                    "For 'EmbeddingLookup', 'max_norm' must be positive, got ", options.max_norm.value_or(0));
}

EmbeddingLookup::EmbeddingLookup(Cell& owner, std::string_view name, int64_t vocab_size,
                                 int64_t embedding_size, const EmbeddingLookupOptions& options)
    : EmbeddingLookup(vocab_size, embedding_size, options) {
  join(owner, name);
}

Tensor EmbeddingLookup::construct(const Tensor& indices) {
  check<TypeError>(indices.dtype() == int32 || indices.dtype() == int64,
                   "For 'EmbeddingLookup', 'indices' must be of Int32 or Int64, got ", indices.dtype());
  const Tensor table = in_compute_type(embedding_table);
  const Tensor found =
      options_.target == "CPU" ? rows_or_zeros(table, indices) : ops::gather(table, indices, 0);
  return options_.max_norm ? shortened(found, *options_.max_norm) : found;
}

MultiFieldEmbeddingLookup::MultiFieldEmbeddingLookup(int64_t vocab_size, int64_t embedding_size,
                                                     int64_t field_size,
                                                     const MultiFieldEmbeddingLookupOptions& options)
    : CellOf(vocab_size, embedding_size, options),
      field_size_(check_positive(field_size, "MultiFieldEmbeddingLookup", "field_size")),
      operator_(check_choice(options.op, {"SUM", "MAX", "MEAN"}, "MultiFieldEmbeddingLookup", "operator")) {}

namespace {

void check_rank(const Tensor& t, std::string_view name) {
  check<ValueError>(t.ndim() == 2, "For 'MultiFieldEmbeddingLookup', '", name,
                    "' must have 2 dimensions, got ", t.shape());
}

void check_dtype(const Tensor& t, std::string_view name, std::initializer_list<DType> dtypes) {
  check<TypeError>(std::ranges::find(dtypes, t.dtype()) != dtypes.end(), "For 'MultiFieldEmbeddingLookup', '",
                   name, "' must be of ", *dtypes.begin(), ", got ", t.dtype());
}

}  // namespace

Tensor MultiFieldEmbeddingLookup::construct(const Tensor& input_indices, const Tensor& input_values,
                                            const Tensor& field_ids) {
  check_rank(input_indices, "input_indices");
  check_rank(input_values, "input_values");
  check_rank(field_ids, "field_ids");
  check_dtype(input_indices, "input_indices", {int32, int64});
  check_dtype(input_values, "input_values", {float32});
  check_dtype(field_ids, "field_ids", {int32});
  const Tensor vectors = EmbeddingLookup::construct(input_indices);  // (N, L, E)
  const Tensor weighted = vectors * ops::expand_dims(input_values, -1);
  // (N, F, L): which elements belong to a field.
  const Tensor in_field = ops::one_hot(field_ids, field_size_, 1, 0, 1, vectors.dtype());
  if (operator_ != "MAX") {
    const Tensor sum = ops::batch_matmul(in_field, weighted);
    if (operator_ == "SUM") return sum;
    const Tensor count = ops::reduce_sum(in_field * ops::expand_dims(ops::abs(input_values), 1), {2}, true);
    const Tensor empty = ops::cast(ops::equal(count, full({}, 0, count.dtype())), count.dtype());
    return sum / (count + empty);
  }
  const Tensor none = full({}, 0, vectors.dtype());
  const Tensor counts = ops::not_equal(in_field * ops::expand_dims(input_values, 1), none);  // (N, F, L)
  const Shape all{counts.shape()[0], field_size_, counts.shape()[2], embedding_size()};
  const Tensor lowest = full({}, std::numeric_limits<float>::lowest(), vectors.dtype());
  const Tensor candidates =
      ops::select(ops::broadcast_to(ops::expand_dims(counts, -1), all),
                  ops::broadcast_to(ops::expand_dims(weighted, 1), all), ops::broadcast_to(lowest, all));
  const Tensor any = ops::cast(ops::reduce_any(counts, {2}, true), vectors.dtype());
  return ops::reduce_max(candidates, {2}) * any;
}

}  // namespace nucella::nn
