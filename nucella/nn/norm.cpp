#include "nucella/nn/norm.h"

#include <algorithm>

#include "nucella/nn/normalise.h"
#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

const Shape& checked_shape(const Shape& shape, std::string_view who) {
  check<ValueError>(shape.ndim() > 0, "For '", who, "', 'normalized_shape' must not be empty");
  return shape;
}

int64_t checked_groups(int64_t groups, int64_t channels) {
  check_positive(groups, "GroupNorm", "num_groups");
  check_positive(channels, "GroupNorm", "num_channels");
  check<ValueError>(channels % groups == 0, "For 'GroupNorm', 'num_channels' must be a multiple of ",
                    "'num_groups', got ", channels, " and ", groups);
  return groups;
}

Parameter optional(Cell& owner, std::string_view name, bool wanted, double value, const Shape& shape,
                   DType dtype) {
  return wanted ? WeightInit(value).declare(owner, name, shape, dtype) : Parameter();
}

}  // namespace

LayerNorm::LayerNorm(const Shape& normalized_shape, const LayerNormOptions& options)
    : normalized_shape_(checked_shape(normalized_shape, "LayerNorm")),
      begin_norm_axis_(options.begin_norm_axis),
      begin_params_axis_(options.begin_params_axis),
      epsilon_(options.epsilon),
      gamma(options.gamma_init.declare(*this, "gamma", normalized_shape, options.dtype)),
      beta(options.beta_init.declare(*this, "beta", normalized_shape, options.dtype)) {}

LayerNorm::LayerNorm(Cell& owner, std::string_view name, const Shape& normalized_shape,
                     const LayerNormOptions& options)
    : LayerNorm(normalized_shape, options) {
  join(owner, name);
}

Tensor LayerNorm::construct(const Tensor& x) {
  const int64_t axis = begin_params_axis_ < 0 ? begin_params_axis_ + x.ndim() : begin_params_axis_;
  check<ValueError>(axis >= 0 && axis + normalized_shape_.ndim() == x.ndim(), "For 'LayerNorm', gamma of ",
                    "the shape ", normalized_shape_, " must cover the axes from ", begin_params_axis_,
                    " on, got an input of the shape ", x.shape());
  return ops::layer_norm(x, gamma, beta, begin_norm_axis_, epsilon_)[0];
}

std::string LayerNorm::extend_repr() const {
  return str("normalized_shape=", normalized_shape_, ", begin_norm_axis=", begin_norm_axis_,
             ", begin_params_axis=", begin_params_axis_, ", gamma", gamma.repr(), ", beta=", beta.repr());
}

LayerNormExt::LayerNormExt(const Shape& normalized_shape, const LayerNormExtOptions& options)
    : normalized_shape_(checked_shape(normalized_shape, "LayerNorm")),
      options_(options),
      weight(optional(*this, "weight", options.elementwise_affine, 1, normalized_shape, options.dtype)),
      bias(optional(*this, "bias", options.elementwise_affine && options.bias, 0, normalized_shape,
                    options.dtype)) {}

LayerNormExt::LayerNormExt(Cell& owner, std::string_view name, const Shape& normalized_shape,
                           const LayerNormExtOptions& options)
    : LayerNormExt(normalized_shape, options) {
  join(owner, name);
}

Tensor LayerNormExt::construct(const Tensor& x) {
  return layer_norm(x, normalized_shape_, weight, bias, options_.eps);
}

std::string LayerNormExt::extend_repr() const {
  return str("normalized_shape=", normalized_shape_, ", eps=", python_float(options_.eps),
             ", elementwise_affine=", python_bool(options_.elementwise_affine));
}

GroupNorm::GroupNorm(int64_t num_groups, int64_t num_channels, const GroupNormOptions& options)
    : num_groups_(checked_groups(num_groups, num_channels)),
      num_channels_(num_channels),
      eps_(options.eps),
      gamma(declare_named(*this, "gamma", "gamma", options.gamma_init, {num_channels}, options.dtype,
                          options.affine)),
      beta(declare_named(*this, "beta", "beta", options.beta_init, {num_channels}, options.dtype,
                         options.affine)) {}

GroupNorm::GroupNorm(Cell& owner, std::string_view name, int64_t num_groups, int64_t num_channels,
                     const GroupNormOptions& options)
    : GroupNorm(num_groups, num_channels, options) {
  join(owner, name);
}

