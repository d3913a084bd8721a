// Fuzz target: whatever the bytes, a pickle as PyTorch's files hold it becomes entries or a ValueError. No
// archive with its checksums and sizes stands in the way.
#include "nucella/io/pt_entries.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nucella::io;
  const Where where{"fuzz", "fuzz"};
  try {
    flatten_pt(Pickle(std::as_bytes(std::span(data, size)), where, is_pt_global), size, where);
  } catch (const nucella::ValueError&) {
  }
  return 0;
}
