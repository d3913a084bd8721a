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

namespace nucella::app {
namespace {

struct Options {
  std::string model = "lenet5", data = "fashion-mnist", optimizer = "momentum";
  std::string save, resume, log_dir;
  int64_t epochs = 5, batch_size = 64, limit = 0, seed = 1;
  double lr = 0;
  int threads = 0;
};

data::ImageSet limited(data::ImageSet set, int64_t limit) { return limit > 0 ? set.first(limit) : set; }

// One run: the net and what trains it, built from the options.
class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        path_(options.save.empty() ? options.model + ".ckpt" : options.save),
        train_(limited(load_data(options.data, data::Split::kTrain), options.limit),
               {.batch_size = options.batch_size, .seed = static_cast<uint64_t>(options.seed)}),
        test_(limited(load_data(options.data, data::Split::kTest), options.limit),
              {.batch_size = 500, .shuffle = false}) {
    set_seed(options.seed);
    net_ = make_model(options.model);
    optimizer_ = make_optimizer(options.optimizer, *net_, options.lr);
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
    return 0;
  }

 private:
  bool train() {
    return trainer_->run(options_.epochs, [&](const train::StepReport& report) {
      progress_.update(report);
      if (log_) log_->add(report);
      losses_.push_back(report.loss);
      return !interrupted();
    });
  }

  void write_report(const train::Evaluation& evaluation) {
    train::Report report{.title = options_.model + " on " + options_.data,
                         .losses = losses_,
                         .steps_per_epoch = train_.steps_per_epoch()};
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
  nn::SoftmaxCrossEntropyWithLogits loss_{{.sparse = true, .reduction = "mean"}};
  std::shared_ptr<nn::Optimizer> optimizer_;
  std::optional<train::Trainer> trainer_;
  std::optional<train::RunLog> log_;
  train::Progress progress_;
  std::vector<double> losses_;
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
  app.add_option("--lr", options->lr, "Learning rate (default: momentum 0.02, sgd 0.1, adam 0.001)")
      ->check(positive());
  app.add_option("--optimizer", options->optimizer, "The optimizer")
      ->check(CLI::IsMember({"sgd", "momentum", "adam"}))
      ->capture_default_str();
  app.add_option("--seed", options->seed, "Seed of the weights and of the order of the images")
      ->check(CLI::Range(int64_t{0}, int64_t{4294967295}))
      ->capture_default_str();
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
