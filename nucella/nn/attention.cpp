#include "nucella/nn/attention.h"

#include <cmath>
#include <limits>

#include "nucella/base/random.h"
#include "nucella/nn/dropout.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

constexpr const char* kWho = "MultiheadAttention";

bool flag(const Value& value, bool fallback) { return value.is_none() ? fallback : value.as<bool>(kWho); }

// A mask as numbers to add: minus infinity where a bool one is True.
Tensor added(const Tensor& mask, DType dtype) {
  if (mask.dtype() != bool_) return mask.dtype() == dtype ? mask : ops::cast(mask, dtype);
  const auto filled = [&](double value) { return ops::broadcast_to(full({}, value, dtype), mask.shape()); };
  return ops::select(mask, filled(-std::numeric_limits<double>::infinity()), filled(0));
}

// `mask` with columns for keys that are never hidden, so that it has `keys` of them.
Tensor widened(const Tensor& mask, int64_t keys) {
  if (!mask.defined() || mask.shape().back() >= keys) return mask;
  Shape more = mask.shape();
  more[mask.ndim() - 1] = keys - mask.shape().back();
  return ops::concat({mask, zeros(more, mask.dtype())}, -1);
}

Tensor checked_mask(const Tensor& mask, std::string_view name) {
  if (!mask.defined()) return mask;
  check<ValueError>(mask.dtype() == bool_ || mask.dtype() == uint8 || is_floating(mask.dtype()), "For '",
                    kWho, "', '", name, "' must be of bool or floats, got ", mask.dtype());
  return mask.dtype() == uint8 ? ops::cast(mask, bool_) : mask;
}

}  // namespace

MultiheadAttention::MultiheadAttention(int64_t embed_dim, int64_t num_heads,
                                       const MultiheadAttentionOptions& options)
    : embed_dim_(check_positive(embed_dim, kWho, "embed_dim")),
      num_heads_(check_positive(num_heads, kWho, "num_heads")),
      options_(options),
      out_proj(*this, "out_proj", embed_dim, embed_dim,
               {.has_bias = options.has_bias, .dtype = options.dtype}) {
  check<ValueError>(embed_dim % num_heads == 0, "For '", kWho,
                    "', 'embed_dim' must be divisible by 'num_heads', got ", embed_dim, " and ", num_heads);
  check<ValueError>(options.dropout >= 0 && options.dropout < 1, "For '", kWho,
                    "', 'dropout' must be in [0, 1), got ", options.dropout);
  const auto weight = [&](const char* name, int64_t rows, int64_t columns) {
    return Parameter(*this, name, init::XavierUniform(), {rows, columns}, options.dtype);
  };
  const int64_t kdim = options.kdim.value_or(embed_dim), vdim = options.vdim.value_or(embed_dim);
  if (kdim == embed_dim && vdim == embed_dim) {
    in_proj_weight = weight("in_proj_weight", 3 * embed_dim, embed_dim);
  } else {
    q_proj_weight = weight("q_proj_weight", embed_dim, embed_dim);
    k_proj_weight = weight("k_proj_weight", embed_dim, check_positive(kdim, kWho, "kdim"));
    v_proj_weight = weight("v_proj_weight", embed_dim, check_positive(vdim, kWho, "vdim"));
  }
  if (options.has_bias)
    in_proj_bias = Parameter(*this, "in_proj_bias", init::Zero(), {3 * embed_dim}, options.dtype);
  if (!options.add_bias_kv) return;
  bias_k = Parameter(*this, "bias_k", init::XavierNormal(), {1, 1, embed_dim}, options.dtype);
  bias_v = Parameter(*this, "bias_v", init::XavierNormal(), {1, 1, embed_dim}, options.dtype);
}

MultiheadAttention::MultiheadAttention(Cell& owner, std::string_view name, int64_t embed_dim,
                                       int64_t num_heads, const MultiheadAttentionOptions& options)
    : MultiheadAttention(embed_dim, num_heads, options) {
  join(owner, name);
}

