// FTRL: follow the proximally regularized leader (McMahan et al., KDD 2013).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct FTRLOptions {
  double initial_accum = 0.1;
  double lr_power = -0.5;
  double l1 = 0.0;
  double l2 = 0.0;
  double loss_scale = 1.0;
  WeightDecay weight_decay = 0.0;
};

/// The formulas are those of ops::apply_ftrl. Unlike elsewhere the weight decay is applied to all parameters.
class FTRL : public Optimizer {
 public:
  /// ValueError for a negative initial_accum, l1 or l2, a positive lr_power, a rate that is not one positive
  /// number, or groups with rates of their own.
  explicit FTRL(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                FTRLOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  FTRLOptions options_;
  ParameterTuple moments_, linear_;
};

}  // namespace nucella::nn
