#include <cstdio>

#include "apps/nucella/commands.h"
#include "apps/nucella/name_options.h"
#include "nucella/io/file.h"

namespace nucella::app {
namespace {

struct Options {
  std::string from, to;
  std::shared_ptr<io::NameRules> rules = std::make_shared<io::NameRules>();
  io::SaveFileOptions save;
};

int run(const Options& options) {
  const size_t count = io::convert_file(options.from, options.to, *options.rules, options.save);
  std::printf("wrote %zu entries to %s\n", count, options.to.c_str());
  return 0;
}

}  // namespace

Command add_convert(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App& app =
      *parent.add_subcommand("convert",
                             "Reads .ckpt, .safetensors, .npz, PyTorch's .pt, .pth and .bin, .gguf, or a set "
                             "of safetensors files by "
                             "its .safetensors.index.json; writes .ckpt, .safetensors, .npz or such a set");
  app.add_option("from", options->from, "The file to read")->required();
  app.add_option("to", options->to, "The file to write; its ending decides about the format")->required();
  add_name_options(app, options->rules);
  app.add_option("--max-shard-size", options->save.max_shard_bytes,
                 "Of each file of a set, such as 5GB or 500MB")
      ->transform(CLI::AsSizeValue(true))
      ->capture_default_str();
  return [options] { return run(*options); };
}

}  // namespace nucella::app