// One product for inputs that are the same tensor.
MultiheadAttention::Projected MultiheadAttention::project(const Tensor& query, const Tensor& key,
                                                          const Tensor& value) const {
  const Tensor bias = in_proj_bias.defined() ? in_compute_type(in_proj_bias) : Tensor();
  const auto pieces = [&](const Tensor& t, std::initializer_list<int64_t> counts) {
    if (!t.defined()) return Tensors(counts.size());
    Ints sizes;
    for (int64_t count : counts) sizes.push_back(count * embed_dim_);
    return ops::split_views(t, sizes, 0);
  };
  const auto last = [&](const Tensor& t, size_t count) {
    return ops::split_views(t, Ints(count, embed_dim_), -1);
  };
  if (!in_proj_weight.defined()) {
    const Tensors b = pieces(bias, {1, 1, 1});
    return {ops::dense(query, in_compute_type(q_proj_weight), b[0]),
            ops::dense(key, in_compute_type(k_proj_weight), b[1]),
            ops::dense(value, in_compute_type(v_proj_weight), b[2])};
  }
  const Tensor weight = in_compute_type(in_proj_weight);
  if (same(query, key) && same(key, value)) {
    const Tensors parts = last(ops::dense(query, weight, bias), 3);
    return {parts[0], parts[1], parts[2]};
  }
  if (same(key, value)) {
    const Tensors w = pieces(weight, {1, 2}), b = pieces(bias, {1, 2});
    const Tensors parts = last(ops::dense(key, w[1], b[1]), 2);
    return {ops::dense(query, w[0], b[0]), parts[0], parts[1]};
  }
  const Tensors w = pieces(weight, {1, 1, 1}), b = pieces(bias, {1, 1, 1});
  return {ops::dense(query, w[0], b[0]), ops::dense(key, w[1], b[1]), ops::dense(value, w[2], b[2])};
}

Tensor MultiheadAttention::by_head(const Tensor& x, bool batch_first) const {
  const Tensor parted = ops::reshape(x, {x.shape()[0], x.shape()[1], num_heads_, head_dim()});
  return ops::transpose(parted, batch_first ? Shape{0, 2, 1, 3} : Shape{1, 2, 0, 3});
}

void MultiheadAttention::add_keys(Projected& p, bool batch_first) const {
  const int axis = batch_first ? 1 : 0;
  Shape one = p.k.shape();
  one[axis] = 1;
  const auto append = [&](Tensor& t, const Tensor& more) {
    t = ops::concat({t, ops::broadcast_to(more, one)}, axis);
  };
  if (bias_k.defined()) {
    append(p.k, in_compute_type(bias_k));
    append(p.v, in_compute_type(bias_v));
  }
  if (!options_.add_zero_attn) return;
  append(p.k, zeros({}, p.k.dtype()));
  append(p.v, zeros({}, p.v.dtype()));
}

void MultiheadAttention::check_inputs(const Tensor& query, const Tensor& key, const Tensor& value,
                                      const Tensor& padding) const {
  for (const Tensor* t : {&query, &key, &value})
    check<TypeError>(t->defined(), "For '", kWho, "', 'query', 'key' and 'value' must be Tensors, got None");
  const int ndim = query.ndim();
  check<ValueError>((ndim == 2 || ndim == 3) && key.ndim() == ndim && value.ndim() == ndim, "For '", kWho,
                    "', 'query', 'key' and 'value' must have 3 dimensions, or 2 without a batch, got ",
                    query.shape(), ", ", key.shape(), " and ", value.shape());
  const int batch = options_.batch_first ? 0 : 1;
  check<ValueError>(query.shape().back() == embed_dim_ &&
                        key.shape().back() == options_.kdim.value_or(embed_dim_) &&
                        value.shape().back() == options_.vdim.value_or(embed_dim_),
                    "For '", kWho, "', the last extents of 'query', 'key' and 'value' must be ", embed_dim_,
                    ", ", options_.kdim.value_or(embed_dim_), " and ", options_.vdim.value_or(embed_dim_),
                    ", got ", query.shape(), ", ", key.shape(), " and ", value.shape());
  const bool same_keys =
      key.shape()[0] == value.shape()[0] && (ndim == 2 || key.shape()[1] == value.shape()[1]);
  check<ValueError>(same_keys && (ndim == 2 || query.shape()[batch] == key.shape()[batch]), "For '", kWho,
                    "', 'key' and 'value' must have the same length and all three the same batch, got ",
                    query.shape(), ", ", key.shape(), " and ", value.shape());
  check<ValueError>(!padding.defined() || padding.ndim() == ndim - 1, "For '", kWho,
                    "', 'key_padding_mask' must have ", ndim - 1, " dimensions, got ",
                    padding.defined() ? padding.shape() : Shape{});
}

