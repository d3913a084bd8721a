// RMSProp: steps divided by a running root mean square of the gradients (Tieleman and Hinton, 2012).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct RMSPropOptions {
  double decay = 0.9;
  double momentum = 0.0;
  double epsilon = 1e-10;
  bool centered = false;  ///< divides by the standard deviation instead (Graves, 2013)
  double loss_scale = 1.0;
  WeightDecay weight_decay = 0.0;
};

/// s = decay s + (1 - decay) g^2; m = momentum m + lr g / sqrt(s + epsilon), or with centered s - mean(g)^2
/// in the place of s; w -= m.
class RMSProp : public Optimizer {
 public:
  /// ValueError for a negative decay or momentum, or an epsilon that is not positive.
  explicit RMSProp(const OptimizerParams& params, const LearningRate& learning_rate = 0.1,
                   RMSPropOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  RMSPropOptions options_;
  ParameterTuple mean_grad_, mean_square_, moment_;
};

}  // namespace nucella::nn
