#include "nucella/optim/proximal_adagrad.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

ProximalAdagrad::ProximalAdagrad(const OptimizerParams& params, const LearningRate& learning_rate,
                                 ProximalAdagradOptions options)
    : Optimizer("ProximalAdagrad", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  check<ValueError>(options.accum >= 0, "For 'ProximalAdagrad', 'accum' must not be negative, got ",
                    options.accum);
  check<ValueError>(options.l1 >= 0, "For 'ProximalAdagrad', 'l1' must not be negative, got ", options.l1);
  check<ValueError>(options.l2 >= 0, "For 'ProximalAdagrad', 'l2' must not be negative, got ", options.l2);
  accum_ = make_state("accum", options.accum);
}

void ProximalAdagrad::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_proximal_adagrad(pick(parameters(), group), pick(accum_, group), pick(gradients, group), lr,
                              options_.l1, options_.l2, group.weight_decay, grad_scale());
}

}  // namespace nucella::nn
