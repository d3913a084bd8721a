#include "nucella/optim/optimizer.h"

#include <algorithm>

#include "nucella/nn/containers.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Optimizer::Optimizer(std::string_view who, const OptimizerParams& params, const LearningRate& learning_rate,
                     OptimizerOptions options)
    : Cell(false), who_(who), options_(options) {
  check<ValueError>(options.loss_scale > 0, "For '", who, "', 'loss_scale' must be greater than 0, got ",
                    options.loss_scale);
  check<ValueError>(options.weight_decay >= 0, "For '", who, "', 'weight_decay' must not be negative, got ",
                    options.weight_decay);
  global_step_ = Parameter(*this, "global_step", zeros({1}, int32), {.requires_grad = false});
  state_.push_back(global_step_);
  params.grouped() ? take_grouped(params, learning_rate) : take_plain(params, learning_rate);
}

void Optimizer::take_plain(const OptimizerParams& params, const LearningRate& learning_rate) {
  check<ValueError>(!params.params().empty(), "For '", who_, "', 'params' must not be empty");
  rates_ = {make_rate(who_, learning_rate, "learning_rate")};
  rate_of_.resize(params.params().size());
  dynamic_lr_ = is_dynamic(learning_rate);
  register_rates();
  parameters_ = ParameterTuple(params.params());
  insert_parameter_tuple("parameters", parameters_);
  for (const Parameter& param : parameters_) {
    const bool normalisation =
        param.name().find("beta") != std::string::npos || param.name().find("gamma") != std::string::npos;
    decay_flags_.push_back(!normalisation);
    weight_decay_.push_back(options_.weight_decay);
  }
  set_groups(std::vector<bool>(parameters_.size()));
}

void Optimizer::take_grouped(const OptimizerParams& params, const LearningRate& learning_rate) {
  GroupedParams grouped = resolve_groups(who_, params.groups(), learning_rate, options_.weight_decay);
  is_group_ = true;
  is_group_lr_ = grouped.has_group_lr;
  ordered_ = grouped.ordered;
  rates_ = std::move(grouped.rates);
  rate_of_ = std::move(grouped.rate_of);
  weight_decay_ = std::move(grouped.weight_decay);
  dynamic_lr_ = std::ranges::any_of(rates_, [](const Rate& rate) { return rate.schedule != nullptr; });
  register_rates();
  parameters_ = ParameterTuple(std::move(grouped.params));
  insert_parameter_tuple("parameters", parameters_);
  for (double decay : weight_decay_) decay_flags_.push_back(decay > 0);
  set_groups(grouped.centralize);
}

// As MindSpore lists them: one number or cell under the name "learning_rate", or those of all parameters,
// each where it is first used.
void Optimizer::register_rates() {
  std::vector<CellPtr> cells;
  for (size_t i = 0; i < rate_of_.size(); ++i) {
    if (!is_group_lr_ && i > 0) break;
    const Rate& rate = rates_[rate_of_[i]];
    if (rate.schedule) {
      cells.push_back(rate.schedule);
    } else {
      insert_param_to_cell(rate.number.name(), rate.number, false);
    }
    const bool used_before = std::find(rate_of_.begin(), rate_of_.begin() + static_cast<std::ptrdiff_t>(i),
                                       rate_of_[i]) != rate_of_.begin() + static_cast<std::ptrdiff_t>(i);
    if (used_before) continue;
    if (!rate.schedule) {
      state_.push_back(rate.number);
    } else {
      for (const Parameter& p : rate.schedule->get_parameters()) state_.push_back(p);
    }
  }
  if (cells.empty()) return;
  set_child("learning_rate", is_group_lr_ ? std::make_shared<CellList>(cells, false) : cells.front());
}

void Optimizer::set_groups(const std::vector<bool>& centralize) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Group wanted{{}, decay_flags_[i] ? weight_decay_[i] : 0, rate_of_[i], centralize[i]};
    auto group = std::ranges::find_if(groups_, [&](const Group& known) {
      return known.weight_decay == wanted.weight_decay && known.rate == wanted.rate &&
             known.centralize == wanted.centralize;
    });
    if (group == groups_.end()) group = groups_.insert(group, wanted);
    group->members.push_back(i);
  }
}

Tensor Optimizer::get_lr(size_t parameter) const {
  check<ValueError>(parameter < rate_of_.size(), "For '", who_, "', there are ", rate_of_.size(),
                    " parameters, got the index ", parameter);
  return rates_[rate_of_[parameter]].at(global_step_);
}

const Rate& Optimizer::get_lr_parameter(const Parameter& param) const {
  const auto at = std::ranges::find_if(parameters_, [&](const Parameter& p) { return same(p, param); });
  check<ValueError>(at != parameters_.end(), "For '", who_, "', the parameter '",
                    param.defined() ? param.name() : "None", "' is not one of the optimizer's");
  return rates_[rate_of_[static_cast<size_t>(at - parameters_.begin())]];
}

// Weight decay comes before the mean is taken, as in MindSpore.
Tensors Optimizer::centralized(const Group& group, const Tensors& gradients) const {
  Tensors out = gradients;
  for (size_t i : group.members) {
    const Tensor& w = parameters_[i];
    if (group.weight_decay > 0)
      out[i] = ops::add(out[i], ops::mul(w, scalar(group.weight_decay * options_.loss_scale, w.dtype())));
    if (w.ndim() < 2 || w.shape(1) % 16 != 0) continue;
    Shape axes;
    for (int axis = 1; axis < w.ndim(); ++axis) axes.push_back(axis);
    out[i] = ops::sub(out[i], ops::reduce_mean(out[i], axes, true));
  }
  return out;
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
  Tensors lr(rates_.size());
  for (const Group& group : groups_)
    if (!lr[group.rate].defined()) lr[group.rate] = rates_[group.rate].at(global_step_);
  ops::assign_add(global_step_, ones({1}, int32));
  begin_step();
  for (const Group& group : groups_) {
    if (group.centralize && centralises()) {
      Group undecayed = group;
      undecayed.weight_decay = 0;
      update(undecayed, centralized(group, gradients), lr[group.rate]);
    } else {
      update(group, gradients, lr[group.rate]);
    }
  }
}

Value Optimizer::construct_values(const Values& inputs) {
  step(inputs.size() == 1 && inputs[0].is<Values>() ? inputs[0].as<Tensors>(who_)
                                                    : Value(inputs).as<Tensors>(who_));
  return true;
}

}  // namespace nucella::nn
