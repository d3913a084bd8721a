// ASGD: averaged stochastic gradient descent (Polyak and Juditsky, 1992).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct ASGDOptions {
  double lambd = 1e-4;  ///< decay of the weights and of the rate
  double alpha = 0.75;  ///< power of the rate's decay
  double t0 = 1e6;      ///< the step after which the average begins
  WeightDecay weight_decay = 0.0;
};

/// w = w (1 - lambd eta) - eta g; ax += mu (w - ax); then eta = lr / (1 + lambd lr t)^alpha and
/// mu = 1 / max(1, t - t0). The average is the parameter `ax_.<name>`.
class ASGD : public Optimizer {
 public:
  /// As Optimizer.
  explicit ASGD(const OptimizerParams& params, const LearningRate& learning_rate = 0.1,
                ASGDOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  ASGDOptions options_;
  ParameterTuple mu_, eta_, ax_;
};

}  // namespace nucella::nn
