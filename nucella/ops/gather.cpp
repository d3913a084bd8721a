#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef gather_op{
    .doc =
        "The slices of `x` along `axis` at `indices` (of any shape, which takes the place of that axis). "
        "Positions "
        "in [-extent, extent); IndexError outside.",
    .primitive = "Gather",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &indices = call.in[1];
          check<ValueError>(x.ndim() > 0, "gather: 'x' must have at least one dimension");
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "gather");
          const Tensor places = ops::expand_dims(indices, -1);
          if (axis == 0) {
            call.out[0] = ops::gather_nd(x, places);
            return;
          }
          // Bring the axis to the front, gather, and put the axes of the indices where it was.
          Shape front{axis}, back;
          for (int i = 0; i < x.ndim(); ++i)
            if (i != axis) front.push_back(i);
          const int taken = indices.ndim();
          for (int i = 0; i < axis; ++i) back.push_back(taken + i);
          for (int i = 0; i < taken; ++i) back.push_back(i);
          for (int i = axis + 1; i < x.ndim(); ++i) back.push_back(taken + i - 1);
          call.out[0] = ops::transpose(ops::gather_nd(ops::transpose(x, front), places), back);
        },
    .samples =
        "f32[4,2], i64[3]{0..3}; 0 | f32[4,2], i64[2,2]{0..1}; 1 | f32[2,3,2], i32[]{-3..2}; -2 | "
        "f32[4], i64[0]{0..3}; 0 | !ValueError f32[4], i64[2]{0..3}; 1 | !IndexError f32[4], i64[2]{4..5}; 0 "
        "| "
        "!TypeError f32[4], f32[2]; 0",
};

}  // namespace nucella
