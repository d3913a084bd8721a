// Adagrad: rates that shrink with the squares of all gradients so far (Duchi et al., JMLR 2011).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct AdagradOptions {
  double accum = 0.1;        ///< what the sums of squares begin with
  bool update_slots = true;  ///< whether the sums go on
  double loss_scale = 1.0;
  WeightDecay weight_decay = 0.0;
};

/// a += g^2; w -= lr g / sqrt(a).
class Adagrad : public Optimizer {
 public:
  /// ValueError for a negative accum.
  explicit Adagrad(const OptimizerParams& params, const LearningRate& learning_rate = 1e-3,
                   AdagradOptions options = {});

 protected:
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;

 private:
  AdagradOptions options_;
  ParameterTuple accum_;
};

}  // namespace nucella::nn
