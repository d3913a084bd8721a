// Rprop: resilient backpropagation, which takes only the signs of gradients (Riedmiller and Braun, 1993).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct RpropOptions {
  double eta_minus = 0.5, eta_plus = 1.2;  ///< factors of a step after a turn and without one
  double smallest = 1e-6, largest = 50.0;  ///< limits of a step
  WeightDecay weight_decay = 0.0;
};

/// The step of a weight is lr at first, shrinks where the gradient turns round, and grows elsewhere;
/// w -= sign(g) step.
class Rprop : public Optimizer {
 public:
  /// ValueError unless 0 < eta_minus < 1 < eta_plus and smallest <= largest.
  explicit Rprop(const OptimizerParams& params, const LearningRate& learning_rate = 0.1,
                 RpropOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  RpropOptions options_;
  ParameterTuple prev_, step_size_;
};

}  // namespace nucella::nn
