// What train and eval share: building a net, an optimizer and a data set from their names.
#pragma once
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "nucella/data/images.h"
#include "nucella/optim/optimizer.h"

namespace nucella::app {

/// "lenet5", "mlp" or "resnet18", each for grey images of 28x28.
CellPtr make_model(const std::string& name);

struct OptimizerSettings {
  std::string name = "momentum";  ///< or "sgd" or "adam"
  double lr = 0;                  ///< 0 stands for the optimizer's usual one
  double weight_decay = 0;
  std::string schedule = "constant";  ///< or "cosine": up in a twentieth of the steps, then down to 0
};
/// For a run of `steps` steps.
std::shared_ptr<nn::Optimizer> make_optimizer(const OptimizerSettings& settings, const Cell& net,
                                              int64_t steps);
/// "fashion-mnist" or a folder.
data::ImageSet load_data(const std::string& where, data::Split split);

/// The entry of a checkpoint that holds the description of a language model.
inline constexpr const char* kModelEntry = "nucella.model";

/// Accepts finite numbers above 0.
CLI::Validator positive();
/// Options that several commands have.
void add_model_option(CLI::App& app, std::string& model);
void add_data_option(CLI::App& app, std::string& data);
void add_threads_option(CLI::App& app, int& threads);

}  // namespace nucella::app
