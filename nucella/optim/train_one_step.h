// TrainOneStepCell: forward, backward and update as one cell.
#pragma once
#include <optional>

#include "nucella/optim/optimizer.h"

namespace nucella::nn {

/// Takes the inputs of `network`, whose result is the loss; changes the optimizer's parameters; returns the
/// loss.
class TrainOneStepCell : public Cell {
 public:
  /// The gradient that the loss starts with is `sens`, or 1. ValueError when it is 0. With `return_grad` a
  /// call returns the pair of the loss and a dict from the names of the parameters to their gradients.
  TrainOneStepCell(CellPtr network, std::shared_ptr<Optimizer> optimizer, std::optional<double> sens = {},
                   bool return_grad = false);
  /// For cells that stand elsewhere and outlive this one.
  TrainOneStepCell(Cell& network, Optimizer& optimizer, std::optional<double> sens = {});

  using Cell::operator();
  /// The loss of a batch and its label.
  Tensor operator()(const Tensor& data, const Tensor& label);

 protected:
  Value construct_values(const Values& inputs) override;
  /// The network's result, and the gradients of the optimizer's parameters when its sum times `scale` (if
  /// defined) starts with 1.
  std::pair<Value, Tensors> loss_and_gradients(const Values& inputs, const Tensor& scale);
  Optimizer& optimizer() { return *optimizer_; }

 private:
  ChildPtr<> network_;
  ChildPtr<Optimizer> optimizer_;
  Tensors weights_;
  std::optional<double> sens_;
  bool return_grad_;
};

}  // namespace nucella::nn
