#include "nucella/optim/momentum.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Momentum::Momentum(const OptimizerParams& params, const LearningRate& learning_rate, double momentum,
                   MomentumOptions options)
    : Optimizer("Momentum", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      use_nesterov_(options.use_nesterov) {
  check<ValueError>(momentum >= 0, "For 'Momentum', 'momentum' must not be negative, got ", momentum);
  momentum_ = make_scalar("momentum", momentum);
  moments_ = make_state("moments", "zeros");
}

void Momentum::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_momentum(pick(parameters(), group), pick(moments_, group), pick(gradients, group), lr,
                      momentum_.item<double>(), group.weight_decay, use_nesterov_, grad_scale());
}

}  // namespace nucella::nn
