#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef median_op{
    .doc =
        "The middle elements along `axis` in order (the lower of two), and their positions (int64). NaN "
        "counts as largest.",
    .primitive = "Median",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [along, keep_dims] = unpack<int64_t, bool>(call.attrs);
          check<TypeError>(x.dtype() != bool_, "median: expected a tensor of numbers, got Bool");
          if (x.ndim() == 0) {
            check<ValueError>(along == 0 || along == -1,
                              "median: 'axis' must be in [-1, 0] for a scalar, got ", along);
            call.out[0] = ops::reshape(x, {});
            call.out[1] = zeros({}, int64);
            return;
          }
          const int axis = normalize_axis(along, x.ndim(), "median");
          const int64_t extent = x.shape()[axis];
          check<ValueError>(extent > 0, "median: there is no middle of nothing, got the shape ", x.shape());
          Shape begin = Shape::filled(axis + 1, 0), end(x.shape().begin(), x.shape().begin() + axis + 1);
          begin[axis] = (extent - 1) / 2;
          end[axis] = begin[axis] + 1;
          const auto [values, order] = ops::sort(x, axis, false, int64);
          const auto middle = [&](const Tensor& t) {
            const Tensor slice = ops::strided_slice(t, begin, end);
            return keep_dims ? slice : ops::squeeze(slice, {axis});
          };
          call.out[0] = middle(values);
          call.out[1] = middle(order);
        },
    .samples =
        "f32[5] | f32[2,4]; 0 | f32[2,4]; 1, True | f32[] | i32[3,3] | f16[4] | f32[0,3]; 1 | !ValueError "
        "f32[2]; 1 | !ValueError f32[3,0]; 1 | !TypeError bool[2]",
};

}  // namespace nucella
