#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef flip_op{
    .doc = "`x` in the reverse order along the axes in `axis`.",
    .primitive = "ReverseV2",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          Shape begin = Shape::filled(x.ndim(), 0), end = Shape::filled(x.ndim(), INT64_MAX),
                step = Shape::filled(x.ndim(), 1);
          for (int64_t a : call.attrs[0].as<Ints>()) {
            const int axis = normalize_axis(a, x.ndim(), "flip");
            check<ValueError>(step[axis] == 1, "flip: 'axis' names axis ", axis, " twice");
            begin[axis] = INT64_MAX;
            end[axis] = INT64_MIN;
            step[axis] = -1;
          }
          call.out[0] = ops::strided_slice(x, begin, end, step);
        },
    .samples =
        "f32[4]; (0,) | f32[2,3]; (0, 1) | f32[2,3,4]; (-1,) | f32[0,3]; (0,) | i32[3]; (0,) | "
        "f32[2,3]; () | !ValueError f32[2]; (1,) | !ValueError f32[2,3]; (0, 0)",
};

}  // namespace nucella
