// Fuzz target: whatever an index says of the files beside it, reading the set gives entries or an error of
// the kinds that the reader documents.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "nucella/io/safetensors_set.h"
#include "nucella/tensor/create.h"

namespace {

namespace io = nucella::io;

// A folder with a set of two files, which every run gives another index. Its name lasts as long as the
// process.
const std::string& index_path() {
  static const std::string path = [] {
    std::string folder = (std::filesystem::temp_directory_path() / "nucella_fuzz_XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) std::abort();
    std::atexit([] { std::filesystem::remove_all(std::filesystem::path(index_path()).parent_path()); });
    std::string index = folder + "/m" + std::string(io::kSafetensorsIndex);
    io::write_safetensors_set(index, {{"a", nucella::ones({2}), {}}, {"b", nucella::ones({3}), {}}}, 8);
    return index;
  }();
  return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string& path = index_path();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  for (const auto read : {+[](const std::string& p) { io::inspect_safetensors_set(p); },
                          +[](const std::string& p) { io::read_safetensors_set(p); }}) {
    try {
      read(path);
    } catch (const nucella::ValueError&) {
    } catch (const nucella::OSError&) {  // no such file
    }
  }
  return 0;
}
