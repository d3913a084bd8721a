#include "nucella/nn/batch_norm.h"

#include <algorithm>

#include "nucella/nn/normalise.h"
#include "nucella/ops/ops.h"

namespace nucella::nn {

BatchNorm::BatchNorm(std::string_view who, std::vector<int> ranks, int64_t num_features,
                     BatchNormOptions options)
    : who_(who),
      ranks_(std::move(ranks)),
      num_features_(check_positive(num_features, who, "num_features")),
      options_(std::move(options)),
      moving_mean(declare_named(*this, "moving_mean", "mean", options_.moving_mean_init, {num_features},
                                options_.dtype, false)),
      moving_variance(declare_named(*this, "moving_variance", "variance", options_.moving_var_init,
                                    {num_features}, options_.dtype, false)),
      gamma(declare_named(*this, "gamma", "gamma", options_.gamma_init, {num_features}, options_.dtype,
                          options_.affine)),
      beta(declare_named(*this, "beta", "beta", options_.beta_init, {num_features}, options_.dtype,
                         options_.affine)) {
  check<ValueError>(options_.momentum >= 0 && options_.momentum <= 1, "For '", who,
                    "', 'momentum' must be in [0, 1], got ", options_.momentum);
  check_choice(options_.data_format, {"NCHW"}, who, "data_format");
}

void BatchNorm::check_rank(const Tensor& x) const {
  check<ValueError>(std::ranges::find(ranks_, x.ndim()) != ranks_.end(), "For '", who_,
                    "', the input must have ", ranks_.front(),
                    ranks_.size() > 1 ? str(" or ", ranks_.back()) : "", " dimensions, got the shape ",
                    x.shape());
}

Tensor BatchNorm::construct(const Tensor& x) {
  check_rank(x);
  return batch_norm(x, gamma, beta, moving_mean, moving_variance, by_batch(), 1 - options_.momentum,
                    options_.eps);
}

Tensor BatchNorm::relu(const Tensor& x, const Tensor& residual) {
  if (!plain_call()) get_ready();
  if (!plain_call()) {
    const Tensor y = (*this)(x);
    return ops::relu(residual.defined() ? ops::add(y, residual) : y);
  }
  check_rank(x);
  return batch_norm_relu(x, gamma, beta, moving_mean, moving_variance, residual, by_batch(),
                         1 - options_.momentum, options_.eps);
}

std::string BatchNorm::extend_repr() const {
  return str("num_features=", num_features_, ", eps=", python_float(options_.eps),
             ", momentum=", python_float(options_.momentum), ", gamma=", gamma.repr(), ", beta=", beta.repr(),
             ", moving_mean=", moving_mean.repr(), ", moving_variance=", moving_variance.repr());
}

BatchNorm3d::BatchNorm3d(int64_t num_features, BatchNormOptions options)
    : bn2d(*this, "bn2d", check_positive(num_features, "BatchNorm3d", "num_features"), std::move(options)) {}

BatchNorm3d::BatchNorm3d(Cell& owner, std::string_view name, int64_t num_features, BatchNormOptions options)
    : BatchNorm3d(num_features, std::move(options)) {
  join(owner, name);
}

Tensor BatchNorm3d::construct(const Tensor& x) {
  const Shape& s = x.shape();
  check<ValueError>(s.ndim() == 5, "For 'BatchNorm3d', the input must have 5 dimensions, got the shape ", s);
  return ops::reshape(bn2d(ops::reshape(x, {s[0], s[1], s[2] * s[3], s[4]})), s);
}

}  // namespace nucella::nn
