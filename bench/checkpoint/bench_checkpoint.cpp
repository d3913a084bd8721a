// Times one way of loading or saving a net of 64 parameters of 1024 x 4096: bench_checkpoint ACTION FILE.
//
// ACTION is `write FILE` (makes the file) or one of load, load-bfloat16, load-read, copy, save,
// save-async, giant.
// Prints lines of a phase, its milliseconds, and the resident bytes above those before the first phase, now
// and at most.
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <string>

#include "nucella/base/log.h"
#include "nucella/base/parallel.h"
#include "nucella/io/mapped_file.h"
#include "nucella/nucella.h"
#include "nucella/train/checkpoint.h"

namespace {

using namespace nucella;

struct Net : Cell {
  explicit Net(DType dtype = float32, int layers = 64, const Shape& shape = {1024, 4096}) {
    for (int i = 0; i < layers; ++i)
      insert_param_to_cell(str("w", i), Parameter(initializer("normal", shape, dtype), str("w", i)));
  }
};

double kilobytes(const char* key) {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  char line[256];
  double found = 0;
  while (file && std::fgets(line, sizeof line, file))
    if (std::string_view(line).starts_with(key)) found = std::atof(line + std::string_view(key).size());
  if (file) std::fclose(file);
  return found;
}

double before = 0;

void phase(const char* name, const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("%s %.3f %.0f %.0f\n", name, took.count(), (kilobytes("VmRSS:") - before) * 1024,
              (kilobytes("VmHWM:") - before) * 1024);
}

// Reads every cache line.
uint64_t touch(io::Bytes bytes) {
  std::atomic<uint64_t> sum = 0;
  parallel_for(0, static_cast<int64_t>(bytes.size() / 64), 1 << 14, [&](int64_t first, int64_t last) {
    uint64_t part = 0;
    for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(last); ++i)
      part += static_cast<uint64_t>(bytes[64 * i]);
    sum += part;
  });
  return sum;
}

uint64_t touch(const Cell& net) {
  uint64_t sum = 0;
  for (const Parameter& p : net.get_parameters())
    sum += touch(io::Bytes(p.raw_data(), static_cast<size_t>(p.nbytes())));
  return sum;
}

// One pass of an optimizer that writes every element.
void step(const Cell& net) {
  for (const Parameter& p : net.get_parameters()) {
    auto* w = p.mutable_data<float>();
    parallel_for(0, p.size(), 1 << 16, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) w[i] *= 0.999f;
    });
  }
}

void load(const std::string& file, DType dtype, bool mmap) {
  std::unique_ptr<Net> net;
  const std::string format = file.ends_with("ckpt") ? "ckpt" : "safetensors";
  phase("construct", [&] {
    const NoInitParameters scope;
    net = std::make_unique<Net>(dtype);
  });
  phase("load", [&] { load_checkpoint(file, net.get(), {.format = format, .mmap = mmap}); });
  phase("touch", [&] { touch(*net); });
  phase("touch-again", [&] { touch(*net); });
}

// What the memory reaches: a file in the page cache, mapped, copied by all threads into fresh memory in the
// pieces that a load reads, and once more into the same memory.
void copy(const std::string& file) {
  const io::MappedFile mapped("bench_checkpoint", file);
  touch(mapped.bytes());
  constexpr uint64_t kPiece = 4 << 20;
  const Tensor out = Tensor::empty({static_cast<int64_t>(mapped.bytes().size())}, uint8);
  const auto run = [&] {
    parallel_for(0, static_cast<int64_t>((mapped.bytes().size() + kPiece - 1) / kPiece), 1,
                 [&](int64_t first, int64_t last) {
                   for (auto i = static_cast<uint64_t>(first) * kPiece;
                        i < static_cast<uint64_t>(last) * kPiece; i += kPiece) {
                     const io::Bytes piece =
                         mapped.bytes().subspan(i).first(std::min(kPiece, mapped.bytes().size() - i));
                     std::memcpy(out.raw_data() + i, piece.data(), piece.size());
                   }
                 });
  };
  phase("copy", run);
  phase("copy-again", run);
}

void save(const std::string& file, bool async) {
  Net net;
  before = kilobytes("VmRSS:");
  if (async) phase("step-before", [&] { step(net); });
  phase("save", [&] { save_checkpoint(net, file, {.async_save = async}); });
  if (!async) return;
  phase("step-during", [&] { step(net); });
  phase("step-after", [&] { step(net); });
  phase("wait", [] { wait_for_async_save(); });
}

// 70 billion parameters in 10,000 cells.
void build_giant() {
  const NoInitParameters scope;
  nn::CellList cells;
  phase("construct", [&] {
    for (int i = 0; i < 10'000; ++i) cells.append(std::make_shared<nn::Dense>(2645, 2645));
  });
}

int usage() {
  std::fputs("usage: bench_checkpoint write|load|load-bfloat16|load-read|copy|save|save-async|giant FILE\n",
             stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return usage();
  const std::string action = argv[1], file = argv[2];
  set_log_sink([](LogLevel, std::string_view) {});
  before = kilobytes("VmRSS:");
  if (action == "write") {
    save_checkpoint(Net(), file, {.format = file.ends_with("ckpt") ? "ckpt" : "safetensors"});
  } else if (action.starts_with("load")) {
    load(file, action == "load-bfloat16" ? bfloat16 : float32, action != "load-read");
  } else if (action == "save" || action == "save-async") {
    save(file, action == "save-async");
  } else if (action == "copy") {
    copy(file);
  } else if (action == "giant") {
    build_giant();
  } else {
    return usage();
  }
  return 0;
}
