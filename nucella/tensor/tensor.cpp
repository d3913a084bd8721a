#include "nucella/tensor/tensor.h"

#include <algorithm>

#include "nucella/tensor/allocator.h"
#include "nucella/tensor/mapping.h"
#include "nucella/tensor/strided.h"

namespace nucella {
namespace {

// Offset of the last element of a view, relative to its first.
int64_t last_offset(const Shape& shape, const Shape& strides) {
  int64_t last = 0;
  for (int i = 0; i < shape.ndim(); ++i) {
    int64_t step = 0;
    check<ValueError>(!__builtin_mul_overflow(std::max<int64_t>(shape[i] - 1, 0), strides[i], &step) &&
                          !__builtin_add_overflow(last, step, &last),
                      "Tensor: shape ", shape, " with strides ", strides, " does not fit into 64 bits");
  }
  return last;
}

Tensor make(DType dtype, const Shape& shape, const Shape& strides, Ref<Storage> storage, int64_t offset) {
  return Tensor(Ref<TensorImpl>::adopt(new TensorImpl(dtype, shape, strides, std::move(storage), offset)));
}

size_t byte_size(const Shape& shape, int64_t elements, DType dtype) {
  int64_t bytes = 0;
  check<ValueError>(!__builtin_mul_overflow(elements, static_cast<int64_t>(itemsize(dtype)), &bytes),
                    "Tensor: shape ", shape, " does not fit into 64 bits");
  return static_cast<size_t>(bytes);
}

void check_used(const Tensor& tensor) {
  const Tensor* used[] = {&tensor};
  check_mappings(used);
}

}  // namespace

void* TensorImpl::operator new(size_t size) { return allocate(size); }
void TensorImpl::operator delete(void* p, size_t size) noexcept { deallocate(p, size); }

void TensorImpl::prepare(std::string_view who, bool) {
  raise<RuntimeError>(who, ": the tensor of shape ", shape, " and dtype ", dtype, " has no data");
}

Tensor Tensor::empty(const Shape& shape, DType dtype) {
  check<ValueError>(shape.is_static(), "Tensor.empty: every extent must be known and >= 0, got ", shape);
  return make(dtype, shape, contiguous_strides(shape),
              Storage::allocate(byte_size(shape, shape.numel(), dtype)), 0);
}

Tensor Tensor::empty_strided(const Shape& shape, const Shape& strides, DType dtype) {
  check<ValueError>(shape.is_static(), "Tensor.empty_strided: every extent must be known and >= 0, got ",
                    shape);
  check<ValueError>(
      shape.ndim() == strides.ndim() && std::ranges::all_of(strides, [](int64_t s) { return s >= 0; }),
      "Tensor.empty_strided: expected ", shape.ndim(), " strides >= 0, got ", strides);
  const int64_t elements = shape.numel() == 0 ? 0 : last_offset(shape, strides) + 1;
  return make(dtype, shape, strides, Storage::allocate(byte_size(shape, elements, dtype)), 0);
}

Tensor Tensor::placeholder(const Shape& shape, DType dtype) {
  return make(dtype, shape, shape.is_static() ? contiguous_strides(shape) : shape, {}, 0);
}

Tensor Tensor::view(Ref<Storage> storage, const Shape& shape, const Shape& strides, int64_t offset,
                    DType dtype) {
  check<ValueError>(shape.is_static() && shape.ndim() == strides.ndim(), "Tensor.view: shape ", shape,
                    " and strides ", strides, " do not fit together");
  if (shape.numel() > 0) {
    int64_t low = offset, high = offset;
    for (int i = 0; i < shape.ndim(); ++i) (strides[i] < 0 ? low : high) += (shape[i] - 1) * strides[i];
    check<ValueError>(low >= 0 && high < static_cast<int64_t>(storage->nbytes()) / nucella::itemsize(dtype),
                      "Tensor.view: shape ", shape, ", strides ", strides, " and offset ", offset,
                      " leave a storage of ", storage->nbytes(), " bytes");
  }
  return make(dtype, shape, strides, std::move(storage), offset);
}

int64_t Tensor::shape(int axis) const { return shape()[normalize_axis(axis, ndim(), "Tensor.shape")]; }

bool Tensor::is_contiguous() const {
  int64_t step = 1;
  for (int i = ndim() - 1; i >= 0; --i) {
    if (shape()[i] == 0) return true;
    if (shape()[i] != 1 && strides()[i] != step) return size() == 0;
    step *= shape()[i];
  }
  return true;
}

bool Tensor::is_dense() const {
  // Take the axes from the innermost out: each time the one whose stride is the number of elements so far.
  std::array<bool, kMaxDims> taken{};
  int left = 0;
  for (int i = 0; i < ndim(); ++i) {
    if (shape()[i] == 0) return true;
    taken[i] = shape()[i] == 1;
    left += !taken[i];
  }
  for (int64_t step = 1; left > 0; --left) {
    int next = -1;
    for (int i = 0; i < ndim() && next < 0; ++i)
      if (!taken[i] && strides()[i] == step) next = i;
    if (next < 0) return false;
    taken[next] = true;
    step *= shape()[next];
  }
  return true;
}

void* Tensor::checked_data(DType expected) const {
  check<RuntimeError>(defined(), "Tensor.data: the tensor is undefined");
  check<TypeError>(expected == dtype(), "Tensor.data: expected dtype ", dtype(), ", got ", expected);
  check_used(*this);
  return raw_data();
}

Tensor Tensor::as_strided(const Shape& shape, const Shape& strides, int64_t offset) const {
  prepare("Tensor.as_strided");
  return view(impl_->storage, shape, strides, offset, dtype());
}

Tensor Tensor::clone() const {
  prepare("Tensor.clone");
  Tensor out = empty(shape(), dtype());
  strided_copy(out, *this);
  check_used(*this);
  return out;
}

void Tensor::copy_from(const Tensor& source) const {
  check<ValueError>(source.shape() == shape(), "Tensor.copy_from: expected shape ", shape(), ", got ",
                    source.shape());
  check<TypeError>(source.dtype() == dtype(), "Tensor.copy_from: expected dtype ", dtype(), ", got ",
                   source.dtype());
  source.prepare("Tensor.copy_from");
  prepare("Tensor.copy_from", true);
  strided_copy(*this, source);
  mark_written();
  check_used(source);
}

template <class T>
std::vector<T> Tensor::to_vector() const {
  prepare("Tensor.to_vector");
  std::vector<T> out(static_cast<size_t>(size()));
  const Tensor dense = contiguous();
  dispatch(dtype(), [&]<class S>() {
    const S* from = dense.data<S>();
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(from[i]);
  });
  check_used(dense);
  return out;
}

template <class T>
T Tensor::item() const {
  check<ValueError>(defined() && size() == 1, "Tensor.item: expected a tensor of one element, got shape ",
                    defined() ? shape() : Shape{});
  return to_vector<T>()[0];
}

#define NUCELLA_INSTANTIATE(T)        \
  template T Tensor::item<T>() const; \
  template std::vector<T> Tensor::to_vector<T>() const;
NUCELLA_INSTANTIATE(bool)
NUCELLA_INSTANTIATE(int8_t)
NUCELLA_INSTANTIATE(int16_t)
NUCELLA_INSTANTIATE(int32_t)
NUCELLA_INSTANTIATE(int64_t)
NUCELLA_INSTANTIATE(uint8_t)
NUCELLA_INSTANTIATE(uint16_t)
NUCELLA_INSTANTIATE(uint32_t)
NUCELLA_INSTANTIATE(uint64_t)
NUCELLA_INSTANTIATE(float)
NUCELLA_INSTANTIATE(double)
#undef NUCELLA_INSTANTIATE

}  // namespace nucella
