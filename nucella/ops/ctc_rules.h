// What the rules of ctc_loss and of its gradient share.
#pragma once
#include "nucella/ops/checks.h"

namespace nucella::rules {

/// Throws unless log_probs (T, N, C), targets (N, S) and the two lengths (N,) fit each other, `blank` is a
/// class and `reduction` is known.
void check_ctc(const Call& call, const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
               const Tensor& target_lengths, int64_t blank, const std::string& reduction);

}  // namespace nucella::rules
