#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef tile_op{
    .doc =
        "`x` repeated `dims[i]` times along axis i; the shorter of the two is filled up with ones in front.",
    .primitive = "Tile",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          Shape dims(call.attrs[0].as<Ints>()), from = x.shape();
          for (int64_t d : dims) check<ValueError>(d >= 0, "tile: 'dims' must not be negative, got ", dims);
          while (dims.ndim() < from.ndim()) dims.insert(0, 1);
          while (from.ndim() < dims.ndim()) from.insert(0, 1);
          // One axis after the other: two per axis would not fit into eight when all repeat.
          Tensor out = ops::reshape(x, from);
          for (int axis = 0; axis < dims.ndim(); ++axis) {
            if (dims[axis] == 1) continue;
            const Shape& now = out.shape();
            const int64_t outer = Shape(now.begin(), now.begin() + axis).numel();
            const int64_t inner = Shape(now.begin() + axis, now.end()).numel();
            Shape to = now;
            check<ValueError>(!__builtin_mul_overflow(to[axis], dims[axis], &to[axis]),
                              "tile: the result does not fit into 64 bits");
            const Tensor rows = ops::reshape(out, {outer, 1, inner});
            out = ops::reshape(ops::broadcast_to(rows, {outer, dims[axis], inner}), to);
          }
          call.out[0] = out;
        },
    .samples =
        "f32[2]; (2, 2) | f32[2,1]; (3,) | f32[2,3]; (2, 3) | f32[2,1]; (0, 1) | f32[]; (2,) | f32[2]; () | "
        "!ValueError f32[2]; (-1,)",
};

}  // namespace nucella
