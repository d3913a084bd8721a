#include "nucella/optim/loss_scale.h"

#include <algorithm>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

constexpr const char* kWho = "TrainOneStepWithLossScaleCell";

const Tensor& checked_scale(const Tensor& scale) {
  check<ValueError>(scale.shape() == Shape{} || scale.shape() == Shape{1}, "For '", kWho,
                    "', the shape of 'scale_sense' must be () or (1,), got ", scale.shape());
  return scale;
}

double scale_of(const std::shared_ptr<LossScaleUpdateCell>& update) {
  return update ? update->get_loss_scale() : 0;
}

}  // namespace

DynamicLossScaleUpdateCell::DynamicLossScaleUpdateCell(double loss_scale_value, double scale_factor,
                                                       int64_t scale_window)
    : loss_scale_value_(loss_scale_value),
      scale_factor_(scale_factor),
      scale_window_(scale_window),
      current_step_(*this, "cur_iter", scalar(1, int32), {.requires_grad = false}),
      last_overflow_step_(*this, "last_overflow_iter", scalar(0, int32), {.requires_grad = false}) {
  check<ValueError>(loss_scale_value > 0 && scale_factor > 0 && scale_window > 0,
                    "For 'DynamicLossScaleUpdateCell', 'loss_scale_value', 'scale_factor' and 'scale_window' "
                    "must be greater than 0, got ",
                    loss_scale_value, ", ", scale_factor, " and ", scale_window);
  current_step_.set_name("current_iterator_step");
  last_overflow_step_.set_name("last_overflow_iterator_step");
}

Tensor DynamicLossScaleUpdateCell::construct(const Tensor& loss_scale, const Tensor& overflow) {
  const auto step = current_step_.item<int64_t>();
  const auto scale = loss_scale.item<double>();
  const bool overflowed = overflow.item<bool>();
  const bool due = step - last_overflow_step_.item<int64_t>() >= scale_window_;
  if (overflowed || due) ops::assign(last_overflow_step_, current_step_);
  if (overflowed) {
    ops::assign(loss_scale, full(loss_scale.shape(), std::max(scale / scale_factor_, 1.0)));
  } else if (due) {
    ops::assign(loss_scale, full(loss_scale.shape(), scale * scale_factor_));
  }
  ops::assign_add(current_step_, scalar(1, int32));
  return overflow;
}

TrainOneStepWithLossScaleCell::TrainOneStepWithLossScaleCell(CellPtr network,
                                                             std::shared_ptr<Optimizer> optimizer,
                                                             CellPtr update, double scale_sense)
    : TrainOneStepCell(std::move(network), std::move(optimizer)),
      scale_sense_(*this, "scale_sense", scalar(scale_sense), {.requires_grad = false}),
      update_(std::move(update)) {
  check<TypeError>(update_ != nullptr, "For '", kWho, "', 'scale_sense' must be a Cell or Tensor, got None");
  set_child("loss_scaling_manager", update_);
}

TrainOneStepWithLossScaleCell::TrainOneStepWithLossScaleCell(
    CellPtr network, std::shared_ptr<Optimizer> optimizer, const std::shared_ptr<LossScaleUpdateCell>& update)
    : TrainOneStepWithLossScaleCell(std::move(network), std::move(optimizer), update, scale_of(update)) {}

TrainOneStepWithLossScaleCell::TrainOneStepWithLossScaleCell(CellPtr network,
                                                             std::shared_ptr<Optimizer> optimizer,
                                                             const Tensor& scale_sense)
    : TrainOneStepCell(std::move(network), std::move(optimizer)),
      scale_sense_(*this, "scale_sense", checked_scale(scale_sense), {.requires_grad = false}) {}

void TrainOneStepWithLossScaleCell::set_sense_scale(const Tensor& scale) { scale_sense_.set_data(scale); }

Tensor TrainOneStepWithLossScaleCell::get_overflow_status(const Tensors& gradients) {
  Tensor overflows = zeros({1});
  for (const Tensor& g : gradients) overflows = ops::add(overflows, ops::float_status(g));
  return ops::reshape(ops::greater(overflows, scalar(0)), {});
}

Tensor TrainOneStepWithLossScaleCell::process_loss_scale(const Tensor& overflow) {
  return update_ ? update_->call({scale_sense_, overflow}).as<Tensor>(kWho) : overflow;
}

Value TrainOneStepWithLossScaleCell::construct_values(const Values& inputs) {
  const Tensor scale = ops::cast(scale_sense_, float32), back = ops::real_div(scalar(1), scale);
  auto [loss, gradients] = loss_and_gradients(inputs, scale);
  for (Tensor& g : gradients) g = ops::mul(g, ops::cast(ops::reshape(back, {}), g.dtype()));
  const Tensor overflow = get_overflow_status(gradients);
  if (!process_loss_scale(overflow).item<bool>()) optimizer().call({gradients});
  return Values{loss, overflow, scale_sense_};
}

}  // namespace nucella::nn
