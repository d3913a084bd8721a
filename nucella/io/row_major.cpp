#include "nucella/io/row_major.h"

#include <algorithm>
#include <vector>

namespace nucella::io {
namespace {

constexpr size_t kBuffer = 1 << 20;

/// Gathers the elements of a strided tensor, one stretch after the other.
class Gatherer {
 public:
  explicit Gatherer(const Tensor& tensor)
      : shape_(tensor.shape()),
        strides_(tensor.strides()),
        element_(static_cast<size_t>(tensor.itemsize())),
        data_(tensor.raw_data_unchecked()),
        index_(Shape::filled(tensor.ndim(), 0)) {}

  void fill(std::span<std::byte> out) {
    for (size_t at = 0; at < out.size(); at += element_) {
      std::memcpy(out.data() + at, data_ + offset_ * static_cast<int64_t>(element_), element_);
      step();
    }
  }

 private:
  // To the next element in row-major order.
  void step() {
    for (int axis = shape_.ndim() - 1; axis >= 0; --axis) {
      offset_ += strides_[axis];
      if (++index_[axis] < shape_[axis]) return;
      offset_ -= strides_[axis] * shape_[axis];
      index_[axis] = 0;
    }
  }

  const Shape shape_, strides_;
  const size_t element_;
  const std::byte* data_;
  Shape index_;
  int64_t offset_ = 0;
};

void cut(Bytes bytes, size_t most, const std::function<void(Bytes)>& take) {
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(most, bytes.size())))
    take(bytes.first(std::min(most, bytes.size())));
}

}  // namespace

void for_each_stretch(const Tensor& tensor, size_t most, const std::function<void(Bytes)>& take) {
  auto left = static_cast<size_t>(tensor.nbytes());
  if (tensor.is_contiguous()) return cut({tensor.raw_data_unchecked(), left}, most, take);
  Gatherer gatherer(tensor);
  std::vector<std::byte> buffer(std::min(kBuffer, left));
  for (; left > 0; left -= buffer.size()) {
    buffer.resize(std::min(buffer.size(), left));
    gatherer.fill(buffer);
    cut(buffer, most, take);
  }
}

}  // namespace nucella::io
