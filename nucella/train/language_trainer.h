// LanguageTrainer: trains a net to tell the next token of a text.
#pragma once
#include <functional>

#include "nucella/data/text.h"
#include "nucella/optim/optimizer.h"

namespace nucella::train {

/// What is known after a step.
struct TextStepReport {
  int64_t step = 0;   ///< from 0
  int64_t steps = 0;  ///< that will be made in all
  double loss = 0;    ///< of this batch: nats per token
  double tokens_per_second = 0;
  double seconds_left = 0;
};

class LanguageTrainer {
 public:
  /// All three must outlive the trainer. `net` takes tokens (N, L) and gives logits (N, L, vocabulary).
  LanguageTrainer(Cell& net, nn::Optimizer& optimizer, const data::TextLoader& loader);

  /// Asked after every step: false ends the run there.
  using OnStep = std::function<bool(const TextStepReport&)>;
  /// Makes `steps` steps, epoch after epoch. False when `on_step` ended it before.
  bool run(int64_t steps, const OnStep& on_step = {});

 private:
  double train_on(const data::TextLoader::Batch& batch);

  Cell& net_;
  nn::Optimizer& optimizer_;
  const data::TextLoader& loader_;
  Tensors weights_;
};

/// The mean cross entropy of logits (N, L, vocabulary) with the tokens (N * L,) that follow.
Tensor next_token_loss(const Tensor& logits, const Tensor& targets);
/// That of the net, without dropout, over the first `batches` batches of the loader (all when there are
/// fewer).
double evaluate_text(Cell& net, const data::TextLoader& loader, int64_t batches);

}  // namespace nucella::train
