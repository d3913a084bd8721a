#include "nucella/tensor/storage.h"

#include <new>

#include "nucella/tensor/allocator.h"

namespace nucella {
namespace {
constexpr size_t kHeader =
    64;  // a Storage and its bytes share one block: one allocation per tensor, data stays aligned
static_assert(sizeof(Storage) <= kHeader);
}  // namespace

Ref<Storage> Storage::allocate(size_t nbytes) {
  const size_t block = kHeader + nbytes;
  auto* base = static_cast<std::byte*>(nucella::allocate(block));
  return Ref<Storage>::adopt(new (base) Storage(base + kHeader, nbytes, block, nullptr));
}

Ref<Storage> Storage::borrow(void* data, size_t nbytes, std::shared_ptr<void> owner) {
  auto* base = nucella::allocate(kHeader);
  if (!owner) owner = std::shared_ptr<void>(data, [](void*) {});
  return Ref<Storage>::adopt(new (base)
                                 Storage(static_cast<std::byte*>(data), nbytes, kHeader, std::move(owner)));
}

void Storage::destroy() {
  const size_t block = block_;
  this->~Storage();
  deallocate(this, block);
}

}  // namespace nucella
