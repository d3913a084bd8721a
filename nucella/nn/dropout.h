// Dropout: while training, clears elements at random and scales up the rest (Srivastava et al., JMLR 2014).
#pragma once
#include <optional>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct DropoutOptions {
  double keep_prob = 0.5;        ///< probability that an element stays, in (0, 1]; not read when `p` is given
  std::optional<double> p = {};  ///< probability that an element is cleared, in [0, 1)
};

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
