#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// The product along axis 0, half and half, so that the gradient needs no division by elements that may be 0.
Tensor product(Tensor rows) {
  if (rows.shape()[0] == 0) {
    const Shape rest(rows.shape().begin() + 1, rows.shape().end());
    return ones(rest, rows.dtype());
  }
  while (rows.shape()[0] > 1) {
    const int64_t count = rows.shape()[0], half = count / 2;
    const Tensor halves =
        ops::mul(ops::strided_slice(rows, {0}, {half}), ops::strided_slice(rows, {half}, {2 * half}));
    rows = count % 2 ? ops::concat({halves, ops::strided_slice(rows, {2 * half}, {count})}) : halves;
  }
  return ops::squeeze(rows, {0});
}

}  // namespace

extern constinit const OpDef reduce_prod_op{
    .doc =
        "Product over the axes in `axis` (all of them when it is empty), which are dropped or kept "
        "with extent 1.",
    .primitive = "ReduceProd",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [axis, keep_dims] = unpack<Ints, bool>(call.attrs);
          const uint32_t mask = rules::axis_mask(axis, x.ndim(), "reduce_prod");
          check<TypeError>(x.dtype() != bool_, "reduce_prod: expected a tensor of numbers, got Bool");
          Shape reduced, order, flat{1};
          for (int i = 0; i < x.ndim(); ++i)
            if (mask >> i & 1u) {
              order.push_back(i);
              flat[0] *= x.shape()[i];
            }
          for (int i = 0; i < x.ndim(); ++i)
            if (!(mask >> i & 1u)) {
              order.push_back(i);
              flat.push_back(x.shape()[i]);
            }
          const Tensor out = product(ops::reshape(ops::transpose(x, order), flat));
          call.out[0] = ops::reshape(out, rules::reduced_shape(x.shape(), mask, keep_dims));
        },
    .samples =
        "f32[5] | f32[2,3]; (0,) | f32[2,3]; (1,), True | f32[2,3,4]; (0, 2) | f32[] | f16[3] | "
        "i32[2,3]; (1,) | f32[0,3]; (0,) | !ValueError f32[2,3]; (2,) | !RuntimeError f32[2,3]; (1, "
        "1) | !TypeError bool[2]",
};

}  // namespace nucella
