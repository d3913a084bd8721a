#include <cstdio>
#include <utility>
#include <vector>

#include "apps/nucella/commands.h"
#include "apps/short_waits.h"
#include "nucella/base/error.h"

namespace {

int run(int argc, char** argv) {
  using namespace nucella::app;
  CLI::App app("nucella: trains, evaluates and inspects networks");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("nucella ") + NUCELLA_VERSION);
  const std::vector<std::pair<std::string, Command>> commands = {
      {"train", add_train(app)}, {"train-text", add_train_text(app)}, {"generate", add_generate(app)},
      {"eval", add_eval(app)},   {"inspect", add_inspect(app)},       {"convert", add_convert(app)},
      {"diff", add_diff(app)}};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kUsage;
  }
  for (const auto& [name, command] : commands)
    if (app.got_subcommand(name)) return command();
  return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  nucella::app::wait_shortly(argv);
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "nucella: %s\n", e.what());
    return nucella::app::kFailed;
  }
}
