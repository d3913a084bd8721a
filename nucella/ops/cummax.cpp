#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef cummax_op{
    .doc =
        "The largest element along `axis` up to each one, and where the last of these stands (int64). Behind "
        "a NaN all are NaN.",
    .primitive = "Cummax",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_running(call);
          out[0] = {call.in[0].dtype(), call.in[0].shape()};
          out[1] = {int64, call.in[0].shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          if (!g[0].defined()) return Tensors{{}};
          const Tensor none = zeros(call.in[0].shape(), g[0].dtype());
          return Tensors{ops::scatter_elements(none, call.attrs[0].as<int64_t>(), call.out[1], g[0], "add")};
        },
    .saves = saves_out({1}),
    .samples =
        "f32[5]; 0 | f32[2,3]; 0 | f32[2,3]; -1 | f32[2,3,4]; 1 | i32[9]{0..2}; 0 | f32[0,3]; 0 | f16[6]; 0 "
        "| !ValueError f32[2]; 1 | !ValueError f32[]; 0 | !TypeError bool[2]; 0",
};

}  // namespace nucella
