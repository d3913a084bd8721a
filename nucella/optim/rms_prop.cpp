#include "nucella/optim/rms_prop.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

RMSProp::RMSProp(const OptimizerParams& params, const LearningRate& learning_rate, RMSPropOptions options)
    : Optimizer("RMSProp", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  check<ValueError>(options.decay >= 0, "For 'RMSProp', 'decay' must not be negative, got ", options.decay);
  check<ValueError>(options.momentum >= 0, "For 'RMSProp', 'momentum' must not be negative, got ",
                    options.momentum);
  check<ValueError>(options.epsilon > 0, "For 'RMSProp', 'epsilon' must be greater than 0, got ",
                    options.epsilon);
  if (options.centered) mean_grad_ = make_state("mean_grad", "zeros", "mg");
  mean_square_ = make_state("mean_square", "ones", "ms");
  moment_ = make_state("moment", "zeros");
}

void RMSProp::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  const Tensors params = pick(parameters(), group), squares = pick(mean_square_, group);
  const Tensors moments = pick(moment_, group), grads = pick(gradients, group);
  if (options_.centered) {
    ops::apply_centered_rms_prop(params, pick(mean_grad_, group), squares, moments, grads, lr, options_.decay,
                                 options_.momentum, options_.epsilon, group.weight_decay, grad_scale());
  } else {
    ops::apply_rms_prop(params, squares, moments, grads, lr, options_.decay, options_.momentum,
                        options_.epsilon, group.weight_decay, grad_scale());
  }
}

}  // namespace nucella::nn
