// Adam: adaptive moments (Kingma and Ba, ICLR 2015).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  bool use_nesterov = false;
  double weight_decay = 0.0;  ///< as in MindSpore it joins the gradient (L2), it is not decoupled
  double loss_scale = 1.0;
};

/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps).
class Adam : public Optimizer {
 public:
  /// ValueError unless beta1 and beta2 lie in (0, 1) and eps is positive.
  explicit Adam(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                AdamOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;
  void begin_step() override;

 private:
  AdamOptions options_;
  Parameter beta1_power_, beta2_power_;
  ParameterTuple moment1_, moment2_;
};

}  // namespace nucella::nn
