// AdamWeightDecay: Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), without correction of
// the bias.
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct AdamWeightDecayOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-6;
  WeightDecay weight_decay = 0.0;
};

/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr (m / (sqrt(v) + eps) + weight_decay w).
class AdamWeightDecay : public Optimizer {
 public:
  /// ValueError unless beta1 and beta2 lie in (0, 1) and eps is positive.
  explicit AdamWeightDecay(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                           AdamWeightDecayOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;
  /// As in MindSpore gradients are not centralised here.
  bool centralises() const override { return false; }

 private:
  AdamWeightDecayOptions options_;
  ParameterTuple moment1_, moment2_;
};

}  // namespace nucella::nn
