#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef scatter_nd_reduce_op{
    .doc =
        "Joins the pieces of `x` at `indices` (laid out as in gather_nd) in place with `updates`, one after "
        "the other: `reduction` is 'add', 'sub', 'mul', 'div', 'max' or 'min'. "
        "Returns `x`. Gradients flow through 'add' and 'sub' only; NotImplementedError for the others.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &indices = call.in[1], &updates = call.in[2];
          const std::string& reduction = call.attrs[0].as<std::string>();
          const Shape expected = rules::gathered_shape(x.shape(), indices, "scatter_nd_reduce");
          check<ValueError>(updates.shape() == expected, "scatter_nd_reduce: 'updates' must have the shape ",
                            expected, ", got ", updates.shape());
          check<TypeError>(updates.dtype() == x.dtype(), "scatter_nd_reduce: 'updates' must have the dtype ",
                           x.dtype(), " of 'x', got ", updates.dtype());
          check<TypeError>(x.dtype() != bool_, "scatter_nd_reduce: expected tensors of numbers, got Bool");
          constexpr std::array<std::string_view, 6> kKnown = {"add", "sub", "mul", "div", "max", "min"};
          check<ValueError>(
              std::ranges::find(kKnown, reduction) != kKnown.end(),
              "scatter_nd_reduce: 'reduction' must be 'add', 'sub', 'mul', 'div', 'max' or 'min', got '",
              reduction, "'");
          out[0] = {x.dtype(), x.shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const std::string& reduction = call.attrs[0].as<std::string>();
          if (reduction != "add" && reduction != "sub")
            raise<NotImplementedError>("scatter_nd_reduce: no gradient flows through the reduction '",
                                       reduction, "'");
          const Tensor taken = ops::gather_nd(g[0], call.in[1]);
          return Tensors{g[0], {}, reduction == "add" ? taken : ops::neg(taken)};
        },
    .saves = saves_in({1}),
    .effect = Effect::kMemory,
    .updates = {1, 3},
    .samples =
        "f32[4,2], i64[3,1]{0..3}, f32[3,2]; 'add' | f32[4,2], i64[3,2]{-2..1}, f32[3]; 'sub' | "
        "i32[4], i32[3,1]{0..3}, i32[3]; 'mul' | i32[4], i32[3,1]{0..3}, i32[3]{1..3}; 'div' | i32[4], "
        "i32[3,1]{0..3}, i32[3]; 'max' | u8[4], i64[3,1]{0..3}, u8[3]; 'min' | "
        "f32[3], i64[0,1]{0..2}, f32[0]; 'add' | !IndexError f32[3], i64[1,1]{3..3}, f32[1]; 'add' | "
        "!ValueError f32[3], i64[2,1]{0..2}, f32[3]; 'add' | !ValueError f32[3], i64[2,1]{0..2}, f32[2]; "
        "'pow' | !TypeError f32[3], i64[2,1]{0..2}, i64[2]; 'add' | !TypeError bool[3], i64[2,1]{0..2}, "
        "bool[2]; 'add'",
};

}  // namespace nucella
