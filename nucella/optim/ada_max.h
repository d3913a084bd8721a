// AdaMax: Adam with the largest gradient in the place of the second moment (Kingma and Ba, ICLR 2015).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct AdaMaxOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  WeightDecay weight_decay = 0.0;
  double loss_scale = 1.0;
};

/// m = b1 m + (1 - b1) g; v = max(b2 v, |g|); w -= lr / (1 - b1^t) m / (v + eps).
class AdaMax : public Optimizer {
 public:
  /// ValueError unless beta1 and beta2 lie in (0, 1) and eps is positive.
  explicit AdaMax(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                  AdaMaxOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;
  void begin_step() override;

 private:
  AdaMaxOptions options_;
  Parameter beta1_power_;
  ParameterTuple moment1_, moment2_;
};

}  // namespace nucella::nn
