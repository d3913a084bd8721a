#include <cmath>

#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// The square root of numbers >= 0, with a slope of 0 at 0 in place of an infinite one.
Tensor root(const Tensor& squares) {
  const Tensor zero = rules::constant(0, squares), none = ops::equal(squares, zero);
  return ops::where(none, zero, ops::sqrt(ops::where(none, rules::constant(1, squares), squares)));
}

}  // namespace

extern constinit const OpDef vector_norm_op{
    .doc =
        "The norm of order `ord` over the axes in `axis` (all of them when it is empty): (sum "
        "|x|^ord)^(1/ord); the largest or smallest |x| for infinity and -infinity, the number of elements "
        "that are not 0 for 0. The gradient at 0 is 0 for order 2.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [p, axis, keep] = unpack<double, Ints, bool>(call.attrs);
          rules::check_floating(call, x, "x");
          rules::axis_mask(axis, x.ndim(), "vector_norm");
          const Shape axes(axis);
          if (p == 2) {
            call.out[0] = root(ops::reduce_square_sum(x, axes, keep));
            return;
          }
          const Tensor size = ops::abs(x);
          if (std::isinf(p)) {
            check<ValueError>(x.size() > 0,
                              "vector_norm: there is no largest or smallest element in the shape ",
                              x.shape());
            call.out[0] = p > 0 ? ops::reduce_max(size, axes, keep) : ops::reduce_min(size, axes, keep);
          } else if (p == 0) {
            call.out[0] =
                ops::reduce_sum(ops::cast(ops::not_equal(x, rules::constant(0, x)), x.dtype()), axes, keep);
          } else if (p == 1) {
            call.out[0] = ops::reduce_sum(size, axes, keep);
          } else {
            const Tensor total = ops::reduce_sum(ops::pow(size, rules::constant(p, x)), axes, keep);
            call.out[0] = ops::pow(total, rules::constant(1 / p, x));
          }
        },
    .samples =
        "f32[2,3]{0.5..2} | f32[2,3]{0.5..2}; 1.0, (0,) | f32[2,3]{0.5..2}; 3.0, (1,), True | f32[2,3]; inf, "
        "(1,) | f32[2,3]{0.5..2}; -inf | f32[3]{0.5..2}; 0.0 | f32[0,3]; 2.0, (0,) | f32[]{0.5..2} | "
        "f16[5]{0.5..2} | !ValueError f32[2]; 2.0, (1,) | !ValueError f32[0]; inf | !TypeError i32[2]",
};

}  // namespace nucella
