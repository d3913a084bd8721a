#include "nucella/ops/operators.h"
#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef glu_op{
    .doc = "The first half along `axis` times the sigmoid of the second. ValueError for an odd extent.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "glu");
          const int64_t extent = x.shape()[axis];
          check<ValueError>(extent % 2 == 0, "glu: the extent of axis ", axis, " must be even, got ", extent);
          Shape begin = Shape::filled(x.ndim(), 0), middle = x.shape();
          middle[axis] = extent / 2;
          const Tensor first = ops::strided_slice(x, begin, middle);
          begin[axis] = extent / 2;
          call.out[0] = first * ops::sigmoid(ops::strided_slice(x, begin, x.shape()));
        },
    .samples =
        "f32[2,4] | f32[4,3]; 0 | f32[2,0] | f16[6] | !ValueError f32[3] | !ValueError f32[2]; 1 | "
        "!TypeError i32[2]",
};

}  // namespace nucella
