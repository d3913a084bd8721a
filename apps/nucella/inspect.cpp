#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/nucella/commands.h"
#include "nucella/io/file.h"

namespace nucella::app {
namespace {

struct Options {
  std::string file;
  bool json = false;
};

struct Totals {
  int64_t elements = 0;
  uint64_t bytes = 0;
};

Totals totals_of(const io::FileInfo& info) {
  Totals totals;
  for (const io::EntryInfo& e : info.entries) {
    if (e.dtype != "str") totals.elements += e.shape.numel();
    totals.bytes += e.bytes;
  }
  return totals;
}

void print_json(const std::string& file, const io::FileInfo& info) {
  nlohmann::ordered_json entries = nlohmann::ordered_json::array();
  for (const io::EntryInfo& e : info.entries) {
    entries.push_back({{"name", e.name},
                       {"dtype", e.dtype},
                       {"shape", e.shape.vec()},
                       {"bytes", e.bytes},
                       {"offset", e.offset}});
    if (!e.file.empty()) entries.back()["file"] = e.file;
  }
  const Totals totals = totals_of(info);
  const nlohmann::ordered_json document = {{"file", file},
                                           {"format", info.format},
                                           {"file_bytes", info.file_bytes},
                                           {"metadata", info.metadata},
                                           {"entries", entries},
                                           {"total_elements", totals.elements},
                                           {"total_bytes", totals.bytes}};
  std::cout << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void print_table(const std::string& file, const io::FileInfo& info) {
  size_t name_width = 4, shape_width = 5;
  for (const io::EntryInfo& e : info.entries) {
    name_width = std::max(name_width, e.name.size());
    shape_width = std::max(shape_width, e.shape.str().size());
  }
  const auto row = [&](const std::string& name, const std::string& dtype, const std::string& shape,
                       const std::string& bytes) {
    std::printf("%-*s  %-8s  %-*s  %14s\n", static_cast<int>(name_width), name.c_str(), dtype.c_str(),
                static_cast<int>(shape_width), shape.c_str(), bytes.c_str());
  };
  std::printf("%s: %s, %llu bytes\n", file.c_str(), info.format.c_str(),
              static_cast<unsigned long long>(info.file_bytes));
  row("name", "dtype", "shape", "bytes");
  for (const io::EntryInfo& e : info.entries) row(e.name, e.dtype, e.shape.str(), std::to_string(e.bytes));
  const Totals totals = totals_of(info);
  std::printf("%zu entries, %lld elements, %llu bytes\n", info.entries.size(),
              static_cast<long long>(totals.elements), static_cast<unsigned long long>(totals.bytes));
}

int run(const Options& options) {
  const io::FileInfo info = io::inspect_file(options.file);
  options.json ? print_json(options.file, info) : print_table(options.file, info);
  return 0;
}

}  // namespace

Command add_inspect(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App& app = *parent.add_subcommand(
      "inspect",
      "Lists what a file of tensors holds, in any format that convert reads, without reading the tensors");
  app.add_option("file", options->file, "The file")->required();
  app.add_flag("--json", options->json, "Print JSON");
  return [options] { return run(*options); };
}

}  // namespace nucella::app
