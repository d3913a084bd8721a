#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// The axes of one operand: those that are summed over, in the order given, and the others.
struct Side {
  Side(const Tensor& t, const Ints& axes, std::string_view name) {
    unsigned seen = 0;
    for (int64_t axis : axes) {
      const int at = normalize_axis(axis, t.ndim(), "tensordot", name);
      check<ValueError>(!(seen >> at & 1u), "tensordot: '", name, "' names an axis twice");
      seen |= 1u << at;
      sums.push_back(at);
      summed.push_back(t.shape()[at]);
    }
    for (int i = 0; i < t.ndim(); ++i) {
      if (seen >> i & 1u) continue;
      rest.push_back(i);
      kept.push_back(t.shape()[i]);
    }
  }
  Shape order(bool sums_first) const {
    Shape out = sums_first ? sums : rest;
    for (int64_t axis : sums_first ? rest : sums) out.push_back(axis);
    return out;
  }

  Shape sums, rest, summed, kept;
};

}  // namespace

extern constinit const OpDef tensordot_op{
    .doc =
        "The sum of products over pairs of axes, one of each tensor; the axes that are left stand in order, "
        "those of `x` first.",
    .compose =
        [](const Call& call) {
          const Tensor &x = call.in[0], &y = call.in[1];
          check<TypeError>(x.dtype() == y.dtype(), "tensordot: 'x' and 'y' must be of one dtype, got ",
                           x.dtype(), " and ", y.dtype());
          const Side left(x, call.attrs[0].as<Ints>(), "x_axes"),
              right(y, call.attrs[1].as<Ints>(), "y_axes");
          check<ValueError>(left.summed == right.summed,
                            "tensordot: the extents along the axes must be equal, got ", left.summed, " and ",
                            right.summed);
          Shape out = left.kept;
          for (int64_t extent : right.kept) out.push_back(extent);
          const int64_t inner = left.summed.numel();
          const Tensor a = ops::reshape(ops::transpose(x, left.order(false)), {left.kept.numel(), inner});
          const Tensor b = ops::reshape(ops::transpose(y, right.order(true)), {inner, right.kept.numel()});
          call.out[0] = ops::reshape(ops::matmul(a, b), out);
        },
    .samples =
        "f32[2,3], f32[3,4]; (1,), (0,) | f32[2,3,4], f32[4,3]; (1, 2), (1, 0) | f32[2], f32[3]; (), () | "
        "f32[0,3], f32[3]; (1,), (0,) | f16[3], f16[3]; (0,), (0,) | !ValueError f32[2,3], f32[2,3]; (1,), "
        "(0,) | !ValueError f32[2,2], f32[2,2]; (0, 0), (0, 1) | !ValueError f32[2], f32[2]; (1,), (0,) | "
        "!TypeError f32[2], i32[2]; (0,), (0,)",
};

}  // namespace nucella
