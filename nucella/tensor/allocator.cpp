#include "nucella/tensor/allocator.h"

#include <cstdlib>

#include "nucella/base/error.h"

namespace nucella {

void* allocate(size_t nbytes) {
  void* block = std::aligned_alloc(64, (nbytes + 63) / 64 * 64);
  check<MemoryError>(block != nullptr, "allocate: cannot get ", nbytes, " bytes");
  return block;
}
void deallocate(void* block, size_t) noexcept { std::free(block); }

}  // namespace nucella
