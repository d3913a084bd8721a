// Shape: up to eight int64 extents, held inline; used for shapes, strides and index tuples.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "nucella/base/error.h"

namespace nucella {

inline constexpr int kMaxDims = 8;
/// Extent of a dimension that is not known yet (`Tensor(shape=[3, None])`).
inline constexpr int64_t kUnknownDim = -1;
/// A shape of this single extent has an unknown rank (`Tensor(shape=None)`).
inline constexpr int64_t kUnknownRank = -2;

class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> dims) : Shape(dims.begin(), dims.end()) {}
  Shape(std::span<const int64_t> dims) : Shape(dims.begin(), dims.end()) {}
  Shape(const std::vector<int64_t>& dims) : Shape(dims.begin(), dims.end()) {}
  template <class It>
  Shape(It first, It last) {
    for (; first != last; ++first) push_back(*first);
  }
  /// `n` extents, all equal to `fill`.
  static Shape filled(int n, int64_t fill) {
    Shape s;
    for (int i = 0; i < n; ++i) s.push_back(fill);
    return s;
  }

  int ndim() const { return ndim_; }
  size_t size() const { return ndim_; }
  bool empty() const { return ndim_ == 0; }
  int64_t operator[](int i) const { return dims_[i]; }
  int64_t& operator[](int i) { return dims_[i]; }
  int64_t back() const { return dims_[ndim_ - 1]; }
  const int64_t* begin() const { return dims_.data(); }
  const int64_t* end() const { return dims_.data() + ndim_; }
  int64_t* begin() { return dims_.data(); }
  int64_t* end() { return dims_.data() + ndim_; }
  std::vector<int64_t> vec() const { return {begin(), end()}; }
  operator std::span<const int64_t>() const { return {begin(), end()}; }

  void push_back(int64_t dim) {
    check<ValueError>(ndim_ < kMaxDims, "shape: at most ", kMaxDims, " dimensions are supported");
    dims_[ndim_++] = dim;
  }
  void insert(int at, int64_t dim);
  void erase(int at);

  friend bool operator==(const Shape& a, const Shape& b) {
    return a.ndim_ == b.ndim_ && std::equal(a.begin(), a.end(), b.begin());
  }

  /// Product of the extents (1 for a scalar). Throws ValueError when it does not fit into int64.
  int64_t numel() const;
  /// True when every extent is known.
  bool is_static() const {
    return std::all_of(begin(), end(), [](int64_t d) { return d >= 0; });
  }
  /// As Python prints a tuple: `()`, `(3,)`, `(2, 3)`.
  std::string str() const;

 private:
  std::array<int64_t, kMaxDims> dims_{};
  int ndim_ = 0;
};

inline void append_to(std::string& out, const Shape& shape) { out += shape.str(); }

/// Row-major strides, in elements, of a dense tensor of this shape. ValueError when they do not fit into
/// int64.
Shape contiguous_strides(const Shape& shape);
/// The common shape of a broadcast (NumPy's rules). `op` and the argument names go into the ValueError.
Shape broadcast_shapes(const Shape& a, const Shape& b, std::string_view op);
/// `axis` in [0, ndim), counting from the end when negative; IndexError/ValueError names `op` otherwise.
int normalize_axis(int64_t axis, int ndim, std::string_view op, std::string_view name = "axis");

}  // namespace nucella
