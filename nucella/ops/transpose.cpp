#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// The permutation with every axis counted from the front.
Shape resolve(const Call& call) {
  const Ints& wanted = call.attrs[0].as<Ints>();
  const int ndim = call.in[0].ndim();
  check<ValueError>(static_cast<int>(wanted.size()) == ndim, "transpose: 'perm' must have ", ndim,
                    " entries, got ", call.attrs[0]);
  Shape perm;
  unsigned seen = 0;
  for (int64_t axis : wanted) {
    const int at = normalize_axis(axis, ndim, "transpose", "perm");
    check<ValueError>(!(seen >> at & 1u), "transpose: 'perm' must name every axis once, got ", call.attrs[0]);
    seen |= 1u << at;
    perm.push_back(at);
  }
  return perm;
}

}  // namespace

extern constinit const OpDef transpose_op{
    .doc = "The axes of `x` in the order `perm`, without a copy.",
    .primitive = "Transpose",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          out[0] = {call.in[0].dtype(), resolve(call)};
          for (int64_t& extent : out[0].shape) extent = call.in[0].shape()[static_cast<int>(extent)];
        },
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          const Shape perm = resolve(call);
          Shape inverse = perm;
          for (int i = 0; i < perm.ndim(); ++i) inverse[static_cast<int>(perm[i])] = i;
          return Tensors{ops::transpose(g[0], inverse)};
        },
    .saves = kSavesNone,
    .view =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          Shape shape, strides;
          for (int64_t axis : resolve(call)) {
            shape.push_back(x.shape()[static_cast<int>(axis)]);
            strides.push_back(x.strides()[static_cast<int>(axis)]);
          }
          return x.as_strided(shape, strides, x.impl()->offset);
        },
    .samples =
        "f32[2,3]; (1, 0) | f32[2,3,4]; (2, 0, 1) | f32[2,3,4]; (-1, 0, -2) | f32[]; () | f32[0,3]; (1, 0) | "
        "!ValueError f32[2,3]; (0,) | !ValueError f32[2,3]; (0, 0) | !ValueError f32[2,3]; (0, 2)",
};

}  // namespace nucella
