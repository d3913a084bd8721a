#include "nucella/optim/adadelta.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Adadelta::Adadelta(const OptimizerParams& params, const LearningRate& learning_rate, AdadeltaOptions options)
    : Optimizer("Adadelta", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  check<ValueError>(options.rho >= 0 && options.rho <= 1, "For 'Adadelta', 'rho' must be in [0, 1], got ",
                    options.rho);
  check<ValueError>(options.epsilon >= 0, "For 'Adadelta', 'epsilon' must not be negative, got ",
                    options.epsilon);
  accum_ = make_state("accum", "zeros");
  accum_update_ = make_state("accum_update", "zeros");
}

void Adadelta::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_adadelta(pick(parameters(), group), pick(accum_, group), pick(accum_update_, group),
                      pick(gradients, group), lr, options_.rho, options_.epsilon, group.weight_decay,
                      grad_scale());
}

}  // namespace nucella::nn
