#include "nucella/optim/train_one_step.h"

#include "nucella/grad/grad.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

TrainOneStepCell::TrainOneStepCell(CellPtr network, std::shared_ptr<Optimizer> optimizer,
                                   std::optional<double> sens, bool return_grad)
    : Cell(false),
      network_(*this, "network", std::move(network)),
      optimizer_(*this, "optimizer", std::move(optimizer)),
      sens_(sens),
      return_grad_(return_grad) {
  check<TypeError>(network_ && optimizer_,
                   "For 'TrainOneStepCell', 'network' and 'optimizer' must be Cells, got None");
  check<ValueError>(sens_ != 0, "For 'TrainOneStepCell', 'sens' must not be 0");
  network_->set_grad();
  weights_.assign(optimizer_->parameters().begin(), optimizer_->parameters().end());
}

TrainOneStepCell::TrainOneStepCell(Cell& network, Optimizer& optimizer, std::optional<double> sens)
    : TrainOneStepCell(CellPtr(CellPtr(), &network), std::shared_ptr<Optimizer>(CellPtr(), &optimizer),
                       sens) {}

Tensor TrainOneStepCell::operator()(const Tensor& data, const Tensor& label) {
  return call({data, label}).as<Tensor>("TrainOneStepCell");
}

std::pair<Value, Tensors> TrainOneStepCell::loss_and_gradients(const Values& inputs, const Tensor& scale) {
  Value loss;
  const auto forward = [&](const Tensors&) {
    loss = network_->call(inputs);
    Tensors losses = loss.tensors();
    if (scale.defined())
      for (Tensor& t : losses) t = ops::mul(t, ops::cast(ops::reshape(scale, {}), t.dtype()));
    return losses;
  };
  GradResult result = value_and_grad(forward, {}, {.grad_position = {}, .weights = weights_});
  return {std::move(loss), std::move(result.weight_grads)};
}

Value TrainOneStepCell::construct_values(const Values& inputs) {
  const auto [loss, gradients] = loss_and_gradients(inputs, sens_ ? scalar(*sens_) : Tensor());
  optimizer_->call({gradients});  // as a cell: its class may be the user's, and may have hooks
  if (!return_grad_) return loss;
  ValueDict grads;
  for (size_t i = 0; i < weights_.size(); ++i)
    grads.emplace_back(Parameter::of(weights_[i]).name(), gradients[i]);
  return Values{loss, Value(std::move(grads))};
}

}  // namespace nucella::nn
