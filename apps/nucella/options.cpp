#include "apps/nucella/options.h"

#include <cmath>

#include "nucella/models/lenet.h"
#include "nucella/models/mlp.h"
#include "nucella/optim/adam.h"
#include "nucella/optim/momentum.h"
#include "nucella/optim/sgd.h"

namespace nucella::app {

CellPtr make_model(const std::string& name) {
  if (name == "mlp") return std::make_shared<models::MLP>();
  return std::make_shared<models::LeNet5>();
}

std::shared_ptr<nn::Optimizer> make_optimizer(const std::string& name, const Cell& net, double lr) {
  const auto rate = [&](double usual) { return lr > 0 ? lr : usual; };
  if (name == "sgd") return std::make_shared<nn::SGD>(net.trainable_params(), rate(0.1));
  if (name == "adam") return std::make_shared<nn::Adam>(net.trainable_params(), rate(0.001));
  return std::make_shared<nn::Momentum>(net.trainable_params(), rate(0.02), 0.9);
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
  app.add_option("--model", model, "The net")->check(CLI::IsMember({"lenet5", "mlp"}))->capture_default_str();
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
