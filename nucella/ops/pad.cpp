#include "nucella/ops/rules.h"

namespace nucella {
namespace {

constexpr int64_t kBeyond = INT64_MIN;  // as the end of a slice with a step of -1: to the first element

Tensor slice(const Tensor& x, int axis, int64_t from, int64_t to, int64_t step = 1) {
  Shape begin = Shape::filled(axis + 1, 0), end(x.shape().begin(), x.shape().begin() + axis + 1),
        steps = Shape::filled(axis + 1, 1);
  begin[axis] = from;
  end[axis] = to < 0 ? kBeyond : to;
  steps[axis] = step;
  return ops::strided_slice(x, begin, end, steps);
}

// `amount` elements to stand in front of `x` or behind it; `skipped` elements at the edge are not repeated.
Tensor mirrored(const Tensor& x, int axis, int64_t amount, bool in_front, int64_t skipped) {
  const int64_t extent = x.shape()[axis];
  const int64_t first = in_front ? amount - 1 + skipped : extent - 1 - skipped;
  return slice(x, axis, first, first - amount, -1);
}

Tensor border(const Tensor& x, int axis, int64_t amount, double value, bool in_front,
              const std::string& mode) {
  Shape shape = x.shape();
  const int64_t extent = shape[axis];
  shape[axis] = amount;
  if (mode == "constant") return full(shape, value, x.dtype());
  const int64_t most = mode == "reflect" ? extent - 1 : mode == "replicate" && extent > 0 ? amount : extent;
  check<ValueError>(amount <= most, "pad: padding ", amount, " with mode '", mode, "' is too much for axis ",
                    axis, " of the shape ", x.shape());
  if (mode == "circular")
    return in_front ? slice(x, axis, extent - amount, extent) : slice(x, axis, 0, amount);
  if (mode != "replicate") return mirrored(x, axis, amount, in_front, mode == "reflect" ? 1 : 0);
  const int64_t edge = in_front ? 0 : extent - 1;
  return ops::broadcast_to(slice(x, axis, edge, edge + 1), shape);
}

Tensor cut(const Tensor& x, int axis, int64_t amount, bool in_front) {
  const int64_t extent = x.shape()[axis];
  check<ValueError>(amount <= extent, "pad: cannot cut ", amount, " off axis ", axis, " of the shape ",
                    x.shape());
  return in_front ? slice(x, axis, amount, extent) : slice(x, axis, 0, extent - amount);
}

// Both borders of one axis are taken from what lies between the cuts.
Tensor extended(Tensor x, int axis, int64_t before, int64_t after, double value, const std::string& mode) {
  if (before < 0) x = cut(x, axis, -before, true);
  if (after < 0) x = cut(x, axis, -after, false);
  Tensors parts;
  if (before > 0) parts.push_back(border(x, axis, before, value, true, mode));
  parts.push_back(x);
  if (after > 0) parts.push_back(border(x, axis, after, value, false, mode));
  return parts.size() == 1 ? x : ops::concat(parts, axis);
}

void check_mode(const std::string& mode) {
  for (const char* known : {"constant", "reflect", "symmetric", "replicate", "circular"})
    if (mode == known) return;
  raise<ValueError>(
      "pad: 'mode' must be one of 'constant', 'reflect', 'symmetric', 'replicate', 'circular', got '", mode,
      "'");
}

}  // namespace

extern constinit const OpDef pad_op{
    .doc =
        "`x` with a border: `padding` is (before, after) for the last axis, then for the one before it, and "
        "so on; negative numbers cut off. `mode` 'constant' fills in `value`, 'reflect' mirrors at the outer "
        "elements, 'symmetric' at their edges, 'replicate' repeats the outer elements, 'circular' goes on at "
        "the other end.",
    .primitive = "PadV3",
    .compose =
        [](const Call& call) {
          Tensor out = call.in[0];
          const auto& [padding, value, mode] = unpack<Ints, double, std::string>(call.attrs);
          check<ValueError>(padding.size() % 2 == 0 && static_cast<int>(padding.size()) <= 2 * out.ndim(),
                            "pad: 'padding' must hold two numbers for each of at most ", out.ndim(),
                            " axes, got ", padding.size());
          check_mode(mode);
          for (size_t i = 0; i < padding.size(); i += 2)
            out = extended(out, out.ndim() - 1 - static_cast<int>(i / 2), padding[i], padding[i + 1], value,
                           mode);
          call.out[0] = out;
        },
    .samples =
        "f32[3]; (1, 2) | f32[2,3]; (1, 0, 0, 2), 1.5 | f32[2,3]; (-1, 1) | f32[2,3]; () | f32[0,3]; "
        "(1, 1) | i32[2]; (1, 1), 7.0 | f32[2,4]; (2, 3, 1, 1), 0.0, 'reflect' | f32[2,3]; (3, 1, 0, 2), "
        "0.0, 'symmetric' | f32[2,3]; (4, 1, 1, 0), 0.0, 'replicate' | f32[2,3]; (3, 1, 1, 2), 0.0, "
        "'circular' | f32[2,5]; (-1, 3), 0.0, 'reflect' | !ValueError f32[2]; (1,) | !ValueError f32[2]; (1, "
        "1, 1, 1) | !ValueError f32[2]; (-3, 0) | !ValueError f32[3]; (3, 0), 0.0, 'reflect' | !ValueError "
        "f32[0]; (1, 0), 0.0, 'replicate' | !ValueError f32[3]; (1, 0), 0.0, 'edges'",
};

}  // namespace nucella
