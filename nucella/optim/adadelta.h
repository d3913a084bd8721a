// Adadelta: steps whose size follows that of the steps before (Zeiler, 2012).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct AdadeltaOptions {
  double rho = 0.9;
  double epsilon = 1e-6;
  double loss_scale = 1.0;
  WeightDecay weight_decay = 0.0;
};

/// a = rho a + (1 - rho) g^2; u = sqrt(b + epsilon) / sqrt(a + epsilon) g; b = rho b + (1 - rho) u^2;
/// w -= lr u.
class Adadelta : public Optimizer {
 public:
  /// ValueError unless rho is in [0, 1] and epsilon not negative.
  explicit Adadelta(const OptimizerParams& params, const LearningRate& learning_rate = 1.0,
                    AdadeltaOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  AdadeltaOptions options_;
  ParameterTuple accum_, accum_update_;
};

}  // namespace nucella::nn
