// Indexing as NumPy and MindSpore mean it: x[1, ..., ::2, mask] to read and to assign; cutting into pieces.
#pragma once
#include <concepts>
#include <optional>
#include <span>
#include <variant>

#include "nucella/tensor/create.h"
#include "nucella/tensor/tensor.h"

namespace nucella {

/// start:stop:step; what is left out is Python's default.
struct Slice {
  std::optional<int64_t> start = {}, stop = {}, step = {};
};
/// As many full slices as it takes.
struct Ellipsis {};
inline constexpr Ellipsis ellipsis{};
/// A new axis of extent 1 (Python's None).
struct NewAxis {};
inline constexpr NewAxis new_axis{};

/// One entry of an index: an integer, a slice, an ellipsis, a new axis, a tensor of integers or a mask.
class Index {
 public:
  using Value = std::variant<int64_t, Slice, Ellipsis, NewAxis, Tensor>;
  template <std::integral T>
  Index(T at) : value_(static_cast<int64_t>(at)) {}
  Index(bool mask) : value_(full({}, mask, bool_)) {}
  template <std::floating_point T>
  Index(T) = delete;
  Index(Slice slice) : value_(slice) {}
  Index(Ellipsis e) : value_(e) {}
  Index(NewAxis n) : value_(n) {}
  Index(const Tensor& t) : value_(t) {}

  const Value& value() const { return value_; }

 private:
  Value value_;
};

namespace ops {

/// x[indices]. With integers, slices, ellipsis and new axes only, a view; with tensors, a copy: they are
/// broadcast together, masks count as the positions of their true elements, and the axes of the result stand
/// where the tensors stood, or in front when something stands between them (unlike in NumPy, an ellipsis that
/// stands for no axis is nothing). Differentiable. IndexError for too many indices, an index out of range or
/// a tensor that is neither signed integer nor bool; ValueError for a step of 0, tensors that do not
/// broadcast, or a mask whose shape is not that of the axes it covers.
Tensor index(const Tensor& x, std::span<const Index> indices);
inline Tensor index(const Tensor& x, std::initializer_list<Index> indices) {
  return index(x, std::span(indices.begin(), indices.size()));
}

/// x[indices] = value, in place; `value` is cast to the dtype of `x` and broadcast (ValueError when it does
/// not fit). Of several values for one place the last stays. Throws as index(); `x` is then unchanged.
void index_put(const Tensor& x, std::span<const Index> indices, const Tensor& value);
inline void index_put(const Tensor& x, std::initializer_list<Index> indices, const Tensor& value) {
  index_put(x, std::span(indices.begin(), indices.size()), value);
}

/// Views of `x`, cut along `axis` into pieces of these extents. ValueError unless they are >= 0 and add up.
Tensors split(const Tensor& x, const std::vector<int64_t>& sections, int64_t axis = 0);
/// Views of `x`, cut along `axis` into pieces of extent `size`; the last may be smaller. ValueError unless
/// size > 0.
Tensors split(const Tensor& x, int64_t size, int64_t axis = 0);
/// Views of `x`, cut along `axis` into at most `count` pieces of one size; the last may be smaller.
/// ValueError unless count > 0.
Tensors chunk(const Tensor& x, int64_t count, int64_t axis = 0);

}  // namespace ops
}  // namespace nucella