Tensor GroupNorm::construct(const Tensor& x) { return ops::group_norm(x, num_groups_, gamma, beta, eps_); }

std::string GroupNorm::extend_repr() const {
  return str("num_groups=", num_groups_, ", num_channels=", num_channels_);
}

GroupNormExt::GroupNormExt(int64_t num_groups, int64_t num_channels, const GroupNormExtOptions& options)
    : num_groups_(checked_groups(num_groups, num_channels)),
      num_channels_(num_channels),
      options_(options),
      weight(optional(*this, "weight", options.affine, 1, {num_channels}, options.dtype)),
      bias(optional(*this, "bias", options.affine, 0, {num_channels}, options.dtype)) {}

GroupNormExt::GroupNormExt(Cell& owner, std::string_view name, int64_t num_groups, int64_t num_channels,
                           const GroupNormExtOptions& options)
    : GroupNormExt(num_groups, num_channels, options) {
  join(owner, name);
}

Tensor GroupNormExt::construct(const Tensor& x) {
  return ops::group_norm(x, num_groups_, weight, bias, options_.eps);
}

std::string GroupNormExt::extend_repr() const {
  return str("num_groups=", num_groups_, ", num_channels=", num_channels_,
             ", eps=", python_float(options_.eps), ", affine=", python_bool(options_.affine));
}

RMSNorm::RMSNorm(const Shape& normalized_shape, double eps, DType dtype)
    : normalized_shape_(checked_shape(normalized_shape, "RMSNorm")),
      eps_(eps),
      weight(WeightInit(1.0).declare(*this, "weight", normalized_shape, dtype)) {}

RMSNorm::RMSNorm(Cell& owner, std::string_view name, const Shape& normalized_shape, double eps, DType dtype)
    : RMSNorm(normalized_shape, eps, dtype) {
  join(owner, name);
}

Tensor RMSNorm::construct(const Tensor& x) {
  const Shape &s = x.shape(), &wanted = normalized_shape_;
  check<ValueError>(
      s.ndim() >= wanted.ndim() && std::equal(wanted.begin(), wanted.end(), s.end() - wanted.ndim()),
      "For 'RMSNorm', the input must have the last extents ", wanted, ", got the shape ", s);
  return ops::rms_norm(x, weight, eps_)[0];
}

std::string RMSNorm::extend_repr() const {
  return str("normalized_shape=", normalized_shape_, ", eps=", python_float(eps_));
}

InstanceNorm::InstanceNorm(std::string_view who, int rank, int64_t num_features, InstanceNormOptions options)
    : who_(who),
      rank_(rank),
      num_features_(check_positive(num_features, who, "num_features")),
      options_(std::move(options)),
      moving_mean(
          declare_named(*this, "moving_mean", "mean", "zeros", {num_features}, options_.dtype, false)),
      moving_variance(
          declare_named(*this, "moving_variance", "variance", "ones", {num_features}, options_.dtype, false)),
      gamma(declare_named(*this, "gamma", "gamma", options_.gamma_init, {num_features}, options_.dtype,
                          options_.affine)),
      beta(declare_named(*this, "beta", "beta", options_.beta_init, {num_features}, options_.dtype,
                         options_.affine)) {
  check<ValueError>(options_.momentum >= 0 && options_.momentum <= 1, "For '", who,
                    "', 'momentum' must be in [0, 1], got ", options_.momentum);
}

Tensor InstanceNorm::construct(const Tensor& x) {
  check<ValueError>(x.ndim() == rank_ && x.shape()[1] == num_features_, "For '", who_,
                    "', the input must have ", rank_, " dimensions and ", num_features_,
                    " channels, got the shape ", x.shape());
  return instance_norm(x, gamma, beta, moving_mean, moving_variance, training(), options_.momentum,
                       options_.eps);
}

std::string InstanceNorm::extend_repr() const {
  return str("num_features=", num_features_, ", eps=", python_float(options_.eps),
             ", momentum=", python_float(options_.momentum), ", gamma=", gamma.repr(), ", beta=", beta.repr(),
             ", moving_mean=", moving_mean.repr(), ", moving_variance=", moving_variance.repr());
}

}  // namespace nucella::nn
