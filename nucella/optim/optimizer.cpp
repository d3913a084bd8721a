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
  check_weight_decay(who, options.weight_decay);
  global_step_ = Parameter(*this, "global_step", zeros({1}, int32), {.requires_grad = false});
  state_.push_back(global_step_);
  params.grouped() ? take_grouped(params, learning_rate) : take_plain(params, learning_rate);
}

void Optimizer::take_plain(const OptimizerParams& params, const LearningRate& learning_rate) {
  check<ValueError>(!params.params().empty(),
                    "For 'Optimizer', the argument parameters must not be empty, got none for '", who_, "'");
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
  if (options_.weight_decay.schedule()) set_child("weight_decay", options_.weight_decay.schedule());
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
  for (const WeightDecay& decay : weight_decay_)
    decay_flags_.push_back(decay.schedule() || decay.number() > 0);
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
    const Group wanted{{}, 0, rate_of_[i], centralize[i], decay_flags_[i] ? weight_decay_[i] : 0};
    auto group = std::ranges::find_if(groups_, [&](const Group& known) {
      return known.decay == wanted.decay && known.rate == wanted.rate &&
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

std::vector<double> Optimizer::weight_decay() const {
  std::vector<double> out;
  for (const WeightDecay& decay : weight_decay_) out.push_back(decay.at(global_step_));
  return out;
}

std::vector<WeightDecay> Optimizer::applied_decay() const {
  std::vector<WeightDecay> out;
  for (size_t i = 0; i < weight_decay_.size(); ++i)
    out.push_back(decay_flags_[i] ? weight_decay_[i] : WeightDecay());
  return out;
}

bool Optimizer::dynamic_weight_decay() const {
  return std::ranges::any_of(weight_decay_,
                             [](const WeightDecay& decay) { return decay.schedule() != nullptr; });
}

Tensors Optimizer::decayed(const Group& group, Tensors gradients) const {
  if (group.weight_decay == 0) return gradients;
  for (size_t i : group.members) {
    const Tensor& w = parameters_[i];
    const Tensor factor = scalar(group.weight_decay * options_.loss_scale, w.dtype());
    gradients[i] = ops::add(gradients[i], ops::mul(w, factor));
  }
  return gradients;
}

Tensors Optimizer::centralized(const Group& group, Tensors gradients) const {
  for (size_t i : group.members) {
    const Tensor& g = gradients[i];
    if (g.ndim() < 2 || g.shape(1) % 16 != 0) continue;
    Shape axes;
    for (int axis = 1; axis < g.ndim(); ++axis) axes.push_back(axis);
    gradients[i] = ops::sub(g, ops::reduce_mean(g, axes, true));
  }
  return gradients;
}

Tensors Optimizer::decay_weight(const Tensors& gradients) const {
  Tensors out = gradients;
  for (Group group : groups_) {
    group.weight_decay = group.decay.at(global_step_);
    out = decayed(group, std::move(out));
  }
  return out;
}

Tensors Optimizer::gradients_centralization(const Tensors& gradients) const {
  Tensors out = gradients;
  for (const Group& group : groups_)
    if (group.centralize) out = centralized(group, std::move(out));
  return out;
}

Tensors Optimizer::scale_grad(const Tensors& gradients) const {
  if (options_.loss_scale == 1) return gradients;
  Tensors out;
  for (const Tensor& g : gradients) out.push_back(ops::mul(g, scalar(grad_scale(), g.dtype())));
  return out;
}

void Optimizer::decay_all() {
  decay_flags_.assign(parameters_.size(), true);
  groups_.clear();
  set_groups(std::vector<bool>(parameters_.size()));
}

void Optimizer::take_ready_gradients() {
  options_.loss_scale = 1;
  for (Group& group : groups_) {
    group.decay = {};
    group.centralize = false;
  }
}

int64_t Optimizer::steps() const { return global_step_.item<int64_t>(); }

std::vector<Parameter> Optimizer::state() const { return state_; }

const ParameterTuple* Optimizer::find_state(std::string_view name) const {
  const auto found = std::ranges::find_if(state_lists_, [&](const auto& list) { return list.first == name; });
  return found == state_lists_.end() ? nullptr : &found->second;
}

ParameterTuple Optimizer::make_state(std::string_view prefix, std::string_view init,
                                     std::string_view attribute) {
  const NoInitParameters no_init;
  return adopt_state(attribute.empty() ? prefix : attribute, parameters_.clone(prefix, init));
}

ParameterTuple Optimizer::make_state(std::string_view prefix, double init) {
  const NoInitParameters no_init;
  return adopt_state(prefix, parameters_.clone(prefix, init));
}

ParameterTuple Optimizer::adopt_state(std::string_view attribute, ParameterTuple made) {
  for (Parameter& p : made) p.set_requires_grad(false);
  return keep_state(attribute, {made.begin(), made.end()});
}

Parameter Optimizer::make_scalar(std::string_view name, double value, const Shape& shape) {
  return state_.emplace_back(*this, name, full(shape, value, float32),
                             ParameterOptions{.requires_grad = false});
}

ParameterTuple Optimizer::keep_state(std::string_view name, std::vector<Parameter> made) {
  state_.insert(state_.end(), made.begin(), made.end());
  ParameterTuple tuple(std::move(made));
  insert_parameter_tuple(name, tuple);
  state_lists_.emplace_back(name, tuple);
  return tuple;
}

void Optimizer::step(const Tensors& gradients) {
  check<ValueError>(gradients.size() == parameters_.size(), "For '", who_, "', expected ", parameters_.size(),
                    " gradients, one for each parameter, got ", gradients.size());
  for (size_t i = 0; i < gradients.size(); ++i)
    check<ValueError>(gradients[i].defined() && gradients[i].shape() == parameters_[i].shape(), "For '", who_,
                      "', the gradient of '", parameters_[i].name(), "' must have the shape ",
                      parameters_[i].shape(), ", got ",
                      gradients[i].defined() ? gradients[i].shape().str() : "None");
  run(gradients);
}

void Optimizer::run(const Tensors& gradients) {
  Tensors lr(rates_.size());
  for (Group& group : groups_) {
    if (!lr[group.rate].defined()) lr[group.rate] = rates_[group.rate].at(global_step_);
    group.weight_decay = group.decay.at(global_step_);
  }
  ops::assign_add(global_step_, ones({1}, int32));
  begin_step();
  for (const Group& group : groups_) {
    if (!group.centralize || !centralises()) {
      update(group, gradients, lr[group.rate]);
    } else if (decoupled()) {
      update(group, centralized(group, gradients), lr[group.rate]);
    } else {
      Group undecayed = group;
      undecayed.weight_decay = 0;
      update(undecayed, centralized(group, decayed(group, gradients)), lr[group.rate]);
    }
  }
}

Value Optimizer::construct_values(const Values& inputs) {
  check<RuntimeError>(inputs.size() != 1 || !inputs[0].is<Tensor>() || parameters_.size() == 1, "For '", who_,
                      "', expected a tuple of ", parameters_.size(), " gradients, got one Tensor");
  step(inputs.size() == 1 && inputs[0].is<Values>() ? inputs[0].as<Tensors>(who_)
                                                    : Value(inputs).as<Tensors>(who_));
  return true;
}

}  // namespace nucella::nn
