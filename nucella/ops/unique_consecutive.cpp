#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef unique_consecutive_op{
    .doc =
        "The elements of `x` in row-major order without those that repeat the one before, where each element "
        "of `x` has gone (int64, of its shape), and how many each stands for (int64).",
    .primitive = "UniqueConsecutive",
    .compose =
        [](const Call& call) {
          const Tensor flat = ops::reshape(call.in[0], {call.in[0].size()});
          const int64_t n = flat.size();
          if (n == 0) {
            call.out[0] = flat;
            call.out[1] = zeros(call.in[0].shape(), int64);
            call.out[2] = zeros({0}, int64);
            return;
          }
          const Tensor differs =
              ops::not_equal(ops::strided_slice(flat, {1}, {n}), ops::strided_slice(flat, {0}, {n - 1}));
          const Tensor starts = ops::concat({full({1}, 1, bool_), differs});
          const Tensor groups = ops::sub(ops::cumsum(ops::cast(starts, int64), 0), scalar(1, int64));
          call.out[0] = ops::masked_select(flat, starts);
          call.out[1] = ops::reshape(groups, call.in[0].shape());
          call.out[2] = ops::scatter_nd(ops::expand_dims(groups, -1), ones({n}, int64), {call.out[0].size()});
        },
    .samples = "i32[9]{0..1} | f32[2,3] | bool[5] | i64[0] | f32[] | f16[4]",
};

}  // namespace nucella
