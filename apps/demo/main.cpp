// The main job from end to end: train LeNet-5 on Fashion-MNIST, save, rebuild without initialising, load,
// evaluate.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "apps/demo/load_cost.h"
#include "apps/short_waits.h"
#include "nucella/base/random.h"
#include "nucella/models/lenet.h"
#include "nucella/nn/loss.h"
#include "nucella/optim/momentum.h"
#include "nucella/train/checkpoint.h"
#include "nucella/train/progress.h"
#include "nucella/train/report.h"

namespace {

using namespace nucella;

constexpr int64_t kEpochs = 5;
constexpr float kRate = 0.04F;
constexpr const char* kCheckpoint = "lenet5.ckpt";
constexpr const char* kReport = "lenet5.svg";

void heading(int number, const char* text) { std::printf("\n%d. %s\n", number, text); }

// From kRate down to nothing in equal steps.
std::vector<float> falling_rates(int64_t steps) {
  std::vector<float> rates;
  for (int64_t i = 0; i < steps; ++i)
    rates.push_back(kRate * (1 - static_cast<float>(i) / static_cast<float>(steps)));
  return rates;
}

struct Trained {
  train::Report report;
  train::Evaluation evaluation = {};
};

Trained train_and_save(const data::DataLoader& train, const data::DataLoader& test) {
  heading(1, "Training LeNet-5 on the 60,000 images of Fashion-MNIST");
  set_seed(1);
  models::LeNet5 net;
  nn::SoftmaxCrossEntropyWithLogits loss{{.sparse = true, .reduction = "mean"}};
  nn::Momentum optimizer(net.trainable_params(), falling_rates(kEpochs * train.steps_per_epoch()), 0.9);
  train::Trainer trainer(net, loss, optimizer, train);
  train::Progress progress;
  Trained result{
      .report = {.title = "LeNet-5 on Fashion-MNIST",
                 .steps_per_epoch = train.steps_per_epoch(),
                 .classes = {data::kFashionMnistClasses.begin(), data::kFashionMnistClasses.end()}}};
  const auto on_step = [&](const train::StepReport& step) {
    progress.update(step);
    result.report.losses.push_back(step.loss);
    return true;
  };
  const auto on_epoch = [&](int64_t) {
    result.evaluation = train::evaluate(net, test);
    result.report.test_losses.push_back(result.evaluation.loss);
  };
  trainer.run(kEpochs, on_step, on_epoch);
  std::printf("test accuracy %.4f\n", result.evaluation.accuracy);

  heading(2, "Saving");
  save_checkpoint(net, kCheckpoint);
  std::printf("wrote %s, %ju bytes\n", kCheckpoint,
              static_cast<uintmax_t>(std::filesystem::file_size(kCheckpoint)));
  return result;
}

bool reload_and_compare(const data::DataLoader& test, const train::Evaluation& before) {
  heading(3, "Building the net again under NoInitParameters, loading, evaluating");
  const NoInitParameters no_init;
  models::LeNet5 net;
  load_checkpoint(kCheckpoint, &net);
  const train::Evaluation after = train::evaluate(net, test);
  const bool equal = std::memcmp(before.logits.raw_data(), after.logits.raw_data(),
                                 static_cast<size_t>(before.logits.nbytes())) == 0;
  std::printf("test accuracy %.4f; the %lld logits are %s\n", after.accuracy,
              static_cast<long long>(after.logits.size()),
              equal ? "bit-identical to those before saving" : "NOT those before saving");
  return equal;
}

int demo() {
  const data::DataLoader train(data::fashion_mnist(data::Split::kTrain), {.batch_size = 64, .seed = 1});
  const data::DataLoader test(data::fashion_mnist(data::Split::kTest), {.batch_size = 500, .shuffle = false});
  const Trained trained = train_and_save(train, test);
  const bool equal = reload_and_compare(test, trained.evaluation);

  heading(4, "What it costs to get a saved net into memory");
  app::print_load_costs();

  std::ofstream(kReport) << train::draw_report(trained.report, trained.evaluation, test.set());
  std::printf("\ndrew %s: loss curve, confusion matrix, misclassified images\n", kReport);
  return equal ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  app::wait_shortly(argv);
  try {
    if (app::is_load_cost_child(argc, argv)) return app::run_load_cost_child(argv);
    return demo();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "demo: %s\n", e.what());
    return 1;
  }
}
