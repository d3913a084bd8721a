#include "nucella/ops/rules.h"

namespace nucella {
namespace {

Tensor extended(const Tensor& x, int axis, int64_t amount, double value, bool in_front) {
  Shape shape = x.shape();
  if (amount < 0) {
    Shape begin = Shape::filled(axis + 1, 0), end(shape.begin(), shape.begin() + axis + 1);
    check<ValueError>(-amount <= shape[axis], "pad: cannot cut ", -amount, " off axis ", axis,
                      " of the shape ", shape);
    (in_front ? begin[axis] : end[axis]) -= in_front ? amount : -amount;
    return ops::strided_slice(x, begin, end);
  }
  if (amount == 0) return x;
  shape[axis] = amount;
  const Tensor border = full(shape, value, x.dtype());
  return in_front ? ops::concat({border, x}, axis) : ops::concat({x, border}, axis);
}

}  // namespace

extern constinit const OpDef pad_op{
    .doc =
        "`x` with `value` around it: `padding` is (before, after) for the last axis, then for the "
        "one before it, and so on. Negative numbers cut off.",
    .primitive = "PadV3",
    .compose =
        [](const Call& call) {
          Tensor out = call.in[0];
          const auto& [padding, value] = unpack<Ints, double>(call.attrs);
          check<ValueError>(padding.size() % 2 == 0 && static_cast<int>(padding.size()) <= 2 * out.ndim(),
                            "pad: 'padding' must hold two numbers for each of at most ", out.ndim(),
                            " axes, got ", padding.size());
          for (size_t i = 0; i < padding.size(); ++i)
            out = extended(out, out.ndim() - 1 - static_cast<int>(i / 2), padding[i], value, i % 2 == 0);
          call.out[0] = out;
        },
    .samples =
        "f32[3]; (1, 2) | f32[2,3]; (1, 0, 0, 2), 1.5 | f32[2,3]; (-1, 1) | f32[2,3]; () | f32[0,3]; "
        "(1, 1) | i32[2]; (1, 1), 7.0 | !ValueError f32[2]; (1,) | !ValueError f32[2]; (1, 1, 1, 1) "
        "| !ValueError f32[2]; (-3, 0)",
};

}  // namespace nucella
