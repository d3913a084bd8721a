// Training steps whose losses are scaled up, so that small gradients survive in 16 bits, and that leave out
// updates which overflow.
#pragma once
#include "nucella/optim/train_one_step.h"

namespace nucella::nn {

/// Base of the cells that decide on the scale: they take it (a parameter, which they may change) and whether
/// a gradient has overflowed, and return whether the update is to be left out.
class LossScaleUpdateCell : public CellOf<LossScaleUpdateCell> {
 public:
  using CellOf::CellOf;
  /// The scale to begin with.
  virtual double get_loss_scale() const = 0;
  virtual Tensor construct(const Tensor& loss_scale, const Tensor& overflow) = 0;
};

/// Leaves the scale as it is.
class FixedLossScaleUpdateCell : public LossScaleUpdateCell {
 public:
  explicit FixedLossScaleUpdateCell(double loss_scale_value) : loss_scale_value_(loss_scale_value) {}
  double get_loss_scale() const override { return loss_scale_value_; }
  Tensor construct(const Tensor&, const Tensor& overflow) override { return overflow; }

 private:
  double loss_scale_value_;
};

/// Divides the scale by scale_factor (down to 1) after an overflow; multiplies it after scale_window steps
/// without one. Its parameters are `current_iterator_step` and `last_overflow_iterator_step`.
class DynamicLossScaleUpdateCell : public LossScaleUpdateCell {
 public:
  /// ValueError unless all are positive.
  DynamicLossScaleUpdateCell(double loss_scale_value, double scale_factor, int64_t scale_window);
  double get_loss_scale() const override { return loss_scale_value_; }
  Tensor construct(const Tensor& loss_scale, const Tensor& overflow) override;

 private:
  double loss_scale_value_, scale_factor_;
  int64_t scale_window_;
  Parameter current_step_, last_overflow_step_;
};

/// A TrainOneStepCell whose result is the loss, whether a gradient has overflowed (a bool of no dimensions)
/// and the scale.
class TrainOneStepWithLossScaleCell : public TrainOneStepCell {
 public:
  /// The scale is that of `update`, a cell as LossScaleUpdateCell is, from `scale_sense` on.
  TrainOneStepWithLossScaleCell(CellPtr network, std::shared_ptr<Optimizer> optimizer, CellPtr update,
                                double scale_sense);
  TrainOneStepWithLossScaleCell(CellPtr network, std::shared_ptr<Optimizer> optimizer,
                                const std::shared_ptr<LossScaleUpdateCell>& update);
  /// The scale stays. ValueError unless its shape is () or (1,).
  TrainOneStepWithLossScaleCell(CellPtr network, std::shared_ptr<Optimizer> optimizer,
                                const Tensor& scale_sense);

  const Parameter& scale_sense() const { return scale_sense_; }
  /// ValueError for another shape.
  void set_sense_scale(const Tensor& scale);
  /// Whether an element of a gradient is infinite or NaN: a bool of no dimensions.
  static Tensor get_overflow_status(const Tensors& gradients);
  /// Lets the cell of the scale take note of it; whether the update is to be left out.
  Tensor process_loss_scale(const Tensor& overflow);

 protected:
  Value construct_values(const Values& inputs) override;

 private:
  Parameter scale_sense_;
  CellPtr update_;  // also a child
};

}  // namespace nucella::nn
