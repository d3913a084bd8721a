#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// `t` moved by `by` places along axis 0 towards its start, with `fill` behind it.
Tensor pulled(const Tensor& t, int64_t by, double fill) {
  Shape rest = t.shape();
  rest[0] = by;
  return ops::concat({ops::strided_slice(t, {by}, {t.shape()[0]}), full(rest, fill, t.dtype())});
}

// r[k] = g[k] + x[k + 1] r[k + 1] along axis 0, by doubling: without a division by elements that may be 0.
Tensor recurrence(Tensor g, const Tensor& x) {
  const int64_t n = x.shape()[0];
  Tensor factor = n > 0 ? pulled(x, 1, 0) : x;
  for (int64_t by = 1; by < n; by *= 2) {
    g = ops::add(g, ops::mul(factor, pulled(g, by, 0)));
    factor = ops::mul(factor, pulled(factor, by, 0));
  }
  return g;
}

}  // namespace

extern constinit const OpDef cumprod_op{
    .doc =
        "The product along `axis` of all elements up to each one: without itself if `exclusive`, from the "
        "end if `reverse`.",
    .primitive = "CumProd",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          rules::check_running(call);
          rules::infer_same(call, out);
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const auto& [axis, exclusive, reverse] = unpack<int64_t, bool, bool>(call.attrs);
          const auto turned = [&, backwards = reverse, along = axis](const Tensor& t) {
            const Tensor front = ops::movedim(t, {along}, {0});
            return backwards ? ops::flip(front, {0}) : front;
          };
          const Tensor x = turned(call.in[0]);
          Tensor grad = turned(g[0]);
          if (exclusive && x.shape()[0] > 0) grad = pulled(grad, 1, 0);
          Tensor slope = ops::mul(ops::cumprod(x, 0, true), recurrence(grad, x));
          if (reverse) slope = ops::flip(slope, {0});
          return Tensors{ops::movedim(slope, {0}, {axis})};
        },
    .saves = saves_in({0}),
    .samples =
        "f32[5]; 0 | f32[2,3]; 0 | f32[2,3]; -1, True | f32[2,3,4]; 1, False, True | f32[4]; 0, True, True | "
        "f32[5]{0..0}; 0 | f32[0,3]; 0 | f16[6]; 0 | i32[5]; 0 | i8[3]; 0 | !ValueError f32[2]; 1 | "
        "!ValueError f32[]; 0 | !TypeError bool[2]; 0",
};

}  // namespace nucella
