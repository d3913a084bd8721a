#include "nucella/ops/checks.h"

namespace nucella {
namespace {

// Logits as (samples, classes) and targets as (samples): axes behind the classes count as samples.
std::pair<Tensor, Tensor> as_rows(const Call& call) {
  const Tensor &x = call.in[0], &target = call.in[1];
  check<TypeError>(is_floating(x.dtype()), "nll_loss: expected a floating-point tensor, got ", x.dtype());
  check<TypeError>(target.dtype() == int32 || target.dtype() == int64,
                   "nll_loss: 'target' must be Int32 or Int64, got ", target.dtype());
  check<ValueError>(x.ndim() > 0, "nll_loss: 'x' must have at least one dimension, got a scalar");
  Shape samples = x.shape(), order;
  const int classes = x.ndim() == 1 ? 0 : 1;
  samples.erase(classes);
  rules::check_shape(call, "target", target.shape(), samples);
  for (int i = 0; i < x.ndim(); ++i)
    if (i != classes) order.push_back(i);
  order.push_back(classes);
  return {ops::reshape(ops::transpose(x, order), {-1, x.shape()[classes]}), ops::reshape(target, {-1})};
}

}  // namespace

extern constinit const OpDef nll_loss_op{
    .doc =
        "-weight[c] * x[n, c] at the class c = target[n] of each sample, for log-probabilities `x` "
        "(N, C) or (N, C, ...) and `target` (N) or (N, ...). Samples of the class `ignore_index` "
        "count nothing; the mean is one by weight. `label_smoothing` e moves the part e of each "
        "target to all classes alike. The losses are averaged, summed or left alone by `reduction` "
        "'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const auto& [ignore_index, reduction, smoothing] = unpack<int64_t, std::string, double>(call.attrs);
          const auto [x, target] = as_rows(call);
          const int64_t classes = x.shape()[1];
          const Tensor weight = call.in[2].defined() ? call.in[2] : ones({classes}, x.dtype());
          rules::check_shape(call, "weight", weight.shape(), {classes});
          const Tensor counted = ops::cast(
              ops::not_equal(target, scalar(static_cast<double>(ignore_index), target.dtype())), x.dtype());
          const Tensor wanted =
              ops::mul(target, ops::cast(counted, target.dtype()));  // any class for those that do not count
          const Tensor chosen = rules::naming_op(call, [&] {
            return ops::reshape(ops::gather_elements(x, 1, ops::expand_dims(wanted, 1)), {-1});
          });
          const Tensor weights = ops::mul(ops::gather(weight, wanted, 0), counted);
          Tensor losses = ops::neg(ops::mul(chosen, weights));
          if (smoothing > 0) {
            const Tensor all = ops::neg(ops::mul(ops::reduce_sum(ops::mul(x, weight), {1}), counted));
            losses = ops::add(ops::mul(losses, rules::constant(1 - smoothing, x)),
                              ops::mul(all, rules::constant(smoothing / static_cast<double>(classes), x)));
          }
          if (reduction == "mean") {
            call.out[0] = ops::div(ops::reduce_sum(losses), ops::reduce_sum(weights));
          } else {
            call.out[0] = rules::reduce_losses(call, ops::reshape(losses, call.in[1].shape()), call.attrs[1]);
          }
        },
    .samples =
        "f32[4,3], i32[4]{0..2}, none | f32[4,3], i64[4]{0..2}, f32[3]{0.5..2}; 1, 'sum' | "
        "f32[2,3,2,2], i32[2,2,2]{0..2}, none; -100, 'none' | f32[4,3], i32[4]{0..2}, "
        "f32[3]{0.5..2}; -100, 'mean', 0.2 | f32[3], i32[]{0..2}, none | !ValueError f32[4,3], "
        "i32[3]{0..2}, none | !ValueError f32[4,3], i32[4]{0..2}, f32[2] | !ValueError f32[4,3], "
        "i32[4]{0..2}, none; -100, 'max' | !TypeError f32[4,3], f32[4], none | !TypeError i32[4,3], "
        "i32[4], none | !IndexError f32[4,3], i32[4]{3..4}, none",
};

}  // namespace nucella
