#include "nucella/nn/dense.h"

#include <cmath>

#include "nucella/ops/ops.h"

namespace nucella::nn {

Dense::Dense(int64_t in_channels, int64_t out_channels, DenseOptions options)
    : in_channels_(check_positive(in_channels, "Dense", "in_channels")),
      out_channels_(check_positive(out_channels, "Dense", "out_channels")),
      weight(options.weight_init.or_default(init::HeUniform(std::sqrt(5.0)))
                 .declare(*this, "weight", {out_channels, in_channels}, options.dtype)),
      bias(options.has_bias
               ? options.bias_init.or_default(init::Uniform(1 / std::sqrt(static_cast<double>(in_channels))))
                     .declare(*this, "bias", {out_channels}, options.dtype)
               : Parameter()) {
  if (options.activation.cell())
    activation_.emplace(*this, "activation", options.activation.cell());
  else
    function_ = options.activation;
}

Dense::Dense(Cell& owner, std::string_view name, int64_t in_channels, int64_t out_channels,
             DenseOptions options)
    : Dense(in_channels, out_channels, std::move(options)) {
  join(owner, name);
}

Tensor Dense::construct(const Tensor& x) {
  Tensor y = ops::dense(x, in_compute_type(weight), bias.defined() ? in_compute_type(bias) : Tensor());
  if (function_.function()) return function_.function()(y);
  return activation_ ? (*activation_)(y) : y;
}

std::string Dense::extend_repr() const {
  std::string text = str("input_channels=", in_channels_, ", output_channels=", out_channels_);
  if (has_bias()) text += ", has_bias=True";
  if (activation_) text += ", activation=" + (*activation_)->repr();
  if (function_.function()) text += ", activation=" + function_.text();
  return text;
}

}  // namespace nucella::nn
