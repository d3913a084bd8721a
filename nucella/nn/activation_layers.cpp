#include "nucella/nn/activation_layers.h"

#include "nucella/nn/normalise.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

Tensor constant(double value, const Tensor& like) { return scalar(value, like.dtype()); }

}  // namespace

Tensor ReLU6::construct(const Tensor& x) { return ops::relu6(x); }
Tensor SiLU::construct(const Tensor& x) { return ops::silu(x); }
Tensor Mish::construct(const Tensor& x) { return ops::mish(x); }
Tensor HSwish::construct(const Tensor& x) { return ops::hardswish(x); }
Tensor HSigmoid::construct(const Tensor& x) { return ops::hardsigmoid(x); }
Tensor LogSigmoid::construct(const Tensor& x) { return -ops::softplus(-x); }
Tensor Softsign::construct(const Tensor& x) { return ops::softsign(x); }
Tensor Tanhshrink::construct(const Tensor& x) { return x - ops::tanh(x); }

Tensor FastGelu::construct(const Tensor& x) {
  const Tensor size = ops::abs(x);
  return x / (1.0 + ops::exp(-1.702 * size)) * ops::exp(0.851 * (x - size));
}

Tensor Softmax2d::construct(const Tensor& x) {
  check<ValueError>(x.ndim() == 3 || x.ndim() == 4,
                    "For 'Softmax2d', the input must have 3 or 4 dimensions, got the shape ", x.shape());
  return ops::softmax(x, -3);
}

Tensor ELU::construct(const Tensor& x) { return ops::elu(x, alpha_); }

Tensor CELU::construct(const Tensor& x) {
  check<ValueError>(alpha_ != 0, "For 'CELU', 'alpha' must not be 0");
  const Tensor positive = x > 0, low = ops::where(positive, constant(0, x), x);
  return ops::where(positive, x, alpha_ * ops::expm1(low / alpha_));
}

Tensor GELU::construct(const Tensor& x) { return ops::gelu(x, approximate_ ? "tanh" : "none"); }
Tensor LeakyReLU::construct(const Tensor& x) { return ops::leaky_relu(x, alpha_); }

Tensor HShrink::construct(const Tensor& x) { return ops::where(ops::abs(x) > lambd_, x, constant(0, x)); }

Tensor SoftShrink::construct(const Tensor& x) { return ops::relu(x - lambd_) - ops::relu(-x - lambd_); }

Tensor LogSoftmax::construct(const Tensor& x) { return ops::log_softmax(x, axis_); }
Tensor Softmin::construct(const Tensor& x) { return ops::softmax(-x, axis_); }

Tensor GLU::construct(const Tensor& x) {
  const int axis = normalize_axis(axis_, x.ndim(), "GLU");
  const int64_t extent = x.shape()[axis];
  check<ValueError>(extent % 2 == 0, "For 'GLU', the extent of axis ", axis_, " must be even, got ", extent);
  Shape begin = Shape::filled(x.ndim(), 0), middle = x.shape();
  middle[axis] = extent / 2;
  const Tensor first = ops::strided_slice(x, begin, middle);
  begin[axis] = extent / 2;
  return first * ops::sigmoid(ops::strided_slice(x, begin, x.shape()));
}

Hardtanh::Hardtanh(double min_val, double max_val) : min_val_(min_val), max_val_(max_val) {
  check<ValueError>(min_val < max_val, "For 'Hardtanh', 'min_val' must be less than 'max_val', got ", min_val,
                    " and ", max_val);
}

Hardtanh::Hardtanh(Cell& owner, std::string_view name, double min_val, double max_val)
    : Hardtanh(min_val, max_val) {
  join(owner, name);
}

Tensor Hardtanh::construct(const Tensor& x) {
  return ops::clamp(x, constant(min_val_, x), constant(max_val_, x));
}

Threshold::Threshold(Cell& owner, std::string_view name, double threshold, double value)
    : Threshold(threshold, value) {
  join(owner, name);
}

Tensor Threshold::construct(const Tensor& x) { return ops::where(x > threshold_, x, constant(value_, x)); }

PReLU::PReLU(int64_t channel, const WeightInit& w_init)
    : channel_(check_positive(channel, "PReLU", "channel")),
      w(declare_named(*this, "w", "a", w_init, {channel}, float32, true)) {}

PReLU::PReLU(Cell& owner, std::string_view name, int64_t channel, const WeightInit& w_init)
    : PReLU(channel, w_init) {
  join(owner, name);
}

Tensor PReLU::construct(const Tensor& x) {
  Tensor slope = in_compute_type(w);
  if (channel_ > 1) {
    check<ValueError>(x.ndim() > 1 && x.shape()[1] == channel_, "For 'PReLU', the input must have ", channel_,
                      " channels, got the shape ", x.shape());
    Shape along = Shape::filled(x.ndim(), 1);
    along[1] = channel_;
    slope = ops::reshape(slope, along);
  } else {
    slope = ops::reshape(slope, {});
  }
  return ops::where(x > 0, x, slope * x);
}

}  // namespace nucella::nn
