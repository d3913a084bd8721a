#include "nucella/train/trainer.h"

#include <chrono>

#include "nucella/base/random.h"
#include "nucella/grad/grad.h"
#include "nucella/tensor/create.h"
#include "nucella/train/evaluate.h"

namespace nucella::train {
namespace {

Tensor number(int64_t value) {
  Tensor t = Tensor::empty({}, int64);
  *t.mutable_data<int64_t>() = value;
  return t;
}

Tensor number(double value) {
  Tensor t = Tensor::empty({}, float64);
  *t.mutable_data<double>() = value;
  return t;
}

const Tensor& find(const NamedTensors& entries, std::string_view name, const Shape& shape) {
  for (const NamedTensor& e : entries) {
    if (e.name != name || e.is_text()) continue;
    check<ValueError>(e.tensor.shape() == shape, "resume: '", name, "' must have the shape ", shape, ", got ",
                      e.tensor.shape());
    return e.tensor;
  }
  raise<ValueError>("resume: the checkpoint holds no '", name, "'; was it saved while training?");
}

}  // namespace

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
  NamedTensors entries;
  for (Parameter p : optimizer_.state()) entries.push_back({p.name(), p.init_data(), ""});
  const data::LoaderOptions& options = loader_.options();
  entries.push_back({"train.epoch", number(epoch_), ""});
  entries.push_back({"train.step", number(step_), ""});
  entries.push_back({"train.epoch_images", number(totals_.images), ""});
  entries.push_back({"train.epoch_right", number(totals_.right), ""});
  entries.push_back({"train.epoch_loss", number(totals_.loss), ""});
  entries.push_back({"train.seed", number(static_cast<int64_t>(options.seed)), ""});
  entries.push_back({"train.batch_size", number(options.batch_size), ""});
  entries.push_back({"train.images", number(loader_.set().size()), ""});
  const OpSeedState op_seeds = op_seed_state();
  entries.push_back({"train.op_seed", number(int64_t{op_seeds.seed}), ""});
  entries.push_back({"train.op_seeds_drawn", number(static_cast<int64_t>(op_seeds.drawn)), ""});
  return entries;
}

void Trainer::restore(const NamedTensors& entries) {
  const auto stored = [&](std::string_view name) { return find(entries, name, {}).item<int64_t>(); };
  const auto must_agree = [&](std::string_view name, int64_t ours) {
    check<ValueError>(stored(name) == ours, "resume: '", name, "' was ", stored(name),
                      " when the checkpoint was saved, ", "now it is ", ours);
  };
  must_agree("train.seed", static_cast<int64_t>(loader_.options().seed));
  must_agree("train.batch_size", loader_.options().batch_size);
  must_agree("train.images", loader_.set().size());
  std::vector<std::pair<Parameter, Tensor>> values;
  for (const Parameter& p : optimizer_.state()) values.emplace_back(p, find(entries, p.name(), p.shape()));
  const Totals totals{stored("train.epoch_images"), stored("train.epoch_right"),
                      find(entries, "train.epoch_loss", {}).item<double>()};
  const int64_t epoch = stored("train.epoch"), step = stored("train.step");
  const OpSeedState op_seeds{static_cast<uint32_t>(stored("train.op_seed")),
                             static_cast<uint64_t>(stored("train.op_seeds_drawn"))};
  for (auto& [parameter, value] : values) parameter.set_data(value);
  set_op_seed_state(op_seeds);
  epoch_ = epoch;
  step_ = step;
  totals_ = totals;
}

}  // namespace nucella::train
