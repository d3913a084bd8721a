// AdaFactor: second moments kept as rows and columns (Shazeer and Stern, ICML 2018).
#pragma once
#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct AdaFactorOptions {
  double eps_square = 1e-30;    ///< is added to squares of gradients
  double eps_scale = 1e-3;      ///< least root mean square of a parameter
  double clip_threshold = 1.0;  ///< root mean square of an update beyond which it is scaled down
  double decay_rate = 0.8;      ///< in step t the second moments keep 1 - t^-decay_rate
  double beta1 = 0.9;           ///< 0: without first moments
  double weight_decay = 0.0;    ///< decoupled, for all parameters
  bool scale_parameter = true;  ///< rates are relative to the parameters' root mean squares
  bool relative_step = true;    ///< the rate comes from the step
  bool warmup_init = false;     ///< ... and grows from 1e-6 t
  bool compression = false;     ///< second moments of vectors are kept in float16
  double loss_scale = 1.0;
};

class AdaFactor : public Optimizer {
 public:
  /// Without `learning_rate` the rate is min(0.01 or 1e-6 t, 1 / sqrt(t)). ValueError for a rate with
  /// relative_step, none without it, warmup_init without it, a decay_rate outside (0, 1), a weight_decay
  /// outside [0, 1), or another negative number.
  explicit AdaFactor(const OptimizerParams& params, const std::optional<LearningRate>& learning_rate = {},
                     AdaFactorOptions options = {});

 protected:
  void begin_step() override;
  void update(const Group& group, const Tensors& gradients, const Tensor& lr) override;
  bool decoupled() const override { return true; }

 private:
  void make_second_moments();
  Tensor normalised(size_t i, const Tensor& gradient, const Tensor& beta2) const;
  void update_one(size_t i, const Tensor& gradient, const Tensor& lr);

  AdaFactorOptions options_;
  ParameterTuple exp_avg_, exp_avg_sq_row_, exp_avg_sq_col_, exp_avg_sq_;
  Parameter step_;
};

}  // namespace nucella::nn
