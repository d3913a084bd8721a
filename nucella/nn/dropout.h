// Dropout: while training, clears elements at random and scales up the rest (Srivastava et al., JMLR 2014).
#pragma once
#include <optional>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct DropoutOptions {
  double keep_prob = 0.5;        ///< probability that an element stays, in (0, 1]; not read when `p` is given
  std::optional<double> p = {};  ///< probability that an element is cleared, in [0, 1)
};

/// ops::dropout with a seed drawn now, mixed with `seed`; without `training` `x` itself. RuntimeError unless
/// p lies in [0, 1).
Tensor dropout(const Tensor& x, double p = 0.5, bool training = true, int64_t seed = 0);

/// ops::dropout of p = 1 - keep_prob, and the mask: 1 where an element has stayed, else 0. RuntimeError
/// unless keep_prob lies in (0, 1].
struct DropoutResult {
  Tensor output, mask;
};
DropoutResult dropout_with_mask(const Tensor& x, double keep_prob, int64_t seed);

/// Identity unless training; elements that stay are divided by the probability that they do.
class Dropout : public CellOf<Dropout> {
 public:
  /// ValueError for a probability out of its range.
  explicit Dropout(DropoutOptions options = {});
  Dropout(Cell& owner, std::string_view name, DropoutOptions options = {});
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

 private:
  DropoutOptions options_;
};

}  // namespace nucella::nn
