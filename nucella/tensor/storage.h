// Storage: a block of bytes shared by tensors; owned, borrowed from somebody else, or mapped from a file.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace nucella {

/// Intrusive strong pointer for objects with `add_ref()` and `release()`.
template <class T>
class Ref {
 public:
  Ref() = default;
  /// Takes over one reference that the caller already holds.
  static Ref adopt(T* p) {
    Ref r;
    r.p_ = p;
    return r;
  }
  explicit Ref(T* p) : p_(p) {
    if (p_) p_->add_ref();
  }
  Ref(const Ref& o) : p_(o.p_) {
    if (p_) p_->add_ref();
  }
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  Ref& operator=(Ref o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Ref() {
    if (p_) p_->release();
  }
  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_ != nullptr; }
  /// Whether it is set; may be asked while another thread publishes.
  bool visible() const { return __atomic_load_n(&p_, __ATOMIC_ACQUIRE) != nullptr; }
  /// Sets an empty Ref: a thread to which it is visible sees all that was written to the object before.
  void publish(Ref r) { __atomic_store_n(&p_, r.detach(), __ATOMIC_RELEASE); }
  /// Gives the reference up without releasing it.
  T* detach() { return std::exchange(p_, nullptr); }

 private:
  T* p_ = nullptr;
};

class Storage {
 public:
  /// `nbytes` from the caching allocator, not initialised.
  static Ref<Storage> allocate(size_t nbytes);
  /// Memory that `owner` keeps alive (a mapping, a NumPy array, a DLPack capsule); never freed by nucella
  /// itself.
  static Ref<Storage> borrow(void* data, size_t nbytes, std::shared_ptr<void> owner);
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  std::byte* data() const { return data_; }
  size_t nbytes() const { return nbytes_; }
  /// True when somebody else's memory is used in place.
  bool borrowed() const { return owner_ != nullptr; }
  /// Counts the in-place writes, so that a saved value can tell whether it is still what was saved.
  uint32_t version() const { return version_.load(std::memory_order_relaxed); }
  void bump_version() { version_.fetch_add(1, std::memory_order_relaxed); }
  void set_version(uint32_t v) { version_.store(v, std::memory_order_relaxed); }
  bool unique() const { return refs_.load(std::memory_order_acquire) == 1; }

  void add_ref() { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }

 private:
  Storage(std::byte* data, size_t nbytes, size_t block, std::shared_ptr<void> owner)
      : data_(data), nbytes_(nbytes), block_(block), owner_(std::move(owner)) {}
  ~Storage() = default;
  void destroy();

  std::atomic<uint32_t> refs_{1};
  std::atomic<uint32_t> version_{0};
  std::byte* data_;
  size_t nbytes_;
  size_t block_;  // bytes of the allocator's block that this object itself lives in
  std::shared_ptr<void> owner_;
};

}  // namespace nucella
