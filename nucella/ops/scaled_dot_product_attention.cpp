#include <cmath>
#include <limits>

#include "nucella/ops/attention_rules.h"
#include "nucella/ops/operators.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const Shape& q = call.in[0].shape();
  rules::check_attention(call, call.in[0], call.in[1], call.in[2], call.in[3]);
  const double p = call.attrs[2].as<double>();
  check<ValueError>(p >= 0 && p < 1, "scaled_dot_product_attention: 'dropout_p' must be in [0, 1), got ", p);
  const DType dtype = call.in[0].dtype();
  out[0] = {dtype, {q[0], q[1], q[2], call.in[2].shape()[3]}};
  out[1] = {dtype == float64 ? float64 : float32, {q[0], q[1], q[2]}};
}

// The shares that the keys have in each query, with all of them in memory.
Tensor shares(const Call& call) {
  const auto& [is_causal, given_scale, dropout_p, seed] = unpack<bool, double, double, int64_t>(call.attrs);
  const Tensor &q = call.in[0], &k = call.in[1], &mask = call.in[3];
  Tensor scores = ops::batch_matmul(q, k, false, true) * rules::attention_scale(given_scale, q.shape()[3]);
  const auto hide = [&](const Tensor& kept) {
    const Tensor never = full({}, -std::numeric_limits<double>::infinity(), scores.dtype());
    scores = ops::select(ops::broadcast_to(kept, scores.shape()), scores,
                         ops::broadcast_to(never, scores.shape()));
  };
  if (mask.defined() && mask.dtype() == bool_) hide(mask);
  if (mask.defined() && mask.dtype() != bool_) scores = scores + mask;
  if (is_causal) hide(ops::tril(ones({q.shape()[2], k.shape()[2]}, bool_)));
  // A query without keys has shares of 0, not 0 / 0.
  const Tensor top = ops::stop_gradient(ops::reduce_max(scores, {3}, true));
  const Tensor finite = ops::isfinite(top), none = ops::broadcast_to(zeros({}, top.dtype()), top.shape());
  const Tensor e = ops::exp(scores - ops::select(finite, top, none));
  const Tensor sum = ops::reduce_sum(e, {3}, true);
  return e / ops::select(finite, sum, ops::broadcast_to(ones({}, top.dtype()), top.shape()));
}

// The gradients spelled in ops that have gradients themselves.
Tensors plain_gradients(const Call& call, const Tensor& g, const Tensor& g_lse) {
  const auto& [is_causal, given_scale, dropout_p, seed] = unpack<bool, double, double, int64_t>(call.attrs);
  const Tensor &q = call.in[0], &k = call.in[1], &v = call.in[2], &mask = call.in[3];
  const double scale = rules::attention_scale(given_scale, q.shape()[3]);
  const Tensor p = shares(call);
  const auto drop = [&](const Tensor& t) { return dropout_p > 0 ? ops::dropout(t, dropout_p, seed) : t; };
  const Tensor dp = drop(ops::batch_matmul(g, v, false, true));
  const Tensor carried = rules::like_dtype(ops::expand_dims(g_lse, -1), p);
  const Tensor ds = p * (dp - ops::reduce_sum(p * dp, {3}, true) + carried);
  Tensors grads{ops::batch_matmul(ds, k) * scale,
                ops::batch_matmul(ds, q, true, false) * scale,
                ops::batch_matmul(drop(p), g, true, false),
                {}};
  if (mask.defined() && is_floating(mask.dtype()))
    grads[3] = rules::like_dtype(ops::sum_to(ds, mask.shape()), mask);
  return grads;
}

Tensors vjp(const Call& call, std::span<const Tensor> given) {
  const auto& [is_causal, scale, dropout_p, seed] = unpack<bool, double, double, int64_t>(call.attrs);
  const Tensor &q = call.in[0], &k = call.in[1], &v = call.in[2], &mask = call.in[3];
  if (k.size() == 0) return {};
  const Tensors g = rules::defined_grads(call, given);
  const bool mask_wanted = mask.defined() && is_floating(mask.dtype()) && call.wants(3);
  if (mask_wanted || rules::is_any_followed({g[0], g[1], q, k, v, mask}))
    return plain_gradients(call, g[0], g[1]);
  const auto [dq, dk, dv] = ops::scaled_dot_product_attention_grad(g[0], q, k, v, call.out[0], call.out[1],
                                                                   mask, given[1].defined() ? g[1] : Tensor(),
                                                                   is_causal, scale, dropout_p, seed);
  return {dq, dk, dv, {}};
}

}  // namespace

extern constinit const OpDef scaled_dot_product_attention_op{
    .doc =
        "softmax(scale * query key^T + mask) value for `query` (N, H, L, D), `key` (N, H, S, D) and `value` "
        "(N, H, S, E), without ever holding all L x S scores (Dao et al., 2022), and the logarithm of the "
        "sum of the exponentials (N, H, L). `mask` broadcasts to (N, H, L, S): bool, True where a key takes "
        "part, or numbers that are added. `is_causal` hides the keys behind the query's own position. "
        "`scale` 0 stands for 1 / sqrt(D). Shares are cleared with the probability `dropout_p` as `dropout` "
        "with `seed` does. A query all of whose keys are hidden gives zeros.",
    .infer = infer,
    .vjp = vjp,
    .saves = saves_in({0, 1, 2, 3}) | saves_out({0, 1}),
    .samples =
        "f32[1,2,3,4], f32[1,2,5,4], f32[1,2,5,4], none | f32[1,2,4,3], f32[1,2,4,3], f32[1,2,4,2], none; "
        "True, 0.3 | f32[2,1,3,2], f32[2,1,4,2], f32[2,1,4,2], f32[3,4] | f32[2,2,3,2], f32[2,2,4,2], "
        "f32[2,2,4,2], bool[2,1,1,4]; False, 0.0, 0.4, 5 | f32[1,2,70,9], f32[1,2,90,9], f32[1,2,90,20], "
        "none; True | f32[2,3,90,40], f32[2,3,70,40], f32[2,3,70,40], f32[90,70]; False, 0.2, 0.3, 7 | "
        "f32[1,1,67,16], f32[1,1,130,16], f32[1,1,130,16], bool[67,130]; True | f16[1,2,3,4], f16[1,2,5,4], "
        "f16[1,2,5,4], none | f32[0,2,3,4], f32[0,2,5,4], f32[0,2,5,4], none | !ValueError f32[2,3,4], "
        "f32[2,3,4], f32[2,3,4], none | !ValueError f32[1,2,3,4], f32[1,2,5,3], f32[1,2,5,4], none | "
        "!ValueError f32[1,2,3,4], f32[1,2,5,4], f32[1,2,4,4], none | !ValueError f32[1,2,3,4], "
        "f32[1,2,5,4], "
        "f32[1,2,5,4], f32[4,5] | !TypeError f32[1,2,3,4], f16[1,2,5,4], f32[1,2,5,4], none | !TypeError "
        "i32[1,2,3,4], i32[1,2,5,4], i32[1,2,5,4], none | !TypeError f32[1,2,3,4], f32[1,2,5,4], "
        "f32[1,2,5,4], i32[3,5] | !ValueError f32[1,2,3,4], f32[1,2,5,4], f32[1,2,5,4], none; False, 0.0, "
        "1.0",
};

}  // namespace nucella
