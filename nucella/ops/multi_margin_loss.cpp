#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef multi_margin_loss_op{
    .doc =
        "The mean over the other classes j of max(0, weight * (margin - x[target] + x[j]))^p (weight outside "
        "of the power), for `x` of shape (N, C) or (C,) and class numbers. The losses are averaged, summed "
        "or left alone by `reduction` 'mean', 'sum' or 'none'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &target = call.in[1], &weight = call.in[2];
          const auto& [p, margin, reduction] = unpack<double, double, std::string>(call.attrs);
          rules::check_floating(call, x, "x");
          check<TypeError>(target.dtype() == int32 || target.dtype() == int64,
                           "multi_margin_loss: 'target' must be Int32 or Int64, got ", target.dtype());
          check<ValueError>(p == 1 || p == 2, "multi_margin_loss: 'p' must be 1 or 2, got ", p);
          check<ValueError>((x.ndim() == 1 || x.ndim() == 2) && target.ndim() == x.ndim() - 1 &&
                                (x.ndim() == 1 || target.shape()[0] == x.shape()[0]),
                            "multi_margin_loss: expected 'x' of shape (N, C) or (C,) and one class number "
                            "for each row, got the shapes ",
                            x.shape(), " and ", target.shape());
          const Tensor places = ops::expand_dims(target, -1);
          const auto own = [&](const Tensor& t, const Tensor& at) {
            return rules::naming_op(call, [&] { return ops::gather_elements(t, -1, at); });
          };
          const Tensor classes = arange(0, static_cast<double>(x.shape().back()));
          Tensor losses = ops::relu(margin - own(x, places) + x);
          if (p == 2) losses = ops::square(losses);
          if (weight.defined()) {
            check<ValueError>(weight.shape() == Shape{x.shape().back()},
                              "multi_margin_loss: 'weight' must hold a number for each class, got the shape ",
                              weight.shape());
            losses = losses * ops::expand_dims(
                                  rules::naming_op(call, [&] { return ops::gather(weight, target, 0); }), -1);
          }
          const Tensor others =
              ops::where(ops::equal(classes, ops::cast(places, int64)), rules::constant(0, x), losses);
          call.out[0] = rules::reduce_losses(call, ops::reduce_mean(others, {-1}), call.attrs[2]);
        },
    .samples =
        "f32[3,4], i64[3]{0..3}, none | f32[4], i64[]{0..3}, none; 2.0, 0.5, 'sum' | f32[3,4], i32[3]{0..3}, "
        "f32[4]{0.5..1}; 1.0, 1.0, 'none' | f32[0,4], i64[0]{0..3}, none; 1.0, 1.0, 'none' | !IndexError "
        "f32[2,3], i64[2]{3..4}, none | !ValueError f32[2,3], i64[2]{0..2}, none; 3.0 | !ValueError "
        "f32[2,3], i64[3]{0..2}, none | !ValueError f32[2,3], i64[2]{0..2}, none; 1.0, 1.0, 'max' | "
        "!TypeError f32[2,3], f32[2], none",
};

}  // namespace nucella
