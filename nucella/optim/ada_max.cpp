#include "nucella/optim/ada_max.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

AdaMax::AdaMax(const OptimizerParams& params, const LearningRate& learning_rate, AdaMaxOptions options)
    : Optimizer("AdaMax", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  for (const auto& [name, beta] : {std::pair("beta1", options.beta1), std::pair("beta2", options.beta2)})
    check<ValueError>(beta > 0 && beta < 1, "For 'AdaMax', '", name, "' must be in (0, 1), got ", beta);
  check<ValueError>(options.eps > 0, "For 'AdaMax', 'eps' must be greater than 0, got ", options.eps);
  beta1_power_ = make_scalar("beta1_power", 1, {1});
  moment1_ = make_state("moment1", "zeros");
  moment2_ = make_state("moment2", "zeros");
}

void AdaMax::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  const Tensor rest = ops::reshape(ops::sub(scalar(1), beta1_power_), {});
  ops::apply_ada_max(pick(parameters(), group), pick(moment1_, group), pick(moment2_, group),
                     pick(gradients, group), ops::real_div(lr, rest), options_.beta1, options_.beta2,
                     options_.eps, group.weight_decay, grad_scale());
}

void AdaMax::begin_step() { ops::assign(beta1_power_, ops::mul(beta1_power_, scalar(options_.beta1))); }

}  // namespace nucella::nn
