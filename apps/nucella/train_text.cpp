#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <numbers>

#include "apps/nucella/commands.h"
#include "apps/nucella/interrupt.h"
#include "apps/nucella/options.h"
#include "nucella/base/parallel.h"
#include "nucella/base/random.h"
#include "nucella/models/language_model.h"
#include "nucella/optim/adam.h"
#include "nucella/train/language_trainer.h"
#include "nucella/train/loss_chart.h"
#include "nucella/train/progress.h"
#include "nucella/train/state_file.h"

namespace nucella::app {
namespace {

struct Options {
  std::string model = "gpt", data = "fortunes", save, resume, curve;
  int64_t layers = 4, width = 128, heads = 4, context = 128, batch_size = 16, steps = 2000, seed = 1;
  double dropout = 0, lr = 1e-3;
  int threads = 0;
};

constexpr int64_t kCheckEvery = 200, kCheckBatches = 20;

std::string description_of(const Options& o) {
  const std::string sizes = str(" width=", o.width, " layers=", o.layers, " dropout=", o.dropout);
  return o.model == "gpt" ? str("gpt", sizes, " heads=", o.heads, " context=", o.context) : "lstm" + sizes;
}

// Warms up over a tenth of the steps, 100 at most, then falls along half a cosine to a tenth.
std::vector<float> rates(double lr, int64_t steps) {
  const double warm = static_cast<double>(std::clamp<int64_t>(steps / 10, 1, 100));
  std::vector<float> table;
  for (int64_t i = 0; i < steps; ++i) {
    const double at = static_cast<double>(i), share = at / static_cast<double>(steps);
    const double fall = 0.1 + 0.45 * (1 + std::cos(std::numbers::pi * share));
    table.push_back(static_cast<float>(lr * std::min((at + 1) / warm, fall)));
  }
  return table;
}

// Every tenth block of the text is kept for checking.
std::pair<std::vector<int32_t>, std::vector<int32_t>> split(const std::string& text) {
  constexpr size_t kBlock = 4096;
  std::string train, check;
  for (size_t at = 0; at < text.size(); at += kBlock)
    (at / kBlock % 10 == 9 ? check : train) += text.substr(at, kBlock);
  return {data::byte_tokens(train), data::byte_tokens(check)};
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options), path_(options.save.empty() ? options.model + ".ckpt" : options.save) {
    auto [train, check] = split(data::read_text(options.data));
    const data::TextLoaderOptions loading{options.batch_size, options.context,
                                          static_cast<uint64_t>(options.seed)};
    train_ = std::make_unique<data::TextLoader>(std::move(train), loading);
    check_ = std::make_unique<data::TextLoader>(std::move(check), loading);
    set_seed(options.seed);
    model_ = models::make_language_model(description_of(options));
  }

  int operator()() {
    const CatchInterrupt catch_interrupt;
    int64_t weights = 0;
    for (const Parameter& p : model_->trainable_params()) weights += p.size();
    std::printf("%s: %lld weights, %zu training tokens\n", model_->description().c_str(),
                static_cast<long long>(weights), train_->tokens().size());
    std::fflush(stdout);
    nn::Adam optimizer(model_->trainable_params(), rates(options_.lr, options_.steps));
    train::LanguageTrainer trainer(*model_, optimizer, *train_);
    if (!options_.resume.empty()) train::load_state(options_.resume, *model_, trainer);
    chart_.first_step = trainer.step();
    const bool complete =
        trainer.run(options_.steps, [&](const train::TextStepReport& r) { return note(r); });
    train::save_state(path_, *model_, trainer, {{kModelEntry, {}, model_->description()}});
    if (complete)
      std::printf("saved %s\n", path_.c_str());
    else
      std::printf("interrupted after %lld steps; saved %s, go on with --resume %s\n",
                  static_cast<long long>(trainer.step()), path_.c_str(), path_.c_str());
    if (!options_.curve.empty()) draw();
    return complete ? 0 : kInterrupted;
  }

 private:
  bool note(const train::TextStepReport& r) {
    chart_.losses.push_back(r.loss);
    if ((r.step + 1) % kCheckEvery == 0 || r.step + 1 == r.steps) {
      const double loss = train::evaluate_text(*model_, *check_, kCheckBatches);
      model_->set_train(true);
      chart_.tests.emplace_back(static_cast<double>(r.step + 1), loss);
      std::printf(
          "step %lld/%lld  loss %.4f  on other text %.4f (%.3f bits per byte)  %.0f tokens/s  %s left\n",
          static_cast<long long>(r.step + 1), static_cast<long long>(r.steps), r.loss, loss,
          loss / std::log(2.0), r.tokens_per_second, train::describe_time(r.seconds_left).c_str());
      std::fflush(stdout);
    }
    return !interrupted();
  }

  void draw() {
    const double last = chart_.tests.empty() ? NAN : chart_.tests.back().second;
    chart_.unit = "step";
    chart_.tests_name = "text not trained on";
    std::ofstream(options_.curve) << train::draw_loss_page(
        str(options_.model == "gpt" ? "GPT" : "LSTM", " on ", options_.data),
        str(model_->description(), ": ", train::fixed(last, 3), " nats per byte on other text"), chart_);
    std::printf("drew %s\n", options_.curve.c_str());
  }

  const Options& options_;
  std::string path_;
  std::unique_ptr<data::TextLoader> train_, check_;
  std::shared_ptr<models::LanguageModel> model_;
  train::LossChart chart_;
};

}  // namespace

Command add_train_text(CLI::App& parent) {
  auto o = std::make_shared<Options>();
  CLI::App& app = *parent.add_subcommand("train-text", "Trains a net that continues texts, byte by byte");
  app.add_option("--model", o->model, "The net")
      ->check(CLI::IsMember({"gpt", "lstm"}))
      ->capture_default_str();
  app.add_option("--data", o->data, "fortunes (of the Debian package), a file, or a folder of files")
      ->capture_default_str();
  const auto size = [&](const char* name, int64_t& value, const char* help) {
    app.add_option(name, value, help)->check(positive())->capture_default_str();
  };
  size("--layers", o->layers, "Blocks or layers");
  size("--width", o->width, "Features of a token");
  size("--heads", o->heads, "Heads of attention of a gpt; a divisor of the width");
  size("--context", o->context, "Bytes that are looked at at once");
  size("--batch-size", o->batch_size, "Stretches of text per step");
  size("--steps", o->steps, "Steps of training");
  app.add_option("--dropout", o->dropout, "Probability of dropout")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  app.add_option("--lr", o->lr, "Highest learning rate of Adam")->check(positive())->capture_default_str();
  app.add_option("--seed", o->seed, "Seed of the weights and of the order of the text")
      ->check(CLI::Range(int64_t{0}, int64_t{4294967295}))
      ->capture_default_str();
  app.add_option("--save", o->save, "Checkpoint to write, .ckpt or .safetensors (default: <model>.ckpt)");
  app.add_option("--resume", o->resume, "Go on from this checkpoint, with the same other options");
  app.add_option("--curve", o->curve, "SVG file for the curve of the loss");
  add_threads_option(app, o->threads);
  return [o] {
    if (o->threads > 0) set_num_threads(o->threads);
    return Run(*o)();
  };
}

}  // namespace nucella::app
