// Cells that keep no activations: their construct runs again in the backward pass.
#include "nucella/grad/recompute.h"
#include "nucella/nn/cell_registry.h"
#include "nucella/nn/value_tensors.h"

namespace nucella {

void Cell::recompute(const RecomputeOptions& options) {
  settings().recompute = options;
  if (options.parallel_optimizer_comm_recompute)
    for (Parameter& param : get_parameters()) param.set_parallel_optimizer_comm_recompute(true);
}

const RecomputeOptions* Cell::recompute_options() const {
  return settings_ && settings_->recompute ? &*settings_->recompute : nullptr;
}

Value Cell::construct_recomputed(const Arguments& arguments) {
  Value output;
  const auto first =
      std::make_shared<Value*>(&output);  // the second run must not keep the results of the first
  const auto run = [this, arguments, first, alive = std::weak_ptr(registry_)] {
    check<RuntimeError>(!alive.expired(), "recompute: the cell has been destroyed before the backward pass");
    const Value value = run_construct(arguments);
    if (*first) **first = value;
    return defined_tensors(value);
  };
  const Tensors linked = nucella::recompute(run);
  *first = nullptr;
  auto next = linked.cbegin();
  return refill(output, next);
}

}  // namespace nucella
