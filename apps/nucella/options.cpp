#include "apps/nucella/options.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "nucella/models/lenet.h"
#include "nucella/models/mlp.h"
#include "nucella/models/resnet.h"
#include "nucella/optim/adam.h"
#include "nucella/optim/momentum.h"
#include "nucella/optim/sgd.h"

namespace nucella::app {

namespace {

// Half as wide as the net for photographs, and without the pool that would leave little of a small image.
models::ResNetConfig small_images() {
  return {.in_channels = 1, .width = 32, .stem_kernel = 3, .stem_pool = false};
}

double usual_rate(const std::string& optimizer) {
  if (optimizer == "sgd") return 0.1;
  return optimizer == "adam" ? 0.001 : 0.02;
}

nn::LearningRate rate_of(const OptimizerSettings& settings, int64_t steps) {
  const double top = settings.lr > 0 ? settings.lr : usual_rate(settings.name);
  if (settings.schedule == "constant") return top;
  const auto all = static_cast<double>(steps), warm = std::max(1.0, all / 20);
  std::vector<float> rates;
  for (int64_t step = 0; step < steps; ++step) {
    const auto t = static_cast<double>(step);
    const double falling = 0.5 * (1 + std::cos(std::numbers::pi * t / all));
    rates.push_back(static_cast<float>(top * std::min(1.0, (t + 1) / warm) * falling));
  }
  return rates;
}

}  // namespace

CellPtr make_model(const std::string& name) {
  if (name == "mlp") return std::make_shared<models::MLP>();
  if (name == "resnet18") return std::make_shared<models::ResNet18>(10, small_images());
  return std::make_shared<models::LeNet5>();
}

std::shared_ptr<nn::Optimizer> make_optimizer(const OptimizerSettings& settings, const Cell& net,
                                              int64_t steps) {
  const nn::LearningRate rate = rate_of(settings, steps);
  const nn::WeightDecay decay = settings.weight_decay;
  const std::vector<Parameter> params = net.trainable_params();
  if (settings.name == "sgd")
    return std::make_shared<nn::SGD>(params, rate, nn::SGDOptions{.weight_decay = decay});
  if (settings.name == "adam")
    return std::make_shared<nn::Adam>(params, rate, nn::AdamOptions{.weight_decay = decay});
  return std::make_shared<nn::Momentum>(params, rate, 0.9, nn::MomentumOptions{.weight_decay = decay});
}

data::ImageSet load_data(const std::string& where, data::Split split) {
  return where == "fashion-mnist" ? data::fashion_mnist(split) : data::load_images(where, split);
}

CLI::Validator positive() {
  const auto check = [](const std::string& text) {
    double value = 0;
    const bool good = CLI::detail::lexical_cast(text, value) && value > 0 && std::isfinite(value);
    return good ? std::string() : "must be a number above 0, got '" + text + "'";
  };
  return {check, "POSITIVE"};
}

void add_model_option(CLI::App& app, std::string& model) {
  app.add_option("--model", model, "The net")
      ->check(CLI::IsMember({"lenet5", "mlp", "resnet18"}))
      ->capture_default_str();
}

void add_data_option(CLI::App& app, std::string& data) {
  app.add_option("--data", data, "fashion-mnist, or a folder with idx files named like MNIST's")
      ->capture_default_str();
}

void add_threads_option(CLI::App& app, int& threads) {
  app.add_option("--threads", threads, "Threads to compute with (default: all cores)")
      ->check(CLI::Range(1, 1024));
}

}  // namespace nucella::app
