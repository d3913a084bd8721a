// What the kernels of attention and of its gradient read: the mask and the shares that dropout clears.
#pragma once
#include <limits>

#include "nucella/base/random.h"
#include "nucella/kernels/cpu/norm_work.h"

namespace nucella::cpu {

/// The extents of a call, and its attributes.
struct AttentionExtents {
  int64_t samples, heads, rows, keys, width, value_width;
  bool is_causal;
  double scale;

  AttentionExtents(const Tensor& query, const Tensor& key, const Tensor& value, Attrs attrs)
      : samples(query.shape()[0]),
        heads(query.shape()[1]),
        rows(query.shape()[2]),
        keys(key.shape()[2]),
        width(query.shape()[3]),
        value_width(value.shape()[3]),
        is_causal(attrs[0].as<bool>()),
        scale(attrs[1].as<double>()) {
    if (scale == 0) scale = 1 / std::sqrt(static_cast<double>(width));
  }
  /// How many keys the query at `row` can see.
  int64_t visible(int64_t row) const { return is_causal ? std::min(row + 1, keys) : keys; }
};

/// What is added to the scores: the numbers of a float mask, 0 and minus infinity for a bool one.
template <class T>
class AttentionMask {
 public:
  AttentionMask(const Tensor& mask, const AttentionExtents& e) {
    if (!mask.defined()) return;
    const Shape scores{e.samples, e.heads, e.rows, e.keys};
    mask_ = mask.dtype() == bool_ ? mask : read_as(mask, dtype_of<T>);
    strides_ = broadcast_strides(mask_, scores);
  }
  /// Those of `n` keys from `key` on for a query: null without a mask, else `buffer` or a part of the mask.
  const T* row(int64_t sample, int64_t head, int64_t query, int64_t key, int64_t n, T* buffer) const {
    if (!mask_.defined()) return nullptr;
    const int64_t at = sample * strides_[0] + head * strides_[1] + query * strides_[2] + key * strides_[3];
    if (mask_.dtype() == bool_) {
      const auto* kept = reinterpret_cast<const bool*>(mask_.raw_data_unchecked()) + at;
      for (int64_t j = 0; j < n; ++j)
        buffer[j] = kept[j * strides_[3]] ? T{0} : -std::numeric_limits<T>::infinity();
      return buffer;
    }
    const auto* added = reinterpret_cast<const T*>(mask_.raw_data_unchecked()) + at;
    if (strides_[3] == 1) return added;
    for (int64_t j = 0; j < n; ++j) buffer[j] = added[j * strides_[3]];
    return buffer;
  }

 private:
  Tensor mask_;
  Shape strides_;
};

/// The factors of the op dropout over all scores (N, H, L, S).
class AttentionDropout {
 public:
  AttentionDropout(Attrs attrs, const AttentionExtents& e)
      : active_(attrs[2].as<double>() > 0),
        limit_(attrs[2].as<double>() * 0x1p32),
        scale_(1 / (1 - attrs[2].as<double>())),
        random_(static_cast<uint64_t>(attrs[3].as<int64_t>())),
        extents_(e) {}

  bool active() const { return active_; }
  /// Multiplies the `n` elements of `x`, the scores of one query from `key` on, by their factors.
  template <class T>
  void apply(T* x, int64_t sample, int64_t head, int64_t query, int64_t key, int64_t n) const {
    const AttentionExtents& e = extents_;
    const int64_t first = ((sample * e.heads + head) * e.rows + query) * e.keys + key;
    std::array<uint32_t, 4> words{};
    for (int64_t i = 0; i < n; ++i) {
      const int64_t at = first + i;
      if (i == 0 || at % 4 == 0) words = random_.block(static_cast<uint64_t>(at / 4));
      x[i] = words[static_cast<size_t>(at % 4)] >= limit_ ? x[i] * static_cast<T>(scale_) : T{0};
    }
  }

 private:
  bool active_;
  double limit_, scale_;
  Philox4x32 random_;
  const AttentionExtents& extents_;
};

/// The head `(sample, head)` of a tensor (N, H, L, width) of floats whose last axis lies dense.
template <class T>
struct HeadView {
  T* data;
  int64_t row;  ///< stride

  T* at(int64_t i) const { return data + i * row; }
};
template <class T>
HeadView<T> head_of(const Tensor& t, int64_t sample, int64_t head) {
  return {data_or_null<T>(t) + sample * t.strides()[0] + head * t.strides()[1], t.strides()[2]};
}

/// Not initialised, (N, H, L, width), with its axes in memory in the order that `like` (N, H, L, any) has
/// them.
Tensor empty_like_heads(const Tensor& like, const Shape& shape, DType dtype);

/// The reference kernels.
const char* attention_ref(const Call& call);
const char* attention_grad_ref(const Call& call);

}  // namespace nucella::cpu
