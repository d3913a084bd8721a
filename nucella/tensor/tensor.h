// Tensor: a handle to dtype, shape, strides and storage. It knows nothing of ops, tapes or graphs.
#pragma once
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nucella/base/dtype.h"
#include "nucella/base/shape.h"
#include "nucella/tensor/storage.h"

namespace nucella {

/// What an op's result will be: element type and extents.
struct Meta {
  DType dtype = DType::kFloat32;
  Shape shape;
};

/// A word that whoever watches calls (a tape, a trace) leaves on a tensor that it has made. Zero owner: none.
struct Tag {
  uint32_t owner = 0;
  uint32_t value = 0;
};
inline constexpr int kTagSlots = 2;

/// What a higher layer hangs on a tensor (hooks of its gradient). It lives as long as the tensor's identity.
class Attachment {
 public:
  virtual ~Attachment() = default;
};

/// The body behind a Tensor handle. Two counts: strong ones keep the data, weak ones only shape and identity.
class TensorImpl {
 public:
  TensorImpl(DType dtype, const Shape& shape, const Shape& strides, Ref<Storage> storage, int64_t offset)
      : dtype(dtype), shape(shape), strides(strides), storage(std::move(storage)), offset(offset) {}
  TensorImpl(const TensorImpl&) = delete;
  TensorImpl& operator=(const TensorImpl&) = delete;
  virtual ~TensorImpl() = default;

  /// Called before the data of a tensor without storage is used. The base class throws RuntimeError; a lazy
  /// parameter fills itself. With `overwrite` the caller will write every element, so any bytes will do.
  virtual void prepare(std::string_view who, bool overwrite);
  /// Called when the last strong reference goes: frees what the weak ones do not need.
  virtual void drop_data() { storage = {}; }
  /// False for a parameter that is not trained.
  virtual bool requires_grad() const { return true; }

  void add_ref() { strong_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (strong_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      drop_data();
      release_weak();
    }
  }
  void add_weak() { weak_.fetch_add(1, std::memory_order_relaxed); }
  void release_weak() {
    if (weak_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  bool unique() const { return strong_.load(std::memory_order_acquire) == 1; }

  static void* operator new(size_t size);
  static void operator delete(void* p, size_t size) noexcept;

  DType dtype;
  std::array<Tag, kTagSlots> tags{};
  Shape shape;
  Shape strides;
  Ref<Storage> storage;
  int64_t offset = 0;  // in elements
  std::shared_ptr<Attachment> attachment;

 private:
  std::atomic<uint32_t> strong_{1};
  std::atomic<uint32_t> weak_{1};  // all strong references together hold one
};

class Tensor {
 public:
  /// The undefined tensor: an absent optional argument, a missing gradient.
  Tensor() = default;
  explicit Tensor(Ref<TensorImpl> impl) : impl_(std::move(impl)) {}

  /// Not initialised, row-major.
  static Tensor empty(const Shape& shape, DType dtype = float32);
  /// Not initialised, with the given element strides (non-negative; the span from first to last element is
  /// allocated).
  static Tensor empty_strided(const Shape& shape, const Shape& strides, DType dtype);
  /// Only dtype and shape, no data: a deferred shape (extents may be kUnknownDim) or a symbol of a trace.
  static Tensor placeholder(const Shape& shape, DType dtype);
  /// A view of `storage`; ValueError when the view would leave it.
  static Tensor view(Ref<Storage> storage, const Shape& shape, const Shape& strides, int64_t offset,
                     DType dtype);

  bool defined() const { return static_cast<bool>(impl_); }
  DType dtype() const { return impl_->dtype; }
  const Shape& shape() const { return impl_->shape; }
  const Shape& strides() const { return impl_->strides; }
  int ndim() const { return impl_->shape.ndim(); }
  int64_t shape(int axis) const;
  /// Number of elements.
  int64_t size() const { return impl_->shape.numel(); }
  int itemsize() const { return nucella::itemsize(impl_->dtype); }
  int64_t nbytes() const { return size() * itemsize(); }
  /// Row-major and without gaps.
  bool is_contiguous() const;
  /// Row-major in some order of the axes, without gaps or overlap (a permuted contiguous tensor).
  bool is_dense() const;
  /// False for placeholders and for lazy tensors not yet initialised.
  bool has_data() const { return impl_->storage.visible(); }
  /// Makes the data available (see TensorImpl::prepare); `who` goes into the RuntimeError.
  void prepare(std::string_view who, bool overwrite = false) const {
    if (!has_data()) impl_->prepare(who, overwrite);
  }

  /// First element. TypeError when T is not the dtype, RuntimeError when there is no data.
  template <class T>
  const T* data() const {
    return static_cast<const T*>(checked_data(dtype_of<T>));
  }
  /// As data(), for writing. Call mark_written() after writing to a tensor that a tape may have saved.
  template <class T>
  T* mutable_data() const {
    return static_cast<T*>(checked_data(dtype_of<T>));
  }
  /// First element as bytes.
  std::byte* raw_data() const {
    prepare("Tensor.data");
    return raw_data_unchecked();
  }
  /// As raw_data() for tensors known to have data (kernels).
  std::byte* raw_data_unchecked() const {
    return impl_->storage->data() + impl_->offset * nucella::itemsize(impl_->dtype);
  }
  void mark_written() const { impl_->storage->bump_version(); }

  /// The only element, converted to T. ValueError unless size() == 1.
  template <class T>
  T item() const;
  /// All elements in row-major order, converted to T.
  template <class T>
  std::vector<T> to_vector() const;

  /// Same storage, other geometry; not seen by tapes. Public ops (reshape, transpose, slice) are in
  /// ops/ops.h.
  Tensor as_strided(const Shape& shape, const Shape& strides, int64_t offset) const;
  /// Row-major copy of the elements with storage of its own; not seen by tapes.
  Tensor clone() const;
  /// *this when row-major already, else clone().
  Tensor contiguous() const { return is_contiguous() ? *this : clone(); }
  /// Writes the elements of `source` (same shape and dtype) into this tensor's storage.
  void copy_from(const Tensor& source) const;

  /// Identity: two handles of one tensor share it.
  const void* id() const { return impl_.get(); }
  TensorImpl* impl() const { return impl_.get(); }
  friend bool same(const Tensor& a, const Tensor& b) { return a.impl_.get() == b.impl_.get(); }

 protected:
  Ref<TensorImpl> impl_;

 private:
  void* checked_data(DType expected) const;
};
static_assert(sizeof(Tensor) == sizeof(void*));

using Tensors = std::vector<Tensor>;

/// A named tensor, as checkpoint files hold them; `text` is set instead for entries that are strings.
struct NamedTensor {
  std::string name;
  Tensor tensor;
  std::string text;
  bool is_text() const { return !tensor.defined(); }
};
using NamedTensors = std::vector<NamedTensor>;

}  // namespace nucella
