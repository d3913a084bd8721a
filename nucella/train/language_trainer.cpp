#include "nucella/train/language_trainer.h"

#include <algorithm>
#include <chrono>

#include "nucella/grad/grad.h"
#include "nucella/ops/ops.h"

namespace nucella::train {

Tensor next_token_loss(const Tensor& logits, const Tensor& targets) {
  const Tensor rows = ops::reshape(logits, {-1, logits.shape().back()});
  return ops::reduce_mean(ops::sparse_softmax_cross_entropy(rows, targets)[0]);
}

LanguageTrainer::LanguageTrainer(Cell& net, nn::Optimizer& optimizer, const data::TextLoader& loader)
    : net_(net),
      optimizer_(optimizer),
      loader_(loader),
      weights_(optimizer.parameters().begin(), optimizer.parameters().end()) {}

double LanguageTrainer::train_on(const data::TextLoader::Batch& batch) {
  const auto forward = [&](const Tensors& inputs) {
    return Tensors{next_token_loss(net_(inputs[0]), batch.targets)};
  };
  const GradResult result =
      value_and_grad(forward, {batch.inputs}, {.grad_position = {}, .weights = weights_});
  optimizer_.step(result.weight_grads);
  return result.value[0].item<double>();
}

bool LanguageTrainer::run(int64_t steps, const OnStep& on_step) {
  using Clock = std::chrono::steady_clock;
  net_.set_train(true);
  const int64_t per_epoch = loader_.steps_per_epoch();
  const auto tokens = static_cast<double>(loader_.options().batch_size * loader_.options().length);
  const int64_t first = step_;
  double seconds = 0;
  while (step_ < steps) {
    const auto start = Clock::now();
    TextStepReport report{.step = step_, .steps = steps};
    report.loss = train_on(loader_.batch(step_ / per_epoch, step_ % per_epoch));
    ++step_;
    seconds += std::chrono::duration<double>(Clock::now() - start).count();
    report.tokens_per_second = tokens * static_cast<double>(step_ - first) / seconds;
    report.seconds_left = static_cast<double>(steps - step_) * tokens / report.tokens_per_second;
    if (on_step && !on_step(report)) return false;
  }
  return true;
}

NamedTensors LanguageTrainer::state() const {
  NamedTensors entries = entries_of_optimizer(optimizer_);
  const data::TextLoaderOptions& options = loader_.options();
  entries.push_back(number_entry("train.step", step_));
  entries.push_back(number_entry("train.seed", static_cast<int64_t>(options.seed)));
  entries.push_back(number_entry("train.batch_size", options.batch_size));
  entries.push_back(number_entry("train.length", options.length));
  entries.push_back(number_entry("train.tokens", std::ssize(loader_.tokens())));
  return entries;
}

void LanguageTrainer::restore(const NamedTensors& entries) {
  const StoredState stored(entries, optimizer_);
  const data::TextLoaderOptions& options = loader_.options();
  stored.must_be("train.seed", static_cast<int64_t>(options.seed));
  stored.must_be("train.batch_size", options.batch_size);
  stored.must_be("train.length", options.length);
  stored.must_be("train.tokens", std::ssize(loader_.tokens()));
  const int64_t step = stored.integer("train.step");
  stored.restore_optimizer();
  step_ = step;
}

double evaluate_text(Cell& net, const data::TextLoader& loader, int64_t batches) {
  const bool before = net.training();
  net.set_train(false);
  const int64_t count = std::min(batches, loader.steps_per_epoch());
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const data::TextLoader::Batch batch = loader.batch(0, i);
    sum += next_token_loss(net(batch.inputs), batch.targets).item<double>();
  }
  net.set_train(before);
  return sum / static_cast<double>(count);
}

}  // namespace nucella::train
