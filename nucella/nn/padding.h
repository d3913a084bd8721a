// Pad, ConstantPad1d to 3d, ZeroPad2d, ReflectionPad1d to 3d and ReplicationPad1d to 3d: borders around the
// last axes.
#pragma once
#include <array>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

/// What the layers for single ranks share: a border of one kind around the last axes.
class BorderPad : public Cell {
 protected:
  /// `padding`: one number for all sides, or (before, after) for the last axis, then for the one before it,
  /// ... of at most `axes` axes. ValueError for an odd or too large count, and, but for constants, for
  /// negative numbers.
  BorderPad(std::string_view who, int axes, const Extents& padding, std::string mode, double value);
  Tensor pad(const Tensor& x);

 private:
  std::string who_;
  std::vector<int64_t> padding_;
  bool for_all_sides_;
  std::string mode_;
  double value_;
};

#define NUCELLA_BORDER(Name, axes, mode)                                                                    \
  class Name : public CellOf<Name, BorderPad> {                                                             \
   public:                                                                                                  \
    explicit Name(const Extents& padding) : CellOf(#Name, axes, padding, mode, 0.0) {}                      \
    Name(Cell& owner, std::string_view name, const Extents& padding) : Name(padding) { join(owner, name); } \
    static constexpr std::array kArguments{"x"};                                                            \
    Tensor construct(const Tensor& x) { return pad(x); }                                                    \
  };
#define NUCELLA_CONSTANT_BORDER(Name, axes)                                                                 \
  class Name : public CellOf<Name, BorderPad> {                                                             \
   public:                                                                                                  \
    Name(const Extents& padding, double value) : CellOf(#Name, axes, padding, "constant", value) {}         \
    Name(Cell& owner, std::string_view name, const Extents& padding, double value) : Name(padding, value) { \
      join(owner, name);                                                                                    \
    }                                                                                                       \
    static constexpr std::array kArguments{"x"};                                                            \
    Tensor construct(const Tensor& x) { return pad(x); }                                                    \
  };

/// A value around the last axis, or the last two or three. Negative numbers cut off.
NUCELLA_CONSTANT_BORDER(ConstantPad1d, 1)
NUCELLA_CONSTANT_BORDER(ConstantPad2d, 2)
NUCELLA_CONSTANT_BORDER(ConstantPad3d, 3)
/// Zeros around the last two axes.
NUCELLA_BORDER(ZeroPad2d, 2, "constant")
/// The last axes mirrored at their outer elements.
NUCELLA_BORDER(ReflectionPad1d, 1, "reflect")
NUCELLA_BORDER(ReflectionPad2d, 2, "reflect")
NUCELLA_BORDER(ReflectionPad3d, 3, "reflect")
/// The outer elements of the last axes repeated.
NUCELLA_BORDER(ReplicationPad1d, 1, "replicate")
NUCELLA_BORDER(ReplicationPad2d, 2, "replicate")
NUCELLA_BORDER(ReplicationPad3d, 3, "replicate")

#undef NUCELLA_BORDER
#undef NUCELLA_CONSTANT_BORDER

/// A border around every axis: zeros, or mirrored.
class Pad : public CellOf<Pad> {
 public:
  /// `paddings`: (before, after) for each axis in order. `mode`: "CONSTANT", "REFLECT" or "SYMMETRIC".
  /// ValueError for another mode, negative numbers or more than 8 axes.
  explicit Pad(std::vector<std::array<int64_t, 2>> paddings, const std::string& mode = "CONSTANT");
  Pad(Cell& owner, std::string_view name, std::vector<std::array<int64_t, 2>> paddings,
      const std::string& mode = "CONSTANT");
  static constexpr std::array kArguments{"x"};
  /// ValueError unless `x` has as many axes as there are paddings.
  Tensor construct(const Tensor& x);

 private:
  std::vector<std::array<int64_t, 2>> paddings_;
  std::string mode_;
};

}  // namespace nucella::nn
