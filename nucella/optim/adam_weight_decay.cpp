#include "nucella/optim/adam_weight_decay.h"

#include "nucella/ops/ops.h"

namespace nucella::nn {

AdamWeightDecay::AdamWeightDecay(const OptimizerParams& params, const LearningRate& learning_rate,
                                 AdamWeightDecayOptions options)
    : Optimizer("AdamWeightDecay", params, learning_rate, {.weight_decay = options.weight_decay}),
      options_(options) {
  for (const auto& [name, beta] : {std::pair("beta1", options.beta1), std::pair("beta2", options.beta2)})
    check<ValueError>(beta > 0 && beta < 1, "For 'AdamWeightDecay', '", name, "' must be in (0, 1), got ",
                      beta);
  check<ValueError>(options.eps > 0, "For 'AdamWeightDecay', 'eps' must be greater than 0, got ",
                    options.eps);
  moment1_ = make_state("adam_m", "zeros", "moments1");
  moment2_ = make_state("adam_v", "zeros", "moments2");
}

void AdamWeightDecay::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_adamw(pick(parameters(), group), pick(moment1_, group), pick(moment2_, group),
                   pick(gradients, group), lr, options_.beta1, options_.beta2, options_.eps,
                   group.weight_decay);
}

}  // namespace nucella::nn
