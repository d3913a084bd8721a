// Trainer: trains a classifier step by step; can be stopped after any step, saved, and resumed bit for bit.
#pragma once
#include <functional>

#include "nucella/data/loader.h"
#include "nucella/train/resumable.h"

namespace nucella::train {

/// What is known after a step.
struct StepReport {
  int64_t epoch = 0;             ///< that the step belongs to, from 0
  int64_t epochs = 0;            ///< that will be made in all
  int64_t step = 0;              ///< within the epoch, from 0
  int64_t steps = 0;             ///< of an epoch
  double loss = 0;               ///< of this batch
  double mean_loss = 0;          ///< of the epoch so far
  double accuracy = 0;           ///< of the epoch so far, each image judged before the net learned from it
  double images_per_second = 0;  ///< since run() was called, without the time of on_step and on_epoch
  double seconds_left = 0;       ///< at that speed
};

class Trainer : public Resumable {
 public:
  /// All four must outlive the trainer. `loss_fn` takes logits and labels and gives one number.
  Trainer(Cell& net, Cell& loss_fn, nn::Optimizer& optimizer, const data::DataLoader& loader);

  /// Asked after every step: false ends the run there.
  using OnStep = std::function<bool(const StepReport&)>;
  /// Called after every complete epoch with the number of epochs made.
  using OnEpoch = std::function<void(int64_t)>;
  /// Goes on from the current position to the end of epoch number `epochs`. False when `on_step` ended it
  /// before.
  bool run(int64_t epochs, const OnStep& on_step = {}, const OnEpoch& on_epoch = {});

  /// Epochs completed, and steps of the one that has begun.
  int64_t epoch() const { return epoch_; }
  int64_t step() const { return step_; }

  /// Optimizer, position, the seeds that dropout will draw, and seed, batch size and number of images, from
  /// which the order of the images follows and which restore() wants to be the same.
  NamedTensors state() const override;
  void restore(const NamedTensors& entries) override;

 private:
  struct Totals {
    int64_t images = 0;
    int64_t right = 0;
    double loss = 0;  // sum over images
  };
  double train_on(const data::Batch& batch);
  StepReport report(int64_t epochs, double loss, double seconds, int64_t images) const;

  Cell& net_;
  Cell& loss_fn_;
  nn::Optimizer& optimizer_;
  const data::DataLoader& loader_;
  Tensors weights_;
  int64_t epoch_ = 0, step_ = 0;
  Totals totals_;  // of the epoch that has begun
};

}  // namespace nucella::train
