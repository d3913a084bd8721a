// Fuzz target: whatever the bytes, the reader of PyTorch's files gives entries or a ValueError.
#include "nucella/io/pt.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    nucella::io::read_pt(std::as_bytes(std::span(data, size)), "fuzz", {.crc_check = true});
  } catch (const nucella::ValueError&) {
  }
  return 0;
}
