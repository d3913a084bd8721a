#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef where_op{
    .doc =
        "`x` where `condition` is true, `y` elsewhere, with broadcasting; both become their common "
        "dtype.",
    .compose =
        [](const Call& call) {
          check<TypeError>(call.in[0].dtype() == bool_, "where: 'condition' must be of dtype Bool, got ",
                           call.in[0].dtype());
          broadcast_shapes(call.in[0].shape(),
                           broadcast_shapes(call.in[1].shape(), call.in[2].shape(), "where"), "where");
          const DType common = promote(call.in[1].dtype(), call.in[2].dtype(), "where");
          const auto as_common = [&](const Tensor& t) {
            return t.dtype() == common ? t : ops::cast(t, common);
          };
          call.out[0] = ops::select(call.in[0], as_common(call.in[1]), as_common(call.in[2]));
        },
    .samples =
        "bool[2,3], f32[2,3], f32[3] | bool[3], f32[2,3], i32[1] | bool[2,1], i8[3], f16[] | "
        "bool[0], f32[0], f32[0] | !TypeError f32[2], f32[2], f32[2] | !ValueError bool[2], f32[2], "
        "f32[3] | !TypeError bool[2], u16[2], i32[2]",
};

}  // namespace nucella
