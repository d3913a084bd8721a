#include "nucella/nn/wrap.h"

namespace nucella::nn {

WithLossCell::WithLossCell(CellPtr backbone, CellPtr loss_fn)
    : CellOf(false),
      backbone_(*this, "_backbone", std::move(backbone)),
      loss_fn_(*this, "_loss_fn", std::move(loss_fn)) {
  check<TypeError>(backbone_ && loss_fn_,
                   "For 'WithLossCell', 'backbone' and 'loss_fn' must be Cells, got None");
}

WithLossCell::WithLossCell(Cell& backbone, Cell& loss_fn)
    : WithLossCell(CellPtr(CellPtr(), &backbone), CellPtr(CellPtr(), &loss_fn)) {}

Value WithLossCell::construct(const Value& data, const Value& label) {
  return loss_fn_->call({backbone_->call({data}), label});
}

}  // namespace nucella::nn
