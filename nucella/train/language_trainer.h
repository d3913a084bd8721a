// LanguageTrainer: trains a net to tell the next token of a text; can be stopped, saved and resumed.
#pragma once
#include <functional>

#include "nucella/data/text.h"
#include "nucella/train/resumable.h"

namespace nucella::train {

/// What is known after a step.
struct TextStepReport {
  int64_t step = 0;   ///< from 0
  int64_t steps = 0;  ///< that will be made in all
  double loss = 0;    ///< of this batch: nats per token
  double tokens_per_second = 0;
  double seconds_left = 0;
};

class LanguageTrainer : public Resumable {
 public:
  /// All three must outlive the trainer. `net` takes tokens (N, L) and gives logits (N, L, vocabulary).
  LanguageTrainer(Cell& net, nn::Optimizer& optimizer, const data::TextLoader& loader);

  /// Asked after every step: false ends the run there.
  using OnStep = std::function<bool(const TextStepReport&)>;
  /// Goes on from the current step to step number `steps`, epoch after epoch. False when `on_step` ended it
  /// before.
  bool run(int64_t steps, const OnStep& on_step = {});
  /// Steps made.
  int64_t step() const { return step_; }

  /// Optimizer, position, the seeds that dropout will draw, and seed, batch size, length of stretches and of
  /// the text, from which the order of the text follows and which restore() wants to be the same.
  NamedTensors state() const override;
  void restore(const NamedTensors& entries) override;

 private:
  double train_on(const data::TextLoader::Batch& batch);

  Cell& net_;
  nn::Optimizer& optimizer_;
  const data::TextLoader& loader_;
  Tensors weights_;
  int64_t step_ = 0;
};

/// The mean cross entropy of logits (N, L, vocabulary) with the tokens (N * L,) that follow.
Tensor next_token_loss(const Tensor& logits, const Tensor& targets);
/// That of the net, without dropout, over the first `batches` batches of the loader (all when there are
/// fewer).
double evaluate_text(Cell& net, const data::TextLoader& loader, int64_t batches);

}  // namespace nucella::train
