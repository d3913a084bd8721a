// Fuzz target: whatever the bytes, the .gguf reader gives tensors or a ValueError.
#include "nucella/io/gguf.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    nucella::io::inspect_gguf(bytes, "fuzz");
    nucella::io::read_gguf(bytes, "fuzz");
  } catch (const nucella::ValueError&) {
  }
  return 0;
}
