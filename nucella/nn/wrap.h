// WithLossCell and WithEvalCell: a net and its loss as one cell, for training and for evaluation.
#pragma once
#include "nucella/nn/cell.h"

namespace nucella::nn {

/// loss_fn(backbone(data), label).
class WithLossCell : public CellOf<WithLossCell> {
 public:
  WithLossCell(CellPtr backbone, CellPtr loss_fn);
  /// For cells that stand elsewhere and outlive this one.
  WithLossCell(Cell& backbone, Cell& loss_fn);
  Value construct(const Value& data, const Value& label);
  const CellPtr& backbone_network() const { return backbone_.get(); }

 private:
  ChildPtr<> backbone_, loss_fn_;
};

/// (loss, network(data), label): what metrics are computed from.
class WithEvalCell : public CellOf<WithEvalCell> {
 public:
  /// With `add_cast_fp32` output and label of other floating dtypes become float32 before the loss.
  WithEvalCell(CellPtr network, CellPtr loss_fn, bool add_cast_fp32 = false);
  Value construct(const Value& data, const Value& label);

 private:
  ChildPtr<> network_, loss_fn_;
  bool add_cast_fp32_;
};

}  // namespace nucella::nn
