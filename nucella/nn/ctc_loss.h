// CTCLoss: connectionist temporal classification for sequences without alignment.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct CTCLossOptions {
  int64_t blank = 0;
  std::string reduction = "mean";  ///< "none", "mean" (over labels, then samples) or "sum"
  bool zero_infinity = false;      ///< losses of targets that do not fit are 0
};

/// ops::ctc_loss of log_probs (T, N, C), or (T, C) for one sample, targets (N, S) and the two lengths (N,).
class CTCLoss : public CellOf<CTCLoss> {
 public:
  explicit CTCLoss(CTCLossOptions options = {}) : options_(std::move(options)) {}
  CTCLoss(Cell& owner, std::string_view name, CTCLossOptions options = {}) : CTCLoss(std::move(options)) {
    join(owner, name);
  }
  static constexpr std::array kArguments{"log_probs", "targets", "input_lengths", "target_lengths"};
  /// The loss, a scalar unless the reduction is "none". TypeError and ValueError as ops::ctc_loss.
  Tensor construct(const Value& log_probs, const Value& targets, const Tensor& input_lengths,
                   const Tensor& target_lengths);
  const CTCLossOptions& options() const { return options_; }

 private:
  CTCLossOptions options_;
};

}  // namespace nucella::nn
