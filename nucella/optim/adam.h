// Adam: adaptive moments (Kingma and Ba, ICLR 2015).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  bool use_nesterov = false;
  WeightDecay weight_decay = 0.0;  ///< as in MindSpore it joins the gradient (L2), it is not decoupled
  double loss_scale = 1.0;
  bool use_amsgrad = false;  ///< divides by the largest second moment so far (Reddi et al., ICLR 2018)
};

/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps).
class Adam : public Optimizer {
 public:
  /// ValueError unless beta1 and beta2 lie in (0, 1) and eps is positive.
  explicit Adam(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                AdamOptions options = {});

 protected:
  Adam(std::string_view who, const OptimizerParams& params, const LearningRate& learning_rate,
       AdamOptions options, const Shape& shape_of_powers);
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;
  void begin_step() override;

 private:
  AdamOptions options_;
  Parameter beta1_power_, beta2_power_;
  ParameterTuple moment1_, moment2_, vhat_;
};

/// Adam under the name of MindSpore's optimizer for gradients that name rows; here gradients have all rows,
/// for which both do the same.
class LazyAdam : public Adam {
 public:
  explicit LazyAdam(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                    AdamOptions options = {})
      : Adam("LazyAdam", params, learning_rate, options, {}) {}
};

/// Adam under the name of MindSpore's optimizer that computes on the host, as all do here.
class AdamOffload : public Adam {
 public:
  explicit AdamOffload(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                       AdamOptions options = {})
      : Adam("AdamOffload", params, learning_rate, options, {1}) {}
};

}  // namespace nucella::nn
