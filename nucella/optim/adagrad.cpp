#include "nucella/optim/adagrad.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Adagrad::Adagrad(const OptimizerParams& params, const LearningRate& learning_rate, AdagradOptions options)
    : Optimizer("Adagrad", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  check<ValueError>(options.accum >= 0, "For 'Adagrad', 'accum' must not be negative, got ", options.accum);
  accum_ = make_state("accum", options.accum);
}

void Adagrad::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_adagrad(pick(parameters(), group), pick(accum_, group), pick(gradients, group), lr,
                     options_.update_slots, group.weight_decay, grad_scale());
}

}  // namespace nucella::nn
