#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef scatter_elements_op{
    .doc =
        "A copy of `x` with `updates` written at the positions in `index` along `dim`: out[index[i][j]][j] = "
        "updates[i][j] "
        "for dim 0; `reduction` 'add' adds them. `index` is laid out as in gather_elements; of several "
        "values for one place the last stays.",
    .primitive = "TensorScatterElements",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Tensor &x = call.in[0], &index = call.in[1], &updates = call.in[2];
          const std::string& reduction = call.attrs[1].as<std::string>();
          rules::check_positions(call, x, index);
          check<ValueError>(updates.shape() == index.shape(),
                            "scatter_elements: 'updates' must have the shape ", index.shape(),
                            " of 'index', got ", updates.shape());
          check<TypeError>(updates.dtype() == x.dtype(), "scatter_elements: 'updates' must have the dtype ",
                           x.dtype(), " of 'x', got ", updates.dtype());
          check<ValueError>(reduction == "none" || reduction == "add",
                            "scatter_elements: 'reduction' must be 'none' or 'add', got '", reduction, "'");
          out[0] = {x.dtype(), x.shape()};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto& [dim, reduction] = unpack<int64_t, std::string>(call.attrs);
          const Tensor &index = call.in[1], taken = ops::gather_elements(g[0], dim, index);
          if (reduction == "add") return Tensors{g[0], {}, taken};
          // Which update each place of x holds in the end; -1 where none was written.
          const Tensor numbers = ops::reshape(arange(0, static_cast<double>(index.size())), index.shape());
          const Tensor holders = ops::scatter_elements(full(g[0].shape(), -1, int64), dim, index, numbers);
          const Tensor untouched = ops::less(holders, scalar(0, int64)), zero = rules::constant(0, g[0]);
          const Tensor stayed = ops::equal(ops::gather_elements(holders, dim, index), numbers);
          return Tensors{ops::select(untouched, g[0], zero), {}, ops::select(stayed, taken, zero)};
        },
    .saves = saves_in({1}),
    .samples =
        "f32[4], i64[6]{-4..3}, f32[6]; 0 | f32[2,3], i32[2,2]{0..2}, f32[2,2]; 1, 'add' | f32[3,2,4], "
        "i64[2,2,4]{0..2}, f32[2,2,4]; 0 | f32[3,2,4], i64[2,2,4]{0..2}, f32[2,2,4]; 0, 'add' | "
        "f32[2,3], i64[0,3], f32[0,3]; 0 | f16[3], i64[5]{0..2}, f16[5]; 0, 'add' | i8[4], i64[2]{0..3}, "
        "i8[2]; 0 | bool[4], i64[2]{0..3}, bool[2]; 0 | !ValueError f32[2,3], i64[3], f32[3]; 0 | "
        "!ValueError f32[3], i64[2]{0..2}, f32[3]; 0 | !ValueError f32[3], i64[2]{0..2}, f32[2]; 0, 'mul' | "
        "!IndexError f32[2], i64[1]{5..6}, f32[1]; 0 | !TypeError f32[2], f32[1], f32[1]; 0 | !TypeError "
        "f32[2], i64[1]{0..1}, i64[1]; 0",
};

}  // namespace nucella
