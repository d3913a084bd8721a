#include <cfloat>
#include <cmath>

#include "nucella/ops/rules.h"

namespace nucella {
namespace {

double largest_of(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
      return 65504;
    case DType::kBFloat16:
      return 3.3895313892515355e38;
    case DType::kFloat32:
      return FLT_MAX;
    default:
      return DBL_MAX;
  }
}

}  // namespace

extern constinit const OpDef nan_to_num_op{
    .doc =
        "x with NaN, infinity and -infinity replaced by the three `values`; by default 0 and the largest and "
        "smallest numbers of the dtype.",
    .primitive = "NanToNum",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& values = call.attrs[0].as<Floats>();
          check<ValueError>(values.empty() || values.size() == 3,
                            "nan_to_num: 'values' must hold three numbers, got ", values.size());
          if (!is_floating(x.dtype())) {
            call.out[0] = ops::stop_gradient(x);
            return;
          }
          const double largest = largest_of(x.dtype());
          const std::array<double, 3> use = values.empty() ? std::array{0.0, largest, -largest}
                                                           : std::array{values[0], values[1], values[2]};
          const Tensor infinity = rules::constant(HUGE_VAL, x);
          Tensor out = ops::where(ops::isnan(x), rules::constant(use[0], x), x);
          out = ops::where(ops::equal(x, infinity), rules::constant(use[1], x), out);
          call.out[0] =
              ops::where(ops::equal(x, rules::constant(-HUGE_VAL, x)), rules::constant(use[2], x), out);
        },
    .samples =
        "f32[2,3] | f32[2,3]; (1.0, 2.0, 3.0) | f32[0,3] | f16[5] | i32[3] | bool[2] | !ValueError f32[2]; "
        "(1.0,)",
};

}  // namespace nucella
