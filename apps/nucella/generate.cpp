#include <cstdio>

#include "apps/nucella/commands.h"
#include "apps/nucella/options.h"
#include "nucella/base/parallel.h"
#include "nucella/data/text.h"
#include "nucella/models/language_model.h"
#include "nucella/train/checkpoint.h"

namespace nucella::app {
namespace {

struct Options {
  std::string checkpoint, prompt = "\n%\n";
  int64_t tokens = 300, top_k = 0, seed = 0;
  double temperature = 0.8;
  int threads = 0;
};

std::shared_ptr<models::LanguageModel> load_model(const std::string& path) {
  const std::string format = path.ends_with(".safetensors") ? "safetensors" : "ckpt";
  StateDict entries = load_checkpoint(path, nullptr, {.format = format});
  const Value* entry = entries.find(kModelEntry);
  check<ValueError>(entry != nullptr, "generate: '", path, "' does not tell its model; nucella train-text ",
                    "writes such files");
  const auto description = entry->as<std::string>("generate");
  const NoInitParameters scope;  // the weights come from the file: none is drawn
  auto model = models::make_language_model(description);
  entries.erase(kModelEntry);
  load_param_into_net(*model, entries, true);
  return model;
}

int run(const Options& o) {
  const auto model = load_model(o.checkpoint);
  check<ValueError>(!o.prompt.empty(), "generate: '--prompt' must not be empty");
  std::fwrite(o.prompt.data(), 1, o.prompt.size(), stdout);
  models::generate(*model, data::byte_tokens(o.prompt), o.tokens,
                   {.temperature = o.temperature, .top_k = o.top_k, .seed = static_cast<uint64_t>(o.seed)},
                   [](int32_t token) {
                     std::fputc(token, stdout);
                     std::fflush(stdout);
                     return true;
                   });
  std::fputc('\n', stdout);
  return 0;
}

}  // namespace

Command add_generate(CLI::App& parent) {
  auto o = std::make_shared<Options>();
  CLI::App& app = *parent.add_subcommand("generate", "Continues a text with a net of train-text");
  app.add_option("checkpoint", o->checkpoint, "The file that train-text has written")->required();
  app.add_option("--prompt", o->prompt, "What the text begins with (default: the start of a fortune)");
  app.add_option("--tokens", o->tokens, "How many bytes to add")->check(positive())->capture_default_str();
  app.add_option("--temperature", o->temperature,
                 "Below 1 the likely becomes likelier; 0 takes the likeliest")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app.add_option("--top-k", o->top_k, "Draw only from so many of the likeliest; 0 means from all")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 31))
      ->capture_default_str();
  app.add_option("--seed", o->seed, "Seed of the drawing")
      ->check(CLI::Range(int64_t{0}, int64_t{4294967295}))
      ->capture_default_str();
  add_threads_option(app, o->threads);
  return [o] {
    if (o->threads > 0) set_num_threads(o->threads);
    return run(*o);
  };
}

}  // namespace nucella::app
