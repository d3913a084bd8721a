#include "nucella/optim/adam.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Adam::Adam(const OptimizerParams& params, const LearningRate& learning_rate, AdamOptions options)
    : Adam("Adam", params, learning_rate, options, {}) {}

Adam::Adam(std::string_view who, const OptimizerParams& params, const LearningRate& learning_rate,
           AdamOptions options, const Shape& shape_of_powers)
    : Optimizer(who, params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  for (const auto& [name, beta] : {std::pair("beta1", options.beta1), std::pair("beta2", options.beta2)})
    check<ValueError>(beta > 0 && beta < 1, "For '", who, "', '", name, "' must be in (0, 1), got ", beta);
  check<ValueError>(options.eps > 0, "For '", who, "', 'eps' must be greater than 0, got ", options.eps);
  beta1_power_ = make_scalar("beta1_power", 1, shape_of_powers);
  beta2_power_ = make_scalar("beta2_power", 1, shape_of_powers);
  moment1_ = make_state("moment1", "zeros");
  moment2_ = make_state("moment2", "zeros");
  if (options.use_amsgrad) vhat_ = make_state("vhat", "zeros");
}

void Adam::begin_step() {
  ops::assign(beta1_power_, ops::mul(beta1_power_, scalar(options_.beta1)));
  ops::assign(beta2_power_, ops::mul(beta2_power_, scalar(options_.beta2)));
}

void Adam::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  const auto rest = [](const Tensor& power) { return ops::sub(scalar(1), ops::reshape(power, {})); };
  const Tensor corrected = ops::mul(lr, ops::real_div(ops::sqrt(rest(beta2_power_)), rest(beta1_power_)));
  const Tensors params = pick(parameters(), group), grads = pick(gradients, group);
  const Tensors first = pick(moment1_, group), second = pick(moment2_, group);
  if (options_.use_amsgrad) {
    ops::apply_amsgrad(params, first, second, pick(vhat_, group), grads, corrected, options_.beta1,
                       options_.beta2, options_.eps, group.weight_decay, grad_scale());
  } else {
    ops::apply_adam(params, first, second, grads, corrected, options_.beta1, options_.beta2, options_.eps,
                    group.weight_decay, options_.use_nesterov, grad_scale());
  }
}

}  // namespace nucella::nn
