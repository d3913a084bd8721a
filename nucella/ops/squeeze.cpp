#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// Which axes go: those of extent 1 among the named ones, or among all when none is named.
unsigned dropped(const Call& call) {
  const Tensor& x = call.in[0];
  const Ints& axes = call.attrs[0].as<Ints>();
  unsigned named = axes.empty() ? ~0u : 0u, ones = 0;
  for (int64_t axis : axes) named |= 1u << normalize_axis(axis, x.ndim(), "squeeze");
  for (int i = 0; i < x.ndim(); ++i) ones |= static_cast<unsigned>(x.shape()[i] == 1) << i;
  return named & ones;
}

Shape without(const Shape& shape, unsigned drop) {
  Shape out;
  for (int i = 0; i < shape.ndim(); ++i)
    if (!(drop >> i & 1u)) out.push_back(shape[i]);
  return out;
}

}  // namespace

extern constinit const OpDef squeeze_op{
    .doc = "`x` without its axes of extent 1, or without those of `axis` that have extent 1; no copy.",
    .primitive = "Squeeze",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          out[0] = {call.in[0].dtype(), without(call.in[0].shape(), dropped(call))};
        },
    .vjp = rules::reshape_vjp,
    .saves = kSavesNone,
    .view =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const unsigned drop = dropped(call);
          return x.as_strided(without(x.shape(), drop), without(x.strides(), drop), x.impl()->offset);
        },
    .samples =
        "f32[1,3,1]; () | f32[1,3,1]; (0,) | f32[1,3,1]; (-1, 0) | f32[2,3]; (1,) | f32[1]; () | "
        "!ValueError f32[1,3]; (2,)",
};

}  // namespace nucella
