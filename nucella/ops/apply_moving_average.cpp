#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef apply_moving_average_op{
    .doc =
        "Moves the running statistics of a batch normalisation in place: mean += momentum * (batch_mean "
        "- mean), and the variance likewise toward the unbiased one, batch_variance * count / (count - "
        "1), `count` being the number of elements that a statistic was computed from (of a single one "
        "the variance is 0).",
    .infer =
        [](const Call& call, std::span<Meta>) {
          const auto& [momentum, count] = unpack<double, int64_t>(call.attrs);
          constexpr const char* kNames[] = {"mean", "variance", "batch_mean", "batch_variance"};
          for (size_t i = 0; i < 4; ++i) {
            rules::check_floating(call, call.in[i], kNames[i]);
            rules::check_shape(call, kNames[i], call.in[i].shape(), call.in[0].shape());
          }
          check<ValueError>(momentum >= 0 && momentum <= 1,
                            "apply_moving_average: 'momentum' must be in [0, 1], got ", momentum);
          check<ValueError>(count > 0, "apply_moving_average: 'count' must be above 0, got ", count);
        },
    .effect = Effect::kMemory,
    .updates = {2, 4},
    .samples =
        "f32[5], f32[5]{0..2}, f32[5], f32[5]{0..2}; 0.1, 8 | f32[3], f32[3]{0..2}, f32[3], "
        "f32[3]{0..2}; 0.5, 1 | f16[5], f16[5]{0..2}, f16[5], f16[5]{0..2}; 0.1, 8 | f32[0], f32[0], "
        "f32[0], f32[0]; 0.1, 8 | !ValueError f32[3], f32[3], f32[2], f32[3]; 0.1, 8 | !ValueError "
        "f32[3], f32[3], f32[3], f32[3]; 1.5, 8 | !ValueError f32[3], f32[3], f32[3], f32[3]; 0.1, 0 | "
        "!TypeError i32[3], f32[3], f32[3], f32[3]; 0.1, 8",
};

}  // namespace nucella
