// Lamb: layer-wise adaptive moments for large batches (You et al., ICLR 2020).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct LambOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-6;
  WeightDecay weight_decay = 0.0;
};

/// The formulas are those of ops::apply_lamb; the weight decay is decoupled.
class Lamb : public Optimizer {
 public:
  /// ValueError unless beta1 and beta2 lie in (0, 1) and eps is positive.
  Lamb(const OptimizerParams& params, const LearningRate& learning_rate, LambOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;
  bool decoupled() const override { return true; }

 private:
  LambOptions options_;
  ParameterTuple moments1_, moments2_;
};

}  // namespace nucella::nn
