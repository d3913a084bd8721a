#include "nucella/ops/attention_rules.h"

namespace nucella {
namespace {

void infer(const Call& call, std::span<Meta> out) {
  const Tensor &grad = call.in[0], &q = call.in[1], &k = call.in[2], &v = call.in[3], &y = call.in[4],
               &grad_lse = call.in[7];
  rules::check_attention(call, q, k, v, call.in[6]);
  const Shape rows{q.shape()[0], q.shape()[1], q.shape()[2]};
  rules::check_shape(call, "output", y.shape(), {rows[0], rows[1], rows[2], v.shape()[3]});
  rules::check_shape(call, "grad", grad.shape(), y.shape());
  rules::check_same_dtype(call, "grad", grad, "query", q);
  rules::check_same_dtype(call, "output", y, "query", q);
  rules::check_shape(call, "lse", call.in[5].shape(), rows);
  if (grad_lse.defined()) rules::check_shape(call, "grad_lse", grad_lse.shape(), rows);
  for (size_t i = 0; i < 3; ++i) out[i] = {q.dtype(), call.in[1 + i].shape()};
}

}  // namespace

// Whoever wants derivatives of it gets them: the vjp of the op itself is then spelled in other ops.
extern constinit const OpDef scaled_dot_product_attention_grad_op{
    .doc =
        "The gradients of scaled_dot_product_attention with respect to query, key and value from those of "
        "its outputs, which stand behind them. It has no gradient itself.",
    .infer = infer,
    .samples =
        "f32[1,2,3,4], f32[1,2,3,4], f32[1,2,5,4], f32[1,2,5,4], f32[1,2,3,4], f32[1,2,3]{0.5..2}, none, "
        "f32[1,2,3]; False, 0.0, 0.0, 0 | f32[1,1,70,20], f32[1,1,70,9], f32[1,1,90,9], f32[1,1,90,20], "
        "f32[1,1,70,20], f32[1,1,70]{3..5}, f32[70,90], none; True, 0.2, 0.4, 3 | f32[2,2,67,16], "
        "f32[2,2,67,16], f32[2,2,130,16], f32[2,2,130,16], f32[2,2,67,16], f32[2,2,67]{3..5}, "
        "bool[2,1,1,130], f32[2,2,67]; False, 0.3, 0.0, 0 | f16[1,2,3,4], f16[1,2,3,4], f16[1,2,5,4], "
        "f16[1,2,5,4], f16[1,2,3,4], f32[1,2,3]{0.5..2}, none, none; False, 0.0, 0.0, 0 | f32[0,2,3,4], "
        "f32[0,2,3,4], f32[0,2,5,4], f32[0,2,5,4], f32[0,2,3,4], f32[0,2,3], none, none; True, 0.0, 0.0, 0 | "
        "!ValueError f32[1,2,4,4], f32[1,2,3,4], f32[1,2,5,4], f32[1,2,5,4], f32[1,2,3,4], f32[1,2,3], none, "
        "none; False, 0.0, 0.0, 0 | !TypeError f16[1,2,3,4], f32[1,2,3,4], f32[1,2,5,4], f32[1,2,5,4], "
        "f32[1,2,3,4], f32[1,2,3], none, none; False, 0.0, 0.0, 0",
};

}  // namespace nucella
