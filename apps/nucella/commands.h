// The subcommands of the nucella program: each adds its options to a CLI::App and says what to run.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>

namespace nucella::app {

/// Exit codes besides 0: an error while running or (diff) files that differ, wrong options, and ended by
/// Ctrl-C (128 + SIGINT, as a shell has it).
inline constexpr int kFailed = 1, kUsage = 2, kInterrupted = 130;

/// Runs the parsed subcommand and returns the exit code.
using Command = std::function<int()>;

Command add_train(CLI::App& parent);
Command add_train_text(CLI::App& parent);
Command add_generate(CLI::App& parent);
Command add_eval(CLI::App& parent);
Command add_inspect(CLI::App& parent);
Command add_convert(CLI::App& parent);
Command add_diff(CLI::App& parent);

}  // namespace nucella::app
