#include "nucella/ops/checks.h"

namespace nucella {

extern constinit const OpDef bidense_op{
    .doc =
        "The bilinear form x1 W x2 + bias for each of the O outputs: `x1` (..., I), `x2` (..., J), `weight` "
        "(O, I, J), `bias` (O,) if given; the result is (..., O).",
    .compose =
        [](const Call& call) {
          const Tensor &x1 = call.in[0], &x2 = call.in[1], &weight = call.in[2], &bias = call.in[3];
          rules::check_floating(call, x1, "x1");
          rules::check_same_dtype(call, "x2", x2, "x1", x1);
          rules::check_same_dtype(call, "weight", weight, "x1", x1);
          rules::check_ndim(call, "weight", weight.shape(), 3);
          check<ValueError>(
              x1.ndim() > 0 && x1.ndim() == x2.ndim(),
              "bidense: 'x1' and 'x2' must have equally many dimensions, at least one, got shapes ",
              x1.shape(), " and ", x2.shape());
          Shape lead = x1.shape(), other = x2.shape();
          lead[x1.ndim() - 1] = weight.shape()[1];
          rules::check_shape(call, "x1", x1.shape(), lead);
          lead[x1.ndim() - 1] = weight.shape()[2];
          rules::check_shape(call, "x2", other, lead);
          const int64_t outputs = weight.shape()[0], rows = Shape(lead.begin(), lead.end() - 1).numel();
          const Tensor by_input = ops::reshape(ops::transpose(weight, {1, 0, 2}),
                                               {weight.shape()[1], outputs * weight.shape()[2]});
          const Tensor first = ops::matmul(ops::reshape(x1, {rows, weight.shape()[1]}), by_input);
          const Tensor terms = ops::mul(ops::reshape(first, {rows, outputs, weight.shape()[2]}),
                                        ops::reshape(x2, {rows, 1, weight.shape()[2]}));
          lead[x1.ndim() - 1] = outputs;
          Tensor y = ops::reshape(ops::reduce_sum(terms, {-1}), lead);
          if (bias.defined()) {
            rules::check_same_dtype(call, "bias", bias, "x1", x1);
            rules::check_shape(call, "bias", bias.shape(), {outputs});
            y = ops::add(y, bias);
          }
          call.out[0] = y;
        },
    .samples =
        "f32[5,2], f32[5,3], f32[4,2,3], f32[4] | f32[2,3,2], f32[2,3,4], f32[1,2,4], none | f32[2], f32[3], "
        "f32[4,2,3], none | f32[0,2], f32[0,3], f32[4,2,3], f32[4] | !ValueError f32[5,2], f32[4,3], "
        "f32[4,2,3], none | !ValueError f32[5,2], f32[5,2], f32[4,2,3], none | !ValueError f32[5,2], "
        "f32[5,3], "
        "f32[4,2,3], f32[3] | !TypeError f32[5,2], f16[5,3], f32[4,2,3], none",
};

}  // namespace nucella
