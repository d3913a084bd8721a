#include "nucella/optim/lars.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

const std::shared_ptr<Optimizer>& present(const std::shared_ptr<Optimizer>& optimizer) {
  check<TypeError>(optimizer != nullptr, "For 'LARS', 'optimizer' must be an Optimizer, got None");
  return optimizer;
}

bool is_scaled_by_default(const Parameter& param) {
  return param.name().find("LayerNorm") == std::string::npos &&
         param.name().find("bias") == std::string::npos;
}

Tensor norm(const Tensor& t) { return ops::sqrt(ops::reduce_sum(ops::square(ops::cast(t, float32)))); }

}  // namespace

LARS::LARS(std::shared_ptr<Optimizer> optimizer, LARSOptions options, const Filter& filter)
    : Optimizer("LARS", OptimizerParams(std::vector<Parameter>(present(optimizer)->parameters())), 0.0, {}),
      options_(options),
      optimizer_(*this, "opt", optimizer),
      decay_(optimizer->applied_decay()),
      scale_(1 / optimizer->loss_scale()) {
  check<ValueError>(!(options.use_clip && optimizer->is_group_lr() && optimizer->dynamic_lr()),
                    "For 'LARS', 'use_clip' does not go with rates of groups that change");
  for (const Parameter& p : parameters()) scaled_.push_back(filter ? filter(p) : is_scaled_by_default(p));
  optimizer_->take_ready_gradients();
}

Tensor LARS::scaled(size_t i, Tensor gradient, double decay) const {
  if (!scaled_[i]) return gradient;
  const Tensor w = parameters()[i], weight_norm = norm(w), gradient_norm = norm(gradient);
  const Tensor below =
      ops::add(ops::add(gradient_norm, ops::mul(weight_norm, scalar(decay))), scalar(options_.epsilon));
  const Tensor ratio = ops::real_div(ops::mul(weight_norm, scalar(options_.coefficient)), below);
  const Tensor moves =
      ops::logical_and(ops::greater(weight_norm, scalar(0)), ops::greater(gradient_norm, scalar(0)));
  Tensor trust = ops::where(moves, ratio, scalar(1));
  if (options_.use_clip) trust = ops::minimum(ops::real_div(trust, optimizer_->get_lr(i)), scalar(1));
  const Tensor sum = ops::add(gradient, ops::mul(w, scalar(decay, w.dtype())));
  return ops::mul(sum, ops::cast(trust, w.dtype()));
}

void LARS::run(const Tensors& gradients) {
  Tensors out;
  const Tensor step = full({1}, static_cast<double>(optimizer_->steps()), int32);
  for (size_t i = 0; i < gradients.size(); ++i) {
    const Tensor g =
        scale_ == 1 ? gradients[i] : ops::mul(gradients[i], scalar(scale_, gradients[i].dtype()));
    out.push_back(scaled(i, g, decay_[i].at(step)));
  }
  optimizer_->step(out);
}

}  // namespace nucella::nn
