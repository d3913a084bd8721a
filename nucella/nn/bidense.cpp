#include "nucella/nn/bidense.h"

#include <cmath>

#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

WeightInit fallback(int64_t in1_channels) {
  return init::Uniform(1 / std::sqrt(static_cast<double>(in1_channels)));
}

}  // namespace

BiDense::BiDense(int64_t in1_channels, int64_t in2_channels, int64_t out_channels,
                 const BiDenseOptions& options)
    : in1_channels_(check_positive(in1_channels, "BiDense", "in1_channels")),
      in2_channels_(check_positive(in2_channels, "BiDense", "in2_channels")),
      out_channels_(check_positive(out_channels, "BiDense", "out_channels")),
      weight(options.weight_init.or_default(fallback(in1_channels))
                 .declare(*this, "weight", {out_channels, in1_channels, in2_channels}, options.dtype)),
      bias(options.has_bias ? options.bias_init.or_default(fallback(in1_channels))
                                  .declare(*this, "bias", {out_channels}, options.dtype)
                            : Parameter()) {}

BiDense::BiDense(Cell& owner, std::string_view name, int64_t in1_channels, int64_t in2_channels,
                 int64_t out_channels, const BiDenseOptions& options)
    : BiDense(in1_channels, in2_channels, out_channels, options) {
  join(owner, name);
}

Tensor BiDense::construct(const Tensor& input1, const Tensor& input2) {
  return ops::bidense(input1, input2, in_compute_type(weight),
                      bias.defined() ? in_compute_type(bias) : Tensor());
}

std::string BiDense::extend_repr() const {
  return str("in1_channels=", in1_channels_, ", in2_channels=", in2_channels_,
             ", output_channels=", out_channels_, has_bias() ? ", has_bias=True" : "");
}

}  // namespace nucella::nn
