// MatMul: the matrix product as a layer.
#pragma once
#include "nucella/nn/cell.h"

namespace nucella::nn {

/// x1 x2, each with its last two axes swapped first if asked for. One-dimensional tensors are vectors, and
/// axes before the last two are batches that broadcast.
class MatMul : public CellOf<MatMul> {
 public:
  explicit MatMul(bool transpose_x1 = false, bool transpose_x2 = false)
      : transpose_x1_(transpose_x1), transpose_x2_(transpose_x2) {}
  /// ValueError when the shapes do not fit.
  Tensor construct(const Tensor& x1, const Tensor& x2);

 private:
  bool transpose_x1_, transpose_x2_;
};

}  // namespace nucella::nn
