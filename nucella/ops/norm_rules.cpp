#include "nucella/ops/norm_rules.h"

#include "nucella/ops/operators.h"

namespace nucella::rules {

DType statistics_dtype(DType dtype) { return dtype == float64 ? float64 : float32; }

void check_norm_param(const Call& call, std::string_view name, const Tensor& t, const Tensor& x) {
  if (!t.defined()) return;
  check<TypeError>(t.dtype() == x.dtype() || t.dtype() == statistics_dtype(x.dtype()), entry_of(call.op).name,
                   ": '", name, "' must be of the dtype of 'x', ", x.dtype(), ", or of ",
                   statistics_dtype(x.dtype()), ", got ", t.dtype());
}

void check_scale_and_shift(const Call& call, const Tensor& gamma, const Tensor& beta) {
  check<ValueError>(gamma.defined() || !beta.defined(), entry_of(call.op).name,
                    ": 'beta' needs a 'gamma', got None");
}

Tensor NormGradient::normalised() const { return (mean.defined() ? x - mean : x) * rstd; }

Tensor NormGradient::project(const Tensor& t, const Tensor& xhat) const {
  if (!projected) return t;
  const Tensor rest = t - xhat * ops::reduce_mean(t * xhat, axes, true);
  return centred ? rest - ops::reduce_mean(t, axes, true) : rest;
}

// With a = M(u * xhat), b = M(h * xhat): <u, dx> = rstd * <P(u), h>, as P is symmetric, and its derivative by
// xhat alone is -rstd * (b * u + a * h).
NormSecond norm_second_gradients(const NormGradient& n, const Tensor& u, const Tensor& v, const Tensor& w) {
  const Tensor xhat = n.normalised();
  const Tensor h = n.gamma.defined() ? n.grad * n.gamma : n.grad;
  NormSecond out;
  Tensor by_xhat, by_rstd;
  if (u.defined()) {
    const Tensor projected = n.project(u, xhat), scaled = projected * n.rstd;
    out.grad = n.gamma.defined() ? scaled * n.gamma : scaled;
    if (n.gamma.defined()) out.gamma = scaled * n.grad;
    by_rstd = ops::reduce_sum(h * projected, n.axes, true);
    if (n.projected)
      by_xhat = -(n.rstd * (ops::reduce_mean(h * xhat, n.axes, true) * u +
                            ops::reduce_mean(u * xhat, n.axes, true) * h));
  }
  if (v.defined()) {
    out.grad = add_defined(out.grad, v * xhat);
    by_xhat = add_defined(by_xhat, v * n.grad);
  }
  if (w.defined()) out.grad = add_defined(out.grad, ops::broadcast_to(w, n.x.shape()));
  if (by_xhat.defined()) {
    out.x = by_xhat * n.rstd;
    if (n.mean.defined()) out.mean = -ops::reduce_sum(out.x, n.axes, true);
    const Tensor shifted = n.mean.defined() ? n.x - n.mean : n.x;
    by_rstd = add_defined(by_rstd, ops::reduce_sum(by_xhat * shifted, n.axes, true));
  }
  out.rstd = by_rstd;
  return out;
}

Tensor like_dtype(const Tensor& t, const Tensor& like) {
  return !t.defined() || t.dtype() == like.dtype() ? t : ops::cast(t, like.dtype());
}

Tensor add_defined(const Tensor& a, const Tensor& b) {
  if (!a.defined()) return b;
  return b.defined() ? a + b : a;
}

}  // namespace nucella::rules
