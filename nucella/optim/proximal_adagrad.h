// ProximalAdagrad: Adagrad with L1 and L2 regularisation as proximal steps (Duchi and Singer, JMLR 2009).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct ProximalAdagradOptions {
  double accum = 0.1;  ///< what the sums of squares begin with
  double l1 = 0.0;
  double l2 = 0.0;
  double loss_scale = 1.0;
  WeightDecay weight_decay = 0.0;
};

/// a += g^2; e = lr / sqrt(a); p = w - e g; w = sign(p) max(|p| - e l1, 0) / (1 + e l2).
class ProximalAdagrad : public Optimizer {
 public:
  /// ValueError for a negative accum, l1 or l2.
  explicit ProximalAdagrad(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                           ProximalAdagradOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  ProximalAdagradOptions options_;
  ParameterTuple accum_;
};

}  // namespace nucella::nn
