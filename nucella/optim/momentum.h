// Momentum: gradient descent with momentum (Sutskever et al., ICML 2013).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct MomentumOptions {
  WeightDecay weight_decay = 0.0;
  double loss_scale = 1.0;
  bool use_nesterov = false;
};

/// v = momentum * v + g; w -= lr * v, or lr * (g + momentum * v) with use_nesterov.
class Momentum : public Optimizer {
 public:
  /// ValueError for a negative momentum.
  Momentum(const OptimizerParams& params, const LearningRate& learning_rate, double momentum,
           MomentumOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  bool use_nesterov_;
  Parameter momentum_;
  ParameterTuple moments_;
};

}  // namespace nucella::nn
