#include "apps/demo/load_cost.h"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "nucella/models/lenet.h"
#include "nucella/models/mlp.h"
#include "nucella/train/checkpoint.h"

namespace nucella::app {
namespace {

constexpr const char* kChildFlag = "--measure-load";
constexpr int64_t kWide = 8192;

CellPtr make(const std::string& model) {
  if (model == "lenet5") return std::make_shared<models::LeNet5>();
  return std::make_shared<models::MLP>(784, kWide);
}

// The most memory that this process ever held, in KiB, as the kernel counts it.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  return 0;
}

struct Cost {
  double seconds = 0;
  double peak_mib = 0;  // beyond what the process held before it built the net
};

Cost measure(const std::string& model, const std::string& file, bool init) {
  const std::string command = str("'", std::filesystem::read_symlink("/proc/self/exe").string(), "' ",
                                  kChildFlag, " ", model, " '", file, "' ", init ? "init" : "no-init");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> child(popen(command.c_str(), "r"), pclose);
  Cost cost;
  check<RuntimeError>(child && std::fscanf(child.get(), "%lf %lf", &cost.seconds, &cost.peak_mib) == 2,
                      "could not measure: ", command);
  return cost;
}

void print_row(const char* name, const std::string& model, const std::string& file) {
  const Cost with = measure(model, file, true), without = measure(model, file, false);
  std::printf("%-28s  %9.1f ms  %9.1f MiB  %9.1f ms  %9.1f MiB\n", name, 1e3 * with.seconds, with.peak_mib,
              1e3 * without.seconds, without.peak_mib);
}

// A file that goes when the measurement ends.
class TemporaryFile {
 public:
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "nucella-demo-wide.ckpt").string();
};

}  // namespace

void print_load_costs() {
  const TemporaryFile wide;
  save_checkpoint(*make("wide"), wide.path());
  std::printf("%-28s  %27s  %27s\n", "", "initialise, then load", "no init, then load");
  std::printf("%-28s  %12s  %13s  %12s  %13s\n", "net", "time", "peak memory", "time", "peak memory");
  print_row("LeNet-5, 62 thousand", "lenet5", "lenet5.ckpt");
  print_row("MLP, 74 million", "wide", wide.path());
}

bool is_load_cost_child(int argc, char** argv) { return argc == 5 && std::strcmp(argv[1], kChildFlag) == 0; }

int run_load_cost_child(char** argv) {
  const long before = peak_kib();
  const auto start = std::chrono::steady_clock::now();
  std::optional<NoInitParameters> no_init;
  if (std::strcmp(argv[4], "no-init") == 0) no_init.emplace();
  const CellPtr net = make(argv[2]);
  load_checkpoint(argv[3], net.get());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.6f %.3f\n", seconds.count(), static_cast<double>(peak_kib() - before) / 1024);
  return 0;
}

}  // namespace nucella::app
