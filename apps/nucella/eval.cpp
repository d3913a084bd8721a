#include <cstdio>

#include "apps/nucella/commands.h"
#include "apps/nucella/options.h"
#include "nucella/base/parallel.h"
#include "nucella/train/checkpoint.h"
#include "nucella/train/evaluate.h"

namespace nucella::app {
namespace {

struct Options {
  std::string model = "lenet5", data = "fashion-mnist", checkpoint;
  int threads = 0;
};

void load(const std::string& path, Cell& net) {
  const StateDict entries =
      load_checkpoint(path, nullptr, {.format = path.ends_with("safetensors") ? "safetensors" : "ckpt"});
  const NotLoaded missing = load_param_into_net(net, entries);
  check<ValueError>(missing.param_not_load.empty(), "'", path, "' lacks ", missing.param_not_load.size(),
                    " parameters of the net, the first of them '",
                    missing.param_not_load.empty() ? "" : missing.param_not_load[0], "'");
}

int run(const Options& options) {
  if (options.threads > 0) set_num_threads(options.threads);
  const data::DataLoader test(load_data(options.data, data::Split::kTest),
                              {.batch_size = 500, .shuffle = false});
  CellPtr net;
  {
    const NoInitParameters no_init;
    net = make_model(options.model);
  }
  load(options.checkpoint, *net);
  const train::Evaluation evaluation = train::evaluate(*net, test);
  std::printf("test loss %.4f\ntest accuracy %.4f\n", evaluation.loss, evaluation.accuracy);
  return 0;
}

}  // namespace

Command add_eval(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App& app = *parent.add_subcommand("eval", "Measures a saved net on test images");
  add_model_option(app, options->model);
  add_data_option(app, options->data);
  app.add_option("--checkpoint", options->checkpoint, "The saved net, .ckpt or .safetensors")->required();
  add_threads_option(app, options->threads);
  return [options] { return run(*options); };
}

}  // namespace nucella::app
