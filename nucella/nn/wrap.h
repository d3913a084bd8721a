// WithLossCell: a net and its loss as one cell, from data and label to the loss.
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

}  // namespace nucella::nn
