// LearningRate: what optimizers take for learning_rate: a number, a table with one entry per step, or a
// schedule.
#pragma once
#include <concepts>
#include <memory>
#include <variant>
#include <vector>

#include "nucella/nn/cell.h"

namespace nucella::nn {

/// A cell that computes the learning rate (one float32) from the global step, (1,) of int32.
class LearningRateSchedule : public CellOf<LearningRateSchedule> {
 public:
  using CellOf::CellOf;
  virtual Tensor construct(const Tensor& global_step) = 0;
};

class LearningRate {
 public:
  LearningRate(double value) : value_(value) {}
  LearningRate(int value) : value_(static_cast<double>(value)) {}
  /// One rate per step; a step beyond them is a RuntimeError.
  LearningRate(std::vector<float> table) : value_(std::move(table)) {}
  /// 0-d: a number; 1-D: a table.
  LearningRate(Tensor value) : value_(std::move(value)) {}
  template <std::derived_from<LearningRateSchedule> S>
  LearningRate(std::shared_ptr<S> schedule)
      : value_(std::shared_ptr<LearningRateSchedule>(std::move(schedule))) {}

  using Variant = std::variant<double, std::vector<float>, Tensor, std::shared_ptr<LearningRateSchedule>>;
  const Variant& variant() const { return value_; }

 private:
  Variant value_;
};

}  // namespace nucella::nn
