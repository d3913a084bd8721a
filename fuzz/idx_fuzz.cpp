// Fuzz target: whatever the bytes, the idx reader gives a tensor or a ValueError.
#include "nucella/data/idx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    nucella::data::read_idx(std::as_bytes(std::span(data, size)), "fuzz");
  } catch (const nucella::ValueError&) {
  }
  return 0;
}
