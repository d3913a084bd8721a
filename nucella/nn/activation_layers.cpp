#include "nucella/nn/activation_layers.h"

#include "nucella/nn/normalise.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Tensor ReLU6::construct(const Tensor& x) { return ops::relu6(x); }
Tensor SiLU::construct(const Tensor& x) { return ops::silu(x); }
Tensor Mish::construct(const Tensor& x) { return ops::mish(x); }
Tensor HSwish::construct(const Tensor& x) { return ops::hardswish(x); }
Tensor HSigmoid::construct(const Tensor& x) { return ops::hardsigmoid(x); }
Tensor LogSigmoid::construct(const Tensor& x) { return ops::logsigmoid(x); }
Tensor Softsign::construct(const Tensor& x) { return ops::softsign(x); }
Tensor Tanhshrink::construct(const Tensor& x) { return ops::tanhshrink(x); }

Tensor FastGelu::construct(const Tensor& x) { return ops::fast_gelu(x); }

Tensor Softmax2d::construct(const Tensor& x) {
  check<ValueError>(x.ndim() == 3 || x.ndim() == 4,
                    "For 'Softmax2d', the input must have 3 or 4 dimensions, got the shape ", x.shape());
  return ops::softmax(x, -3);
}

Tensor ELU::construct(const Tensor& x) { return ops::elu(x, alpha_); }

Tensor CELU::construct(const Tensor& x) { return ops::celu(x, alpha_); }

Tensor GELU::construct(const Tensor& x) { return ops::gelu(x, approximate_ ? "tanh" : "none"); }
Tensor LeakyReLU::construct(const Tensor& x) {
  return ops::leaky_relu(is_floating(x.dtype()) ? x : ops::cast(x, float32), alpha_);
}

Tensor HShrink::construct(const Tensor& x) { return ops::hardshrink(x, lambd_); }

Tensor SoftShrink::construct(const Tensor& x) { return ops::softshrink(x, lambd_); }

Tensor LogSoftmax::construct(const Tensor& x) { return ops::log_softmax(x, axis_); }
Tensor Softmin::construct(const Tensor& x) { return ops::softmax(-x, axis_); }

Tensor GLU::construct(const Tensor& x) { return ops::glu(x, axis_); }

Hardtanh::Hardtanh(double min_val, double max_val) : min_val_(min_val), max_val_(max_val) {
  check<ValueError>(min_val < max_val, "For 'Hardtanh', 'min_val' must be less than 'max_val', got ", min_val,
                    " and ", max_val);
}

Hardtanh::Hardtanh(Cell& owner, std::string_view name, double min_val, double max_val)
    : Hardtanh(min_val, max_val) {
  join(owner, name);
}

Tensor Hardtanh::construct(const Tensor& x) { return ops::hardtanh(x, min_val_, max_val_); }

Threshold::Threshold(Cell& owner, std::string_view name, double threshold, double value)
    : Threshold(threshold, value) {
  join(owner, name);
}

Tensor Threshold::construct(const Tensor& x) { return ops::threshold(x, threshold_, value_); }

PReLU::PReLU(int64_t channel, const WeightInit& w_init)
    : channel_(check_positive(channel, "PReLU", "channel")),
      w(declare_named(*this, "w", "a", w_init, {channel}, float32, true)) {}

PReLU::PReLU(Cell& owner, std::string_view name, int64_t channel, const WeightInit& w_init)
    : PReLU(channel, w_init) {
  join(owner, name);
}

Tensor PReLU::construct(const Tensor& x) {
  check<ValueError>(channel_ == 1 || (x.ndim() > 1 && x.shape()[1] == channel_),
                    "For 'PReLU', the input must have ", channel_, " channels, got the shape ", x.shape());
  return ops::prelu(x, in_compute_type(w));
}

}  // namespace nucella::nn
