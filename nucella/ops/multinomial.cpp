#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef multinomial_op{
    .doc =
        "Positions along the last axis of `x` (a vector or matrix of weights >= 0), drawn as often as their "
        "weights say, with or without putting back. The same `seed` gives the same positions.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor& x = call.in[0];
          const auto& [count, replacement, seed, dtype] = unpack<int64_t, bool, int64_t, DType>(call.attrs);
          rules::check_floating(call, x, "x");
          check<TypeError>(dtype == int32 || dtype == int64,
                           "multinomial: 'dtype' must be Int32 or Int64, got ", dtype);
          check<ValueError>((x.ndim() == 1 || x.ndim() == 2) && x.shape().back() > 0,
                            "multinomial: expected a vector or matrix of weights, got the shape ", x.shape());
          check<ValueError>(count > 0 && (replacement || count <= x.shape().back()),
                            "multinomial: 'num_samples' must be > 0 and, without replacement, at most ",
                            x.shape().back(), ", got ", count);
          Shape shape = x.shape();
          shape[x.ndim() - 1] = count;
          out[0] = {dtype, shape};
        },
    .samples =
        "f32[4]{0.1..1}; 6 | f32[2,4]{0.1..1}; 3, False, 5 | f16[3]{0.5..1}; 2, True, 1, int64 | "
        "f64[2,5]{0.1..1}; 5, False | f32[0,3]; 2 | !ValueError f32[2]{-2..-1}; 1 | !ValueError "
        "f32[2]{0..0}; 1 | !ValueError f32[2]{0.1..1}; 3, False | !ValueError f32[2,2,2]{0.1..1}; 1 | "
        "!ValueError f32[2]{0.1..1}; 0 | !TypeError i32[2]; 1 | !TypeError f32[2]{0.1..1}; 1, True, 0, "
        "float32",
};

}  // namespace nucella
