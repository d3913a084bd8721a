// The options of convert and diff that choose and rename entries.
#pragma once
#include <CLI/CLI.hpp>
#include <memory>

#include "nucella/io/name_rules.h"

namespace nucella::app {

/// Adds --only, --exclude, --prefix and --names; the rules are complete once the program's options are
/// parsed.
void add_name_options(CLI::App& app, const std::shared_ptr<io::NameRules>& rules);

}  // namespace nucella::app
