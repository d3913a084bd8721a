// Rules that the normalisations share: what they take, and gradients of their gradients.
#pragma once
#include "nucella/ops/checks.h"

namespace nucella::rules {

/// The dtype of statistics of a tensor: its own for float64, else float32.
DType statistics_dtype(DType dtype);
/// TypeError unless `t`, when defined, is of the dtype of `x` or of that of its statistics.
void check_norm_param(const Call& call, std::string_view name, const Tensor& t, const Tensor& x);
/// ValueError unless there is no `beta` without `gamma`.
void check_scale_and_shift(const Call& call, const Tensor& gamma, const Tensor& beta);

/// The gradient of y = xhat * gamma + beta, xhat = (x - mean) * rstd, by x when mean and rstd depend on x,
///   dx = rstd * P(h),  h = grad * gamma,  P(h) = h - M(h) - xhat * M(h * xhat),
/// M being the mean over `axes`. Without `centred` the term M(h) is missing (and mean is 0), without
/// `projected` P is the identity (statistics that do not depend on x). Everything broadcasts to x.
struct NormGradient {
  Tensor grad, x, gamma, mean, rstd;  ///< gamma and mean may be undefined
  Shape axes;
  bool centred = true, projected = true;

  Tensor normalised() const;
  Tensor project(const Tensor& t, const Tensor& xhat) const;
};

/// The gradients of dx, dgamma and dbeta by what they were made of, from those (`u`, `v`, `w`) that arrived
/// for them; `v` and `w` broadcast to x. Those of gamma are not yet summed to its shape.
struct NormSecond {
  Tensor grad, x, gamma, mean, rstd;
};
NormSecond norm_second_gradients(const NormGradient& n, const Tensor& u, const Tensor& v, const Tensor& w);

/// `t` in the dtype of `like`.
Tensor like_dtype(const Tensor& t, const Tensor& like);
/// Adds two gradients of which either may be undefined.
Tensor add_defined(const Tensor& a, const Tensor& b);

}  // namespace nucella::rules