Tensor MultiheadAttention::mask_of(const Tensor& key_padding_mask, const Tensor& attn_mask,
                                   const Shape& scores, int64_t keys, DType dtype) const {
  const int64_t samples = scores[0], length = scores[2];
  Tensor padding = checked_mask(key_padding_mask, "key_padding_mask");
  Tensor mask = checked_mask(attn_mask, "attn_mask");
  if (padding.defined()) {
    check<ValueError>(padding.shape() == Shape{samples, keys} || padding.shape() == Shape{keys}, "For '",
                      kWho, "', 'key_padding_mask' must have the shape ", Shape{samples, keys}, ", got ",
                      padding.shape());
    padding = ops::reshape(widened(padding, scores[3]), {samples, 1, 1, scores[3]});
  }
  if (mask.defined()) {
    const Shape each{samples * scores[1], length, keys};
    check<ValueError>(mask.shape() == Shape{length, keys} || mask.shape() == each, "For '", kWho,
                      "', 'attn_mask' must have the shape ", Shape{length, keys}, " or ", each, ", got ",
                      mask.shape());
    mask = widened(mask, scores[3]);
    mask = ops::reshape(mask, mask.ndim() == 2 ? Shape{1, 1, length, scores[3]} : scores);
  }
  if (!padding.defined() && !mask.defined()) return {};
  const bool both = padding.defined() && mask.defined();
  if (!both) {
    const Tensor& only = mask.defined() ? mask : padding;
    return only.dtype() == bool_ ? ops::logical_not(only) : added(only, dtype);
  }
  if (padding.dtype() == bool_ && mask.dtype() == bool_)
    return ops::logical_not(ops::logical_or(mask, padding));
  return added(mask, dtype) + added(padding, dtype);
}

Value MultiheadAttention::construct(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const Tensor& key_padding_mask, const Value& need_weights,
                                    const Tensor& attn_mask, const Value& average_attn_weights) {
  check_inputs(query, key, value, key_padding_mask);
  const bool batched = query.ndim() == 3, batch_first = options_.batch_first && batched;
  Tensor q = query, k = key, v = value;
  if (!batched) {
    q = ops::expand_dims(query, 1);
    k = same(key, query) ? q : ops::expand_dims(key, 1);
    v = same(value, key) ? k : ops::expand_dims(value, 1);
  }
  Projected p = project(q, k, v);
  const int64_t keys = p.k.shape()[batch_first ? 1 : 0];
  add_keys(p, batch_first);
  q = by_head(p.q, batch_first), k = by_head(p.k, batch_first), v = by_head(p.v, batch_first);
  const Shape scores{q.shape()[0], num_heads_, q.shape()[2], k.shape()[2]};
  const Tensor mask = mask_of(key_padding_mask, attn_mask, scores, keys, q.dtype());
  const double drop = training() ? options_.dropout : 0;
  Tensor mixed, weights;
  if (flag(need_weights, true)) {
    Tensor s = ops::batch_matmul(q, k, false, true) * (1 / std::sqrt(static_cast<double>(head_dim())));
    if (mask.defined()) s = s + added(mask.dtype() == bool_ ? ops::logical_not(mask) : mask, q.dtype());
    weights = dropout(ops::softmax(s), drop, drop > 0);
    mixed = ops::batch_matmul(weights, v);
    if (flag(average_attn_weights, true)) weights = ops::reduce_mean(weights, {1});
    if (!batched) weights = ops::squeeze(weights, {0});
  } else {
    const int64_t seed = drop > 0 ? static_cast<int64_t>(draw_op_seed()) : 0;
    mixed = ops::scaled_dot_product_attention(q, k, v, mask, false, 0, drop, seed)[0];
  }
  const Tensor turned = ops::transpose(mixed, batch_first ? Shape{0, 2, 1, 3} : Shape{2, 0, 1, 3});
  Tensor out = out_proj(ops::reshape(turned, {turned.shape()[0], turned.shape()[1], embed_dim_}));
  if (!batched) out = ops::squeeze(out, {1});
  return weights.defined() ? Value(Values{out, weights}) : Value(Values{out});
}

}  // namespace nucella::nn
