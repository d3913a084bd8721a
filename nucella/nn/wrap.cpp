#include "nucella/nn/wrap.h"

#include "nucella/ops/ops.h"

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

WithEvalCell::WithEvalCell(CellPtr network, CellPtr loss_fn, bool add_cast_fp32)
    : CellOf(false),
      network_(*this, "_network", std::move(network)),
      loss_fn_(*this, "_loss_fn", std::move(loss_fn)),
      add_cast_fp32_(add_cast_fp32) {
  check<TypeError>(network_ && loss_fn_,
                   "For 'WithEvalCell', 'network' and 'loss_fn' must be Cells, got None");
}

Value WithEvalCell::construct(const Value& data, const Value& label) {
  const auto in_full = [&](const Value& value) {
    if (!add_cast_fp32_) return value;
    return value.map_tensors(
        [](const Tensor& t) { return is_floating(t.dtype()) ? ops::cast(t, float32) : t; });
  };
  const Value output = in_full(network_->call({data})), target = in_full(label);
  return Values{loss_fn_->call({output, target}), output, target};
}

}  // namespace nucella::nn
