#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// `shape` with the extent for its -1 filled in.
Shape resolve(const Shape& from, const Ints& wanted) {
  Shape shape(wanted);
  const int64_t total = from.numel();
  int unknown = -1;
  int64_t known = 1;
  for (int i = 0; i < shape.ndim(); ++i) {
    check<ValueError>(shape[i] >= -1, "reshape: 'shape' must hold extents >= 0 or one -1, got ", shape);
    if (shape[i] == -1) {
      check<ValueError>(unknown < 0, "reshape: only one extent of 'shape' can be -1, got ", shape);
      unknown = i;
    } else {
      check<ValueError>(!__builtin_mul_overflow(known, shape[i], &known), "reshape: 'shape' ", shape,
                        " is too large");
    }
  }
  if (unknown >= 0) shape[unknown] = known == 0 ? 0 : total / known;
  check<ValueError>(shape.numel() == total, "reshape: an input of shape ", from, " cannot become ",
                    Shape(wanted));
  return shape;
}

// Strides that show `x` as `shape` in place; false when its layout does not allow that. Each run of axes of
// the result must come from a run of axes of `x` that has no gap between them.
bool strides_in_place(const Tensor& x, const Shape& shape, Shape& strides) {
  strides = contiguous_strides(shape);
  if (x.size() == 0) return true;
  int to = shape.ndim() - 1;
  int from = x.ndim() - 1;
  while (from >= 0) {
    int64_t stride = x.strides()[from], run = x.shape()[from];
    while (from > 0 && (run == 1 || x.shape()[from - 1] == 1 || x.strides()[from - 1] == stride * run)) {
      --from;
      if (run == 1) stride = x.strides()[from];
      run *= x.shape()[from];
    }
    --from;
    int64_t filled = 1;
    while (to >= 0 && (filled < run || shape[to] == 1)) {
      strides[to] = stride * filled;
      filled *= shape[to--];
    }
    if (filled != run) return false;
  }
  return true;
}

}  // namespace

extern constinit const OpDef reshape_op{
    .doc =
        "The elements of `x` in row-major order under another `shape`, of which one extent may be -1. A view "
        "whenever the layout allows it, else a copy.",
    .primitive = "Reshape",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          out[0] = {call.in[0].dtype(), resolve(call.in[0].shape(), call.attrs[0].as<Ints>())};
        },
    .vjp = rules::reshape_vjp,
    .saves = kSavesNone,
    .view =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const Shape shape = resolve(x.shape(), call.attrs[0].as<Ints>());
          Shape strides;
          if (strides_in_place(x, shape, strides)) return x.as_strided(shape, strides, x.impl()->offset);
          const Tensor copy = x.clone();
          return copy.as_strided(shape, contiguous_strides(shape), 0);
        },
    .samples =
        "f32[2,3]; (3, 2) | f32[2,3]; (-1,) | f32[4,6]; (2, -1, 3) | f32[]; (1, 1) | f32[1]; () | "
        "f32[0,3]; (-1, 3) | i32[2,2]; (4,) | !ValueError f32[2,3]; (4,) | !ValueError f32[2,3]; (-1, -1) | "
        "!ValueError f32[2,3]; (-2, 3) | !ValueError f32[2,3]; (-1, 4)",
};

}  // namespace nucella
