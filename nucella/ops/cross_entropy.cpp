#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef cross_entropy_op{
    .doc =
        "Cross entropy of softmax(x) along axis 1 of `x` (N, C) or (N, C, ...) (axis 0 of (C)) with "
        "`target`: class numbers as nll_loss() takes them, or probabilities in the shape of `x`. The "
        "losses are averaged, summed or left alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1], &weight = call.in[2];
          const auto& [ignore_index, reduction, smoothing] = unpack<int64_t, std::string, double>(call.attrs);
          check<TypeError>(is_floating(x.dtype()), "cross_entropy: expected a floating-point tensor, got ",
                           x.dtype());
          check<ValueError>(x.ndim() > 0,
                            "cross_entropy: 'x' must have at least one dimension, got a scalar");
          check<ValueError>(reduction == "mean" || reduction == "sum" || reduction == "none",
                            "cross_entropy: 'reduction' must be 'mean', 'sum' or 'none', got '", reduction,
                            "'");
          const int64_t classes = x.ndim() == 1 ? 0 : 1;
          const Tensor logs = ops::log_softmax(x, classes);
          if (!is_floating(target.dtype())) {
            Shape samples = x.shape();
            samples.erase(static_cast<int>(classes));
            rules::check_shape(call, "target", target.shape(), samples);
            call.out[0] = ops::nll_loss(logs, target, weight, ignore_index, reduction, smoothing);
            return;
          }
          rules::check_shape(call, "target", target.shape(), x.shape());
          const auto count = static_cast<double>(x.shape()[static_cast<int>(classes)]);
          Tensor wanted = target;
          if (smoothing > 0)
            wanted = ops::add(ops::mul(target, rules::constant(1 - smoothing, x)),
                              rules::constant(smoothing / count, x));
          Tensor terms = ops::mul(logs, wanted);
          if (weight.defined()) {
            Shape along = Shape::filled(x.ndim(), 1);
            along[static_cast<int>(classes)] = weight.size();
            terms = ops::mul(terms, ops::reshape(weight, along));
          }
          call.out[0] =
              rules::reduce_losses(call, ops::neg(ops::reduce_sum(terms, {classes})), call.attrs[1]);
        },
    .samples =
        "f32[4,3], i32[4]{0..2}, none | f32[4,3], f32[4,3]{0..1}, none | f32[4,3], f32[4,3]{0..1}, "
        "f32[3]{0.5..2}; -100, 'sum', 0.2 | f32[2,3,2], i64[2,2]{0..2}, f32[3]{0.5..2}; 1, 'none' | "
        "f32[3], i32[]{0..2}, none | f32[3], f32[3]{0..1}, none | !ValueError f32[4,3], f32[3], none "
        "| !ValueError f32[4,3], i32[3]{0..2}, none | !ValueError f32[4,3], i32[4]{0..2}, none; "
        "-100, 'max' | !TypeError i32[4,3], i32[4], none",
};

}  // namespace nucella
