#include "nucella/optim/sgd.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

SGD::SGD(const OptimizerParams& params, const LearningRate& learning_rate, SGDOptions options)
    : Optimizer("SGD", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  check<ValueError>(options.momentum >= 0, "For 'SGD', 'momentum' must not be negative, got ",
                    options.momentum);
  check<ValueError>(options.dampening >= 0, "For 'SGD', 'dampening' must not be negative, got ",
                    options.dampening);
  check<ValueError>(!options.nesterov || (options.momentum > 0 && options.dampening == 0),
                    "For 'SGD', 'nesterov' needs a momentum above 0 and no dampening, got ", options.momentum,
                    " and ", options.dampening);
  momentum_ = make_scalar("momentum", options.momentum);
  accum_ = make_state("accum", "zeros");
  stat_ = make_state("stat", "ones");
}

void SGD::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_sgd(pick(parameters(), group), pick(accum_, group), pick(stat_, group), pick(gradients, group),
                 lr, momentum_.item<double>(), options_.dampening, group.weight_decay, options_.nesterov,
                 grad_scale());
}

}  // namespace nucella::nn
