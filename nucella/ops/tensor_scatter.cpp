#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef tensor_scatter_op{
    .doc =
        "A copy of `x` into which `updates` have been written at `indices` (laid out as in gather_nd), or "
        "with which they have been joined one after the other: `reduction` is 'update', 'add', 'sub', 'mul', "
        "'div', 'max' or 'min'.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &indices = call.in[1], &updates = call.in[2];
          const std::string& reduction = call.attrs[0].as<std::string>();
          const Shape expected = rules::gathered_shape(x.shape(), indices, "tensor_scatter");
          check<ValueError>(updates.shape() == expected, "tensor_scatter: 'updates' must have the shape ",
                            expected, ", got ", updates.shape());
          check<TypeError>(updates.dtype() == x.dtype(), "tensor_scatter: 'updates' must have the dtype ",
                           x.dtype(), " of 'x', got ", updates.dtype());
          constexpr std::array<std::string_view, 7> kKnown = {"update", "add", "sub", "mul",
                                                              "div",    "max", "min"};
          check<ValueError>(std::ranges::find(kKnown, reduction) != kKnown.end(),
                            "tensor_scatter: 'reduction' must be 'update', 'add', 'sub', 'mul', 'div', 'max' "
                            "or 'min', got '",
                            reduction, "'");
          const Tensor copy = ops::cast(x, x.dtype());
          call.out[0] = rules::naming_op(call, [&] {
            return reduction == "update" ? ops::scatter_nd_update(copy, indices, updates)
                                         : ops::scatter_nd_reduce(copy, indices, updates, reduction);
          });
        },
    .samples =
        "f32[4,2], i64[2,1]{0..3}, f32[2,2] | f32[4,2], i64[3,2]{0..1}, f32[3]; 'add' | f32[4], "
        "i64[3,1]{0..3}, f32[3]; 'sub' | i32[4], i32[3,1]{0..3}, i32[3]; 'max' | f32[3], i64[0,1]{0..2}, "
        "f32[0] | !IndexError f32[3], i64[1,1]{3..3}, f32[1]; 'add' | !ValueError f32[3], i64[2,1]{0..2}, "
        "f32[3] | !ValueError f32[3], i64[2,1]{0..2}, f32[2]; 'pow' | !TypeError f32[3], i64[2,1]{0..2}, "
        "i64[2]",
};

}  // namespace nucella
