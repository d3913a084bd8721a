// SGD: stochastic gradient descent with optional momentum.
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct SGDOptions {
  double momentum = 0.0;
  /// The part of each gradient that does not enter the momentum (but for the first one, which enters whole).
  double dampening = 0.0;
  WeightDecay weight_decay = 0.0;
  bool nesterov = false;
  double loss_scale = 1.0;
};

/// v = momentum * v + (1 - dampening) * g; w -= lr * v, or lr * (g + momentum * v) with nesterov.
class SGD : public Optimizer {
 public:
  /// ValueError for a negative momentum or dampening, or nesterov without momentum or with dampening.
  explicit SGD(const OptimizerParams& params, const LearningRate& learning_rate = 0.1,
               SGDOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  SGDOptions options_;
  Parameter momentum_;
  ParameterTuple accum_, stat_;
};

}  // namespace nucella::nn
