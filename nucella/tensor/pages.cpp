#include "nucella/tensor/pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace nucella {
namespace {

constexpr size_t kHugePageBytes = size_t{2} << 20, kHugeFrom = size_t{4} << 20;

void* map(size_t nbytes) {
  void* pages = mmap(nullptr, nbytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

}  // namespace

void* map_pages(size_t nbytes) noexcept {
  if (nbytes < kHugeFrom || nbytes > SIZE_MAX - kHugePageBytes) return map(nbytes);
  // Maps one huge page more than needed, so that an aligned start can be cut out of it.
  auto* raw = static_cast<std::byte*>(map(nbytes + kHugePageBytes));
  if (raw == nullptr) return nullptr;
  const size_t before = -reinterpret_cast<uintptr_t>(raw) % kHugePageBytes;
  if (before != 0) munmap(raw, before);
  munmap(raw + before + nbytes, kHugePageBytes - before);
  madvise(raw + before, nbytes, MADV_HUGEPAGE);  // advice only: without huge pages everything works as well
  return raw + before;
}

void unmap_pages(void* pages, size_t nbytes) noexcept { munmap(pages, nbytes); }

}  // namespace nucella
