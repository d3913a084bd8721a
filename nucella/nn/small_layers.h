// Small layers around one op each: Norm, ClipByNorm, OneHot, RReLU, Dropout1d to 3d, Unflatten,
// L1Regularizer.
#pragma once
#include <array>
#include <optional>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

/// The Euclidean norm over some axes.
class Norm : public CellOf<Norm> {
 public:
  /// `axis`: empty for all of them.
  explicit Norm(Shape axis = {}, bool keep_dims = false) : axis_(axis), keep_dims_(keep_dims) {}
  Norm(Cell& owner, std::string_view name, Shape axis = {}, bool keep_dims = false);
  static constexpr std::array kArguments{"x"};
  Tensor construct(const Tensor& x);
  std::string extend_repr() const override;

 private:
  Shape axis_;
  bool keep_dims_;
};

/// Scales its input down to a Euclidean norm of at most `clip_norm` over some axes.
class ClipByNorm : public CellOf<ClipByNorm> {
 public:
  /// `axis`: empty for all of them.
  explicit ClipByNorm(Shape axis = {}) : axis_(axis) {}
  ClipByNorm(Cell& owner, std::string_view name, Shape axis = {});
  static constexpr std::array kArguments{"x", "clip_norm"};
  /// x clip_norm / max(norm, clip_norm). `clip_norm` is a scalar or broadcasts to the norms.
  Tensor construct(const Tensor& x, const Tensor& clip_norm);

 private:
  Shape axis_;
};

struct OneHotOptions {
  int64_t axis = -1;
  int64_t depth = 1;
  double on_value = 1, off_value = 0;
  DType dtype = float32;
};

/// Vectors with one element on for each index, along a new axis.
class OneHot : public CellOf<OneHot> {
 public:
  explicit OneHot(const OneHotOptions& options = {}) : options_(options) {}
  OneHot(Cell& owner, std::string_view name, const OneHotOptions& options = {});
  static constexpr std::array kArguments{"indices"};
  Tensor construct(const Tensor& indices);

 private:
  OneHotOptions options_;
};

/// x where it is not negative, a * x elsewhere, with a new a from U(lower, upper) for each element and call.
class RReLU : public CellOf<RReLU> {
 public:
  /// ValueError unless lower <= upper.
  explicit RReLU(double lower = 1.0 / 8, double upper = 1.0 / 3);
  RReLU(Cell& owner, std::string_view name, double lower = 1.0 / 8, double upper = 1.0 / 3);
  static constexpr std::array kArguments{"x"};
  Tensor construct(const Tensor& x);

 private:
  double lower_, upper_;
};

/// Clears whole channels while training and scales up the others.
class ChannelDropout : public Cell {
 protected:
  /// ValueError unless 0 <= p <= 1.
  ChannelDropout(std::string_view who, int axes, double p);
  /// `x` is (N, C, ...) or one sample (C, ...) with `axes` axes behind the channels.
  Tensor drop(const Tensor& x);

 private:
  int axes_;
  double p_;
};

#define NUCELLA_CHANNEL_DROPOUT(Name, axes)                                                   \
  class Name : public CellOf<Name, ChannelDropout> {                                          \
   public:                                                                                    \
    explicit Name(double p = 0.5) : CellOf(#Name, axes, p) {}                                 \
    Name(Cell& owner, std::string_view name, double p = 0.5) : Name(p) { join(owner, name); } \
    static constexpr std::array kArguments{"x"};                                              \
    Tensor construct(const Tensor& x) { return drop(x); }                                     \
  };

NUCELLA_CHANNEL_DROPOUT(Dropout1d, 1)
NUCELLA_CHANNEL_DROPOUT(Dropout2d, 2)
NUCELLA_CHANNEL_DROPOUT(Dropout3d, 3)

#undef NUCELLA_CHANNEL_DROPOUT

/// One axis as several.
class Unflatten : public CellOf<Unflatten> {
 public:
  /// `unflattened_size`: the extents, one of which may be -1.
  Unflatten(int64_t axis, Shape unflattened_size) : axis_(axis), unflattened_size_(unflattened_size) {}
  Unflatten(Cell& owner, std::string_view name, int64_t axis, Shape unflattened_size);
  static constexpr std::array kArguments{"input"};
  Tensor construct(const Tensor& input);

 private:
  int64_t axis_;
  Shape unflattened_size_;
};

/// scale * sum(|x|).
class L1Regularizer : public CellOf<L1Regularizer> {
 public:
  /// ValueError unless the scale is positive and finite.
  explicit L1Regularizer(double scale);
  L1Regularizer(Cell& owner, std::string_view name, double scale);
  static constexpr std::array kArguments{"weights"};
  Tensor construct(const Tensor& weights);

 private:
  double scale_;
};

}  // namespace nucella::nn
