#include "nucella/tensor/block_pool.h"

#include <algorithm>
#include <functional>

#include "nucella/base/error.h"
#include "nucella/tensor/pages.h"

namespace nucella {
namespace {

/// Large sizes are rounded up to sixteenths of a power of two, so that blocks of similar tensors fit each
/// other.
size_t round_large(size_t nbytes) {
  const size_t step = std::bit_floor(nbytes) / 16;
  return (nbytes + step - 1) / step * step;
}

size_t slab_bytes(int c) {
  return class_bytes(c) <= (size_t{32} << 10) ? size_t{256} << 10 : size_t{2} << 20;
}

/// Kept large blocks may bring the total to five quarters of the largest use so far and this.
constexpr uint64_t kSlack = uint64_t{256} << 20;

}  // namespace

bool BlockPool::take(int c, uint32_t want, FreeList& to) {
  const std::scoped_lock lock(mutex_);
  Class& k = classes_[static_cast<size_t>(c)];
  if (k.free.count() > 0) {
    for (uint32_t i = std::min(want, k.free.count()); i-- > 0;) to.push(k.free.pop());
    return true;
  }
  if (k.fresh == k.fresh_end) add_slab(c);
  for (; want > 0 && k.fresh != k.fresh_end; --want, k.fresh += class_bytes(c)) to.push(k.fresh);
  return false;
}

void BlockPool::give(int c, FreeList& from, uint32_t count) {
  const std::scoped_lock lock(mutex_);
  FreeList& free = classes_[static_cast<size_t>(c)].free;
  while (count-- > 0) free.push(from.pop());
}

void BlockPool::add_slab(int c) {
  Class& k = classes_[static_cast<size_t>(c)];
  k.slabs.reserve(k.slabs.size() + 1);
  k.newest = static_cast<std::byte*>(new_pages(slab_bytes(c)));
  k.slabs.push_back({k.newest});
  k.fresh = k.newest;
  k.fresh_end = k.fresh + slab_bytes(c) / class_bytes(c) * class_bytes(c);
}

BlockPool::LargeBlock BlockPool::take_large(size_t nbytes) {
  constexpr size_t kMost = size_t{1} << 62;
  check<MemoryError>(nbytes <= kMost, "allocate: cannot get ", nbytes, " bytes");
  const size_t bytes = round_large(nbytes);
  const std::scoped_lock lock(mutex_);
  const auto fit = kept_.lower_bound(bytes);
  const bool reused = fit != kept_.end() && fit->first <= bytes + bytes / 8;
  LargeBySize::node_type node;
  if (reused) {
    node = kept_.extract(fit);
    large_kept_ -= node.key();
  } else {
    LargeBySize made;
    const auto entry = made.emplace(bytes, Large{});
    make_room_for(bytes);
    entry->second.block = new_pages(bytes);
    node = made.extract(entry);
  }
  large_used_ += node.key();
  large_peak_ = std::max(large_peak_, large_used_);
  void* block = node.mapped().block;
  in_use_.emplace(block, std::move(node));
  return {block, reused};
}

void BlockPool::give_large(void* block) noexcept {
  const std::scoped_lock lock(mutex_);
  const auto at = in_use_.find(block);
  auto node = std::move(at->second);
  in_use_.erase(at);
  large_used_ -= node.key();
  large_kept_ += node.key();
  node.mapped().stamp = ++clock_;
  const auto before_equals = kept_.lower_bound(node.key());  // so that the warmest of them is found first
  kept_.insert(before_equals, std::move(node));
}

/// Sizes that do not come again must not pile up: the blocks that lay unused longest go first.
void BlockPool::make_room_for(size_t nbytes) {
  while (!kept_.empty() && large_used_ + large_kept_ + nbytes > large_peak_ / 4 * 5 + kSlack) {
    release_large(std::ranges::min_element(kept_, {}, [](const auto& kept) { return kept.second.stamp; }));
  }
}

void* BlockPool::new_pages(size_t nbytes) {
  const auto beyond_limit = [&] { return limit_ != 0 && system_bytes_ + nbytes > limit_; };
  if (beyond_limit()) release_all();
  check<MemoryError>(!beyond_limit(), "allocate: ", nbytes, " bytes more would exceed the memory limit of ",
                     limit_, " bytes, ", system_bytes_, " are in use");
  void* pages = map_pages(nbytes);
  if (pages == nullptr) {
    release_all();
    pages = map_pages(nbytes);
  }
  check<MemoryError>(pages != nullptr, "allocate: the system refuses ", nbytes, " bytes more, ",
                     system_bytes_, " are in use");
  system_bytes_ += nbytes;
  return pages;
}

void BlockPool::release_large(LargeBySize::iterator at) {
  unmap_pages(at->second.block, at->first);
  system_bytes_ -= at->first;
  large_kept_ -= at->first;
  kept_.erase(at);
}

void BlockPool::release_slabs(int c) {
  Class& k = classes_[static_cast<size_t>(c)];
  std::vector<void*> blocks(k.free.count());
  std::ranges::sort(k.slabs, {}, &Slab::begin);
  for (Slab& slab : k.slabs) slab.free_blocks = 0;
  const auto slab_of = [&](void* block) -> Slab& {
    return *std::prev(std::ranges::upper_bound(k.slabs, static_cast<std::byte*>(block), {}, &Slab::begin));
  };
  for (void*& block : blocks) ++slab_of(block = k.free.pop()).free_blocks;
  const auto is_free = [&](const Slab& slab) {
    const size_t cut = slab.begin == k.newest ? static_cast<size_t>(k.fresh - k.newest) : slab_bytes(c);
    return slab.free_blocks == cut / class_bytes(c);
  };
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block)
    if (!is_free(slab_of(*block))) k.free.push(*block);
  const auto gone = std::partition(k.slabs.begin(), k.slabs.end(), std::not_fn(is_free));
  for (auto slab = gone; slab != k.slabs.end(); ++slab) {
    if (slab->begin == k.newest) k.newest = k.fresh = k.fresh_end = nullptr;
    unmap_pages(slab->begin, slab_bytes(c));
    system_bytes_ -= slab_bytes(c);
  }
  k.slabs.erase(gone, k.slabs.end());
}

void BlockPool::release_all() {
  while (!kept_.empty()) release_large(kept_.begin());
  for (int c = 0; c < kClasses; ++c) release_slabs(c);
}

void BlockPool::release() {
  const std::scoped_lock lock(mutex_);
  release_all();
}

void BlockPool::set_limit(uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  limit_ = bytes;
}

BlockPool::Totals BlockPool::totals() {
  const std::scoped_lock lock(mutex_);
  Totals totals{system_bytes_, large_kept_};
  for (int c = 0; c < kClasses; ++c) {
    const Class& k = classes_[static_cast<size_t>(c)];
    totals.kept += k.free.count() * class_bytes(c) + static_cast<size_t>(k.fresh_end - k.fresh);
  }
  return totals;
}

}  // namespace nucella
