#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef repeat_interleave_op{
    .doc = "Every slice of `x` along `axis` `repeats` times, one after the other.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [repeats, given] = unpack<int64_t, int64_t>(call.attrs);
          check<ValueError>(repeats >= 0, "repeat_interleave: 'repeats' must be >= 0, got ", repeats);
          check<ValueError>(x.ndim() > 0,
                            "repeat_interleave: expected a tensor of at least one dimension, got a scalar");
          const int axis = normalize_axis(given, x.ndim(), "repeat_interleave");
          Shape to = x.shape();
          const int64_t outer = Shape(to.begin(), to.begin() + axis + 1).numel(),
                        inner = Shape(to.begin() + axis + 1, to.end()).numel();
          check<ValueError>(!__builtin_mul_overflow(to[axis], repeats, &to[axis]),
                            "repeat_interleave: the result does not fit into 64 bits");
          const Tensor rows = ops::reshape(x, {outer, 1, inner});
          call.out[0] = ops::reshape(ops::broadcast_to(rows, {outer, repeats, inner}), to);
        },
    .samples =
        "f32[3]; 2 | f32[2,3]; 3, 1 | f32[2,3]; 2, -2 | f32[2]; 0 | f32[0,3]; 2, 1 | !ValueError "
        "f32[2]; -1 | !ValueError f32[]; 2",
};

}  // namespace nucella
