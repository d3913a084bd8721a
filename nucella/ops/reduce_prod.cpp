#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// The elements of every product along axis 0 of a matrix.
Tensor product_rows(const Tensor& x, uint32_t mask) {
  Shape order, flat{1, -1};
  for (int i = 0; i < x.ndim(); ++i)
    if (mask >> i & 1u) {
      order.push_back(i);
      flat[0] *= x.shape()[i];
    }
  for (int i = 0; i < x.ndim(); ++i)
    if (!(mask >> i & 1u)) order.push_back(i);
  return ops::reshape(ops::transpose(x, order), flat);
}

}  // namespace

extern constinit const OpDef reduce_prod_op{
    .doc =
        "Product over the axes in `axis` (all of them when it is empty), which are dropped or kept "
        "with extent 1.",
    .primitive = "ReduceProd",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::infer_reduce(call, out);
          check<TypeError>(call.in[0].dtype() != bool_,
                           "reduce_prod: expected a tensor of numbers, got Bool");
        },
    // The product of all others stands before an element and behind it: no division by elements that may be
    // 0.
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Tensor& x = call.in[0];
          if (x.size() == 0) return Tensors{ops::mul(x, x)};
          const Ints& axis = call.attrs[0].as<Ints>();
          const uint32_t mask = rules::axis_mask(axis, x.ndim(), "reduce_prod");
          const Tensor rows = product_rows(x, mask);
          const Tensor others = ops::mul(ops::cumprod(rows, 0, true), ops::cumprod(rows, 0, true, true));
          Shape moved, back = Shape::filled(x.ndim(), 0);
          int place = 0;
          for (const bool reduced : {true, false})
            for (int i = 0; i < x.ndim(); ++i) {
              if ((mask >> i & 1u) != static_cast<uint32_t>(reduced)) continue;
              moved.push_back(x.shape()[i]);
              back[i] = place++;
            }
          const Tensor slopes = ops::transpose(ops::reshape(others, moved), back);
          return Tensors{ops::mul(ops::unreduce(g[0], x.shape(), Shape(axis)), slopes)};
        },
    .saves = saves_in({0}),
    .samples =
        "f32[5] | f32[70000]{0.9999..1.0001} | f32[3,9000]{0.999..1.001}; (1,) | f32[150,300]{0.9..1.1}; "
        "(0,) | f32[2,3]; (0,) | f32[2,3]; (1,), True | f32[2,3,4]; (0, 2) | f32[] | f16[3] | "
        "i32[2,3]; (1,) | f32[0,3]; (0,) | !ValueError f32[2,3]; (2,) | !RuntimeError f32[2,3]; (1, "
        "1) | !TypeError bool[2]",
};

}  // namespace nucella
