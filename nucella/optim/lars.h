// LARS: layer-wise adaptive rate scaling around another optimizer (You et al., 2017).
#pragma once
#include <functional>

#include "nucella/optim/optimizer.h"

namespace nucella::nn {

struct LARSOptions {
  double epsilon = 1e-5;
  double coefficient = 0.001;
  bool use_clip = false;
};

/// Hands lambda (g + d w) to `optimizer` as the gradient, where d is that optimizer's weight decay, which it
/// no longer applies itself, and lambda = coefficient |w| / (|g| + d |w| + epsilon) if both norms are above
/// 0, else 1; with use_clip lambda is min(lambda / rate, 1).
class LARS : public Optimizer {
 public:
  using Filter = std::function<bool(const Parameter&)>;
  /// Parameters that `filter` refuses keep their gradients; by default those with "LayerNorm" or "bias" in
  /// their names. TypeError for a null optimizer; ValueError for use_clip with rates of groups that change.
  explicit LARS(std::shared_ptr<Optimizer> optimizer, LARSOptions options = {}, const Filter& filter = {});

 protected:
  void run(const Tensors& gradients) override;
  void update(const Group&, const Tensors&, const Tensor&) override {}

 private:
  Tensor scaled(size_t i, Tensor gradient, double decay) const;

  LARSOptions options_;
  ChildPtr<Optimizer> optimizer_;
  std::vector<WeightDecay> decay_;
  std::vector<bool> scaled_;
  double scale_;
};

}  // namespace nucella::nn
