#include "nucella/optim/asgd.h"

#include <cmath>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

ASGD::ASGD(const OptimizerParams& params, const LearningRate& learning_rate, ASGDOptions options)
    : Optimizer("ASGD", params, learning_rate, {.weight_decay = options.weight_decay}), options_(options) {
  std::vector<Parameter> mu, eta;
  for (const Parameter& p : parameters()) {
    mu.emplace_back(scalar(1), str("mu_", p.name()), ParameterOptions{.requires_grad = false});
    eta.emplace_back(scalar(0), str("eta_", p.name()), ParameterOptions{.requires_grad = false});
  }
  mu_ = keep_state("mu", std::move(mu));
  eta_ = keep_state("eta", std::move(eta));
  ax_ = make_state("ax_", "zeros", "ax");
}

void ASGD::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  const auto step = static_cast<double>(steps());
  const double rate = lr.item<double>();
  // All of a group have the same mu and eta: both come from the step and the rate alone.
  const size_t any = group.members.front();
  if (step == 1)
    for (size_t i : group.members) ops::assign(eta_[i], lr);
  ops::apply_asgd(pick(parameters(), group), pick(ax_, group), pick(gradients, group), eta_[any],
                  options_.lambd, mu_[any].item<double>(), group.weight_decay, grad_scale());
  const double eta = rate / std::pow(1 + options_.lambd * rate * step, options_.alpha);
  for (size_t i : group.members) {
    ops::assign(eta_[i], scalar(eta));
    ops::assign(mu_[i], scalar(1 / std::max(1.0, step - options_.t0)));
  }
}

}  // namespace nucella::nn
