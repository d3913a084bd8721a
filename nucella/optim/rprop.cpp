#include "nucella/optim/rprop.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Rprop::Rprop(const OptimizerParams& params, const LearningRate& learning_rate, RpropOptions options)
    : Optimizer("Rprop", params, learning_rate, {.weight_decay = options.weight_decay}), options_(options) {
  check<ValueError>(options.smallest <= options.largest,
                    "For 'Rprop', the largest step must not be below the smallest, got ", options.largest,
                    " and ", options.smallest);
  check<ValueError>(options.eta_minus > 0 && options.eta_minus < 1,
                    "For 'Rprop', 'etaminus' must be in (0, 1), got ", options.eta_minus);
  check<ValueError>(options.eta_plus > 1, "For 'Rprop', 'etaplus' must be greater than 1, got ",
                    options.eta_plus);
  prev_ = make_state("prev", "zeros");
  step_size_ = make_state("step_size", "zeros");
}

void Rprop::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_rprop(pick(parameters(), group), pick(prev_, group), pick(step_size_, group),
                   pick(gradients, group), lr, options_.eta_minus, options_.eta_plus, options_.smallest,
                   options_.largest, steps() == 1, group.weight_decay, grad_scale());
}

}  // namespace nucella::nn
