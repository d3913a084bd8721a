#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef unreduce_op{
    .doc =
        "`x`, the result of a reduction over `axis` (empty: all axes), repeated to the `shape` that was "
        "reduced, "
        "without a copy: the gradient of a sum.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Shape shape(call.attrs[0].as<Ints>());
          const Tensor& x = call.in[0];
          const uint32_t mask = rules::axis_mask(call.attrs[1].as<Ints>(), shape.ndim(), "unreduce");
          check<ValueError>(x.shape() == rules::reduced_shape(shape, mask, x.ndim() == shape.ndim()),
                            "unreduce: a reduction of the shape ", shape, " over the axes ",
                            Shape(call.attrs[1].as<Ints>()), " does not give ", x.shape());
          out[0] = {x.dtype(), shape};
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const bool kept = call.in[0].ndim() == g[0].ndim();
          return Tensors{ops::reduce_sum(g[0], Shape(call.attrs[1].as<Ints>()), kept)};
        },
    .saves = kSavesNone,
    .view =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const Shape shape(call.attrs[0].as<Ints>());
          const uint32_t mask = rules::axis_mask(call.attrs[1].as<Ints>(), shape.ndim(), "unreduce");
          const bool kept = x.ndim() == shape.ndim();
          Shape strides = Shape::filled(shape.ndim(), 0);
          for (int i = 0, from = 0; i < shape.ndim(); ++i) {
            const bool reduced = mask >> i & 1u;
            if (!reduced) strides[i] = x.strides()[from];
            from += !reduced || kept;
          }
          return x.as_strided(shape, strides, x.impl()->offset);
        },
    .samples =
        "f32[3]; (2, 3), (0,) | f32[2,1]; (2, 3), (1,) | f32[]; (2, 3), () | f32[2,4]; (2, 3, 4), (-2,) | "
        "f32[1,1]; (2, 3), (0, 1) | f32[0]; (0, 3), (1,) | !ValueError f32[2]; (2, 3), (0,) | "
        "!ValueError f32[2]; (2, 3), (2,)",
};

}  // namespace nucella
