#include "nucella/optim/ftrl.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

FTRL::FTRL(const OptimizerParams& params, const LearningRate& learning_rate, FTRLOptions options)
    : Optimizer("FTRL", params, learning_rate,
                {.weight_decay = options.weight_decay, .loss_scale = options.loss_scale}),
      options_(options) {
  check<ValueError>(
      !dynamic_lr() && !is_group_lr(),
      "For 'FTRL', the learning rate must be one number, got a table, schedule or rates of groups");
  check<ValueError>(get_lr().item<double>() > 0, "For 'FTRL', 'learning_rate' must be greater than 0");
  check<ValueError>(options.initial_accum >= 0, "For 'FTRL', 'initial_accum' must not be negative, got ",
                    options.initial_accum);
  check<ValueError>(options.lr_power <= 0, "For 'FTRL', 'lr_power' must not be positive, got ",
                    options.lr_power);
  check<ValueError>(options.l1 >= 0, "For 'FTRL', 'l1' must not be negative, got ", options.l1);
  check<ValueError>(options.l2 >= 0, "For 'FTRL', 'l2' must not be negative, got ", options.l2);
  if (!is_group()) decay_all();
  moments_ = make_state("moments", options.initial_accum);
  linear_ = make_state("linear", "zeros");
}

void FTRL::update(const Group& group, const Tensors& gradients, const Tensor& lr) {
  ops::apply_ftrl(pick(parameters(), group), pick(moments_, group), pick(linear_, group),
                  pick(gradients, group), lr, options_.l1, options_.l2, options_.lr_power, group.weight_decay,
                  grad_scale());
}

}  // namespace nucella::nn
