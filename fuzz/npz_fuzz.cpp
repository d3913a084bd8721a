// Fuzz target: whatever the bytes, the .npz reader gives entries or a ValueError.
#include "nucella/io/npz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    nucella::io::read_npz(std::as_bytes(std::span(data, size)), "fuzz");
  } catch (const nucella::ValueError&) {
  }
  return 0;
}
