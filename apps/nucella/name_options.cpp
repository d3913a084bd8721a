#include "apps/nucella/name_options.h"

namespace nucella::app {

void add_name_options(CLI::App& app, const std::shared_ptr<io::NameRules>& rules) {
  app.add_option("--only", rules->only,
                 "Take only entries whose names match one of these patterns (* and ?)");
  app.add_option("--exclude", rules->exclude, "Leave out entries whose names match one of these patterns");
  const auto add_prefix = [rules](const std::vector<std::string>& pairs) {
    for (const std::string& pair : pairs) {
      const size_t equals = pair.find('=');
      if (equals == std::string::npos)
        throw CLI::ValidationError("--prefix", "expected OLD=NEW, got '" + pair + "'");
      rules->prefixes.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return true;
  };
  app.add_option("--prefix", CLI::callback_t(add_prefix), "Replace the beginning OLD of names by NEW")
      ->type_name("OLD=NEW")
      ->expected(1, 1000);
  const std::map<std::string, io::NameStyle> styles = {{"mindspore", io::NameStyle::kMindSpore},
                                                       {"torch", io::NameStyle::kTorch}};
  app.add_option(
         "--names", rules->style,
         "mindspore: weight, bias, running_mean, running_var of a norm become gamma, beta, moving_mean, "
         "moving_variance; torch: the other way round")
      ->transform(CLI::CheckedTransformer(styles));
}

}  // namespace nucella::app
