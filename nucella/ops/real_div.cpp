#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef real_div_op{
    .doc = "Quotient of two tensors with broadcasting; integers stay integers, rounded toward zero.",
    .primitive = "RealDiv",
    .infer = rules::infer_binary_numeric,
    .vjp = rules::quotient_vjp,
    .saves = saves_in({1}) | saves_out({0}),
    .elementwise = true,
    .promotes = true,
    .samples =
        "f32[2,3], f32[2,3]{0.5..2} | f32[2,3], f32[3]{-2..-0.5} | f32[2,1], f32[3]{0.5..2} | "
        "f32[0,3], f32[3] | f32[], f32[4]{0.5..2} | i32[4], i32[4]{1..5} | i8[4]{-9..9}, "
        "i8[4]{-3..-1} | !ValueError f32[2,3], f32[2,4] | !TypeError u16[2], i32[2] | !TypeError "
        "bool[2], bool[2]",
};

}  // namespace nucella
