#include "nucella/optim/optimizer.h"

#include <functional>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

// A table as a schedule. A cell of its own, so that its parameter comes where MindSpore lists it.
class RateTable final : public LearningRateSchedule {
 public:
  RateTable(std::string_view who, const Tensor& rates)
      : LearningRateSchedule(false),
        who_(who),
        rates_(*this, "learning_rate", rates, {.requires_grad = false}) {}

  Tensor construct(const Tensor& global_step) override {
    const auto step = global_step.item<int64_t>();
    check<RuntimeError>(step < rates_.size(), "For '", who_, "', step ", step,
                        " has no entry in 'learning_rate', which ", "holds ", rates_.size());
    return ops::gather(rates_, global_step, 0);
  }

 private:
  std::string who_;
  Parameter rates_;
};

}  // namespace

Optimizer::Optimizer(std::string_view who, std::vector<Parameter> parameters,
                     const LearningRate& learning_rate, OptimizerOptions options)
    : Cell(false), who_(who), options_(options) {
  check<ValueError>(!parameters.empty(), "For '", who, "', 'params' must not be empty");
  check<ValueError>(options.loss_scale > 0, "For '", who, "', 'loss_scale' must be greater than 0, got ",
                    options.loss_scale);
  check<ValueError>(options.weight_decay >= 0, "For '", who, "', 'weight_decay' must not be negative, got ",
                    options.weight_decay);
  global_step_ = Parameter(*this, "global_step", zeros({1}, int32), {.requires_grad = false});
  state_.push_back(global_step_);
  set_learning_rate(learning_rate);
  parameters_ = ParameterTuple(std::move(parameters));
  insert_parameter_tuple("parameters", parameters_);
  set_groups();
}

void Optimizer::set_groups() {
  Group decaying{.weight_decay = options_.weight_decay}, others;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const std::string& name = parameters_[i].name();
    const bool normalisation =
        name.find("beta") != std::string::npos || name.find("gamma") != std::string::npos;
    (decaying.weight_decay > 0 && !normalisation ? decaying : others).members.push_back(i);
  }
  for (Group& group : {std::ref(decaying), std::ref(others)})
    if (!group.members.empty()) groups_.push_back(std::move(group));
}

void Optimizer::set_learning_rate(const LearningRate& learning_rate) {
  const auto add = [&](const Tensor& value) {
    for (float rate : value.to_vector<float>())
      check<ValueError>(rate >= 0, "For '", who_, "', 'learning_rate' must not be negative, got ", rate);
    if (value.ndim() == 0)
      learning_rate_ = Parameter(*this, "learning_rate", value, {.requires_grad = false});
    else
      schedule_ = std::make_shared<RateTable>(who_, value);
  };
  if (const auto* number = std::get_if<double>(&learning_rate.variant())) {
    add(scalar(*number));
  } else if (const auto* table = std::get_if<std::vector<float>>(&learning_rate.variant())) {
    check<ValueError>(!table->empty(), "For '", who_, "', a table of learning rates must not be empty");
    add(tensor_of(*table, {static_cast<int64_t>(table->size())}));
  } else if (const auto* value = std::get_if<Tensor>(&learning_rate.variant())) {
    check<ValueError>(
        value->ndim() <= 1 && value->size() > 0, "For '", who_,
        "', a tensor of learning rates must have 0 or 1 dimensions and be not empty, got the shape ",
        value->shape());
    add(ops::cast(*value, float32));
  } else {
    schedule_ = std::get<std::shared_ptr<LearningRateSchedule>>(learning_rate.variant());
    check<TypeError>(schedule_ != nullptr, "For '", who_, "', 'learning_rate' must not be None");
  }
  if (schedule_) {
    set_child("learning_rate", schedule_);
    for (const Parameter& p : schedule_->get_parameters()) state_.push_back(p);
  } else {
    state_.push_back(learning_rate_);
  }
}

Tensor Optimizer::get_lr() {
  if (schedule_) return ops::reshape((*schedule_)(Tensor(global_step_)), {});
  return learning_rate_;
}

int64_t Optimizer::steps() const { return global_step_.item<int64_t>(); }

std::vector<Parameter> Optimizer::state() const { return state_; }

ParameterTuple Optimizer::make_state(std::string_view prefix, std::string_view init) {
  const NoInitParameters no_init;
  ParameterTuple made = parameters_.clone(prefix, init);
  for (Parameter& p : made) {
    p.set_requires_grad(false);
    state_.push_back(p);
  }
  insert_parameter_tuple(prefix, made);
  return made;
}

Parameter Optimizer::make_scalar(std::string_view name, double value) {
  return state_.emplace_back(*this, name, scalar(value), ParameterOptions{.requires_grad = false});
}

void Optimizer::step(const Tensors& gradients) {
  check<ValueError>(gradients.size() == parameters_.size(), "For '", who_, "', expected ", parameters_.size(),
                    " gradients, one for each parameter, got ", gradients.size());
  for (size_t i = 0; i < gradients.size(); ++i)
    check<ValueError>(gradients[i].defined() && gradients[i].shape() == parameters_[i].shape(), "For '", who_,
                      "', the gradient of '", parameters_[i].name(), "' must have the shape ",
                      parameters_[i].shape(), ", got ",
                      gradients[i].defined() ? gradients[i].shape().str() : "None");
  const Tensor lr = get_lr();
  ops::assign_add(global_step_, ones({1}, int32));
  begin_step();
  for (const Group& group : groups_) update(group, gradients, lr);
}

Value Optimizer::construct_values(const Values& inputs) {
  step(inputs.size() == 1 && inputs[0].is<Values>() ? inputs[0].as<Tensors>(who_)
                                                    : Value(inputs).as<Tensors>(who_));
  return true;
}

}  // namespace nucella::nn
