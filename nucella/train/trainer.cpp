#include "nucella/train/trainer.h"

#include <chrono>

#include "nucella/grad/grad.h"
#include "nucella/train/evaluate.h"

namespace nucella::train {

Trainer::Trainer(Cell& net, Cell& loss_fn, nn::Optimizer& optimizer, const data::DataLoader& loader)
    : net_(net),
      loss_fn_(loss_fn),
      optimizer_(optimizer),
      loader_(loader),
      weights_(optimizer.parameters().begin(), optimizer.parameters().end()) {}

double Trainer::train_on(const data::Batch& batch) {
  const auto forward = [&](const Tensors& inputs) {
    const Tensor logits = net_(inputs[0]);
    return Tensors{loss_fn_.call({logits, batch.labels}).as<Tensor>("Trainer"), logits};
  };
  const GradResult result =
      value_and_grad(forward, {batch.images}, {.grad_position = {}, .weights = weights_, .has_aux = true});
  optimizer_.step(result.weight_grads);

  const double loss = result.value[0].item<double>();
  const std::vector<int32_t> predicted = argmax_rows(result.aux[0]);
  const int32_t* labels = batch.labels.data<int32_t>();
  for (size_t i = 0; i < predicted.size(); ++i) totals_.right += predicted[i] == labels[i];
  totals_.images += static_cast<int64_t>(predicted.size());
  totals_.loss += loss * static_cast<double>(predicted.size());
  return loss;
}

StepReport Trainer::report(int64_t epochs, double loss, double seconds, int64_t images) const {
  StepReport r{
      .epoch = epoch_, .epochs = epochs, .step = step_, .steps = loader_.steps_per_epoch(), .loss = loss};
  const auto seen = static_cast<double>(totals_.images);
  r.mean_loss = totals_.loss / seen;
  r.accuracy = static_cast<double>(totals_.right) / seen;
  r.images_per_second = static_cast<double>(images) / seconds;
  const int64_t steps_left = (epochs - epoch_) * r.steps - (step_ + 1);
  r.seconds_left = static_cast<double>(steps_left * loader_.options().batch_size) / r.images_per_second;
  return r;
}

bool Trainer::run(int64_t epochs, const OnStep& on_step, const OnEpoch& on_epoch) {
  using Clock = std::chrono::steady_clock;
  net_.set_train(true);
  double seconds = 0;
  int64_t images = 0;
  while (epoch_ < epochs) {
    const data::DataLoader::Epoch batches = loader_.epoch(epoch_, step_);
    for (auto it = batches.begin(); it != batches.end(); ++it) {
      const auto start = Clock::now();
      const data::Batch batch = *it;
      const double loss = train_on(batch);
      seconds += std::chrono::duration<double>(Clock::now() - start).count();
      images += batch.labels.shape(0);
      const bool go_on = !on_step || on_step(report(epochs, loss, seconds, images));
      ++step_;
      if (!go_on) return false;
    }
    ++epoch_;
    step_ = 0;
    totals_ = {};
    if (on_epoch) on_epoch(epoch_);
  }
  return true;
}

NamedTensors Trainer::state() const {
  NamedTensors entries = entries_of_optimizer(optimizer_);
  const data::LoaderOptions& options = loader_.options();
  entries.push_back(number_entry("train.epoch", epoch_));
  entries.push_back(number_entry("train.step", step_));
  entries.push_back(number_entry("train.epoch_images", totals_.images));
  entries.push_back(number_entry("train.epoch_right", totals_.right));
  entries.push_back(number_entry("train.epoch_loss", totals_.loss));
  entries.push_back(number_entry("train.seed", static_cast<int64_t>(options.seed)));
  entries.push_back(number_entry("train.batch_size", options.batch_size));
  entries.push_back(number_entry("train.images", loader_.set().size()));
  return entries;
}

void Trainer::restore(const NamedTensors& entries) {
  const StoredState stored(entries, optimizer_);
  stored.must_be("train.seed", static_cast<int64_t>(loader_.options().seed));
  stored.must_be("train.batch_size", loader_.options().batch_size);
  stored.must_be("train.images", loader_.set().size());
  const Totals totals{stored.integer("train.epoch_images"), stored.integer("train.epoch_right"),
                      stored.real("train.epoch_loss")};
  const int64_t epoch = stored.integer("train.epoch"), step = stored.integer("train.step");
  stored.restore_optimizer();
  epoch_ = epoch;
  step_ = step;
  totals_ = totals;
}

}  // namespace nucella::train
