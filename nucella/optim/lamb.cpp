#include "nucella/optim/lamb.h"

#include <cmath>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Lamb::Lamb(const OptimizerParams& params, const LearningRate& learning_rate, LambOptions options)
    : Optimizer("Lamb", params, learning_rate, {.weight_decay = options.weight_decay}), options_(options) {
  for (const auto& [name, beta] : {std::pair("beta1", options.beta1), std::pair("beta2", options.beta2)})
    check<ValueError>(beta > 0 && beta < 1, "For 'Lamb', '", name, "' must be in (0, 1), got ", beta);
  check<ValueError>(options.eps > 0, "For 'Lamb', 'eps' must be greater than 0, got ", options.eps);
  moments1_ = make_state("lamb_m", "zeros", "moments1");
  moments2_ = make_state("lamb_v", "zeros", "moments2");
}

void Lamb::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  const auto step = static_cast<double>(steps());
  ops::apply_lamb(pick(parameters(), group), pick(moments1_, group), pick(moments2_, group),
                  pick(gradients, group), lr, options_.beta1, options_.beta2, options_.eps,
                  1 - std::pow(options_.beta1, step), 1 - std::pow(options_.beta2, step), group.weight_decay,
                  grad_scale());
}

}  // namespace nucella::nn
