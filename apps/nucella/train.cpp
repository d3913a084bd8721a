#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "apps/nucella/commands.h"
#include "apps/nucella/interrupt.h"
#include "apps/nucella/options.h"
#include "nucella/base/parallel.h"
#include "nucella/base/random.h"
#include "nucella/nn/loss.h"
#include "nucella/train/progress.h"
#include "nucella/train/report.h"
#include "nucella/train/run_log.h"
#include "nucella/train/state_file.h"
#include "nucella/train/trainer.h"

namespace nucella::app {
namespace {

struct Options {
  std::string model = "lenet5", data = "fashion-mnist";
  std::string save, resume, log_dir;
  OptimizerSettings optimizer;
  int64_t epochs = 5, batch_size = 64, limit = 0, seed = 1, shift = 0;
  bool flip = false;
  double label_smoothing = 0, at_least = 0;
  int threads = 0;
};

data::ImageSet limited(data::ImageSet set, int64_t limit) { return limit > 0 ? set.first(limit) : set; }

void add_optimizer_options(CLI::App& app, OptimizerSettings& settings) {
  app.add_option("--lr", settings.lr, "Learning rate (default: momentum 0.02, sgd 0.1, adam 0.001)")
      ->check(positive());
  app.add_option("--optimizer", settings.name, "The optimizer")
      ->check(CLI::IsMember({"sgd", "momentum", "adam"}))
      ->capture_default_str();
  app.add_option("--weight-decay", settings.weight_decay, "Part of each weight that joins its gradient")
      ->check(positive());
  app.add_option("--schedule", settings.schedule, "How the learning rate goes over the epochs")
      ->check(CLI::IsMember({"constant", "cosine"}))
      ->capture_default_str();
}

// One run: the net and what trains it, built from the options.
class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        path_(options.save.empty() ? options.model + ".ckpt" : options.save),
        train_(limited(load_data(options.data, data::Split::kTrain), options.limit),
               {.batch_size = options.batch_size,
                .seed = static_cast<uint64_t>(options.seed),
                .flip = options.flip,
                .shift = options.shift}),
        test_(limited(load_data(options.data, data::Split::kTest), options.limit),
              {.batch_size = 500, .shuffle = false}),
        loss_({.label_smoothing = options.label_smoothing}) {
    set_seed(options.seed);
    net_ = make_model(options.model);
    optimizer_ = make_optimizer(options.optimizer, *net_, options.epochs * train_.steps_per_epoch());
    trainer_.emplace(*net_, loss_, *optimizer_, train_);
    if (!options.resume.empty()) train::load_state(options.resume, *net_, *trainer_);
    if (!options.log_dir.empty()) log_.emplace(options.log_dir, !options.resume.empty());
  }

  int operator()() {
    const CatchInterrupt catch_interrupt;
    if (!train()) {
      progress_.finish();
      train::save_state(path_, *net_, *trainer_);
      std::printf("interrupted in epoch %lld after %lld steps; saved %s, go on with --resume %s\n",
                  static_cast<long long>(trainer_->epoch() + 1), static_cast<long long>(trainer_->step()),
                  path_.c_str(), path_.c_str());
      return kInterrupted;
    }
    train::save_state(path_, *net_, *trainer_);
    std::printf("saved %s\n", path_.c_str());
    const train::Evaluation evaluation = train::evaluate(*net_, test_);
    if (log_) write_report(evaluation);
    std::printf("test accuracy %.4f\n", evaluation.accuracy);
    check<RuntimeError>(evaluation.accuracy >= options_.at_least, "the test accuracy is below ",
                        options_.at_least);
    return 0;
  }

 private:
  bool train() {
    const auto on_step = [&](const train::StepReport& report) {
      progress_.update(report);
      if (log_) log_->add(report);
      losses_.push_back(report.loss);
      return !interrupted();
    };
    return trainer_->run(options_.epochs, on_step, [&](int64_t epoch) { tested(epoch); });
  }

  // After every epoch the net is measured, for the curve of the report.
  void tested(int64_t epoch) {
    if (!log_) return;
    const train::Evaluation evaluation = train::evaluate(*net_, test_);
    test_losses_.push_back(evaluation.loss);
    std::printf("epoch %lld: test loss %.4f, accuracy %.4f\n", static_cast<long long>(epoch), evaluation.loss,
                evaluation.accuracy);
    std::fflush(stdout);
  }

  void write_report(const train::Evaluation& evaluation) {
    train::Report report{.title = options_.model + " on " + options_.data,
                         .losses = losses_,
                         .steps_per_epoch = train_.steps_per_epoch(),
                         .test_losses = test_losses_};
    if (options_.data == "fashion-mnist")
      report.classes.assign(data::kFashionMnistClasses.begin(), data::kFashionMnistClasses.end());
    const auto path = std::filesystem::path(options_.log_dir) / "report.svg";
    std::ofstream(path) << train::draw_report(report, evaluation, test_.set());
    std::printf("drew %s\n", path.c_str());
  }

  const Options& options_;
  std::string path_;
  data::DataLoader train_, test_;
  CellPtr net_;
  nn::CrossEntropyLoss loss_;
  std::shared_ptr<nn::Optimizer> optimizer_;
  std::optional<train::Trainer> trainer_;
  std::optional<train::RunLog> log_;
  train::Progress progress_;
  std::vector<double> losses_, test_losses_;
};

}  // namespace

Command add_train(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App& app = *parent.add_subcommand("train", "Trains a net on labelled images");
  add_model_option(app, options->model);
  add_data_option(app, options->data);
  app.add_option("--epochs", options->epochs, "Passes over the data")
      ->check(positive())
      ->capture_default_str();
  app.add_option("--batch-size", options->batch_size, "Images per step")
      ->check(positive())
      ->capture_default_str();
  add_optimizer_options(app, options->optimizer);
  app.add_option("--label-smoothing", options->label_smoothing, "Part of each target that all classes share")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_flag("--flip", options->flip, "Mirror half of the images, drawn anew in every epoch");
  app.add_option("--shift", options->shift, "Move each image by up to so many pixels, drawn anew likewise")
      ->check(CLI::Range(0, 27))
      ->capture_default_str();
  app.add_option("--seed", options->seed, "Seed of the weights and of the order of the images")
      ->check(CLI::Range(int64_t{0}, int64_t{4294967295}))
      ->capture_default_str();
  app.add_option("--at-least", options->at_least, "Fail when the test accuracy is below in the end")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--limit", options->limit, "Use only the first N images of either set")->check(positive());
  app.add_option("--save", options->save,
                 "Checkpoint to write, .ckpt or .safetensors (default: <model>.ckpt)");
  app.add_option("--resume", options->resume, "Go on from this checkpoint");
  app.add_option("--log-dir", options->log_dir, "Folder for steps.jsonl and report.svg");
  add_threads_option(app, options->threads);
  return [options] {
    if (options->threads > 0) set_num_threads(options->threads);
    return Run(*options)();
  };
}

}  // namespace nucella::app
