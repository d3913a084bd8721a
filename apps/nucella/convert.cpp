#include <cstdio>

#include "apps/nucella/commands.h"
#include "nucella/io/file.h"

namespace nucella::app {
namespace {

struct Options {
  std::string from, to;
};

int run(const Options& options) {
  const NamedTensors entries = io::load_file(options.from);
  io::save_file(options.to, entries);
  std::printf("wrote %zu entries to %s\n", entries.size(), options.to.c_str());
  return 0;
}

}  // namespace

Command add_convert(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App& app = *parent.add_subcommand("convert", "Converts between .ckpt, .safetensors and .npz");
  app.add_option("from", options->from, "The file to read")->required();
  app.add_option("to", options->to, "The file to write; its ending decides about the format")->required();
  return [options] { return run(*options); };
}

}  // namespace nucella::app
