#include "nucella/optim/rates.h"

#include <algorithm>
#include <set>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

// A table as a schedule. A cell of its own, so that its parameter comes where MindSpore lists it.
class RateTable final : public LearningRateSchedule {
 public:
  RateTable(std::string_view who, std::string_view name, const Tensor& rates)
      : LearningRateSchedule(false),
        who_(who),
        rates_(*this, "learning_rate", rates, {.requires_grad = false}) {
    rates_.set_name(name);
  }

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

// A number as a schedule, for optimizers that have some.
class RateNumber final : public LearningRateSchedule {
 public:
  RateNumber(std::string_view name, const Tensor& rate)
      : LearningRateSchedule(false), rate_(*this, "learning_rate", rate, {.requires_grad = false}) {
    rate_.set_name(name);
  }
  Tensor construct(const Tensor&) override { return rate_; }

 private:
  Parameter rate_;
};

// The number (0-d) or table (1-D) in float32; undefined for a schedule.
Tensor checked_rates(std::string_view who, const LearningRate& rate) {
  Tensor value;
  if (const auto* number = std::get_if<double>(&rate.variant())) {
    value = scalar(*number);
  } else if (const auto* table = std::get_if<std::vector<float>>(&rate.variant())) {
    check<ValueError>(!table->empty(), "For '", who, "', a table of learning rates must not be empty");
    value = tensor_of(*table, {static_cast<int64_t>(table->size())});
  } else if (const auto* tensor = std::get_if<Tensor>(&rate.variant())) {
    check<ValueError>(
        tensor->ndim() <= 1 && tensor->size() > 0, "For '", who,
        "', a tensor of learning rates must have 0 or 1 dimensions and be not empty, got the shape ",
        tensor->shape());
    value = ops::cast(*tensor, float32);
  } else {
    return {};
  }
  for (float v : value.to_vector<float>())
    check<ValueError>(v >= 0, "For '", who, "', 'learning_rate' must not be negative, got ", v);
  return value;
}

void check_groups(std::string_view who, const std::vector<ParamGroup>& groups) {
  for (const ParamGroup& group : groups) {
    if (group.order_params.empty()) {
      check<ValueError>(!group.params.empty(), "For '", who, "', the 'params' of a group must not be empty");
    } else {
      check<ValueError>(
          group.params.empty() && !group.lr && !group.weight_decay && !group.grad_centralization, "For '",
          who, "', a group that has 'order_params' must have nothing else");
    }
    for (const Parameter& param : group.params)
      check<TypeError>(param.defined(), "For '", who,
                       "', the 'params' of a group must be Parameters, got None");
    if (group.weight_decay) check_weight_decay(who, *group.weight_decay);
  }
}

// Tables of rates run side by side, so all have one length.
void check_tables(std::string_view who, const std::vector<ParamGroup>& groups,
                  const LearningRate& learning_rate) {
  int64_t length = 0;
  const auto check_length = [&](const LearningRate& rate) {
    const Tensor values = checked_rates(who, rate);
    if (!values.defined() || values.ndim() == 0) return;
    check<ValueError>(length == 0 || length == values.size(), "For '", who,
                      "', the tables of learning rates of all groups must have one length, got ", length,
                      " and ", values.size());
    length = values.size();
  };
  check_length(learning_rate);
  for (const ParamGroup& group : groups)
    if (group.lr) check_length(*group.lr);
}

void put_in_order(std::string_view who, GroupedParams& grouped, const std::vector<Parameter>& order) {
  check<ValueError>(order.size() == grouped.params.size(), "For '", who,
                    "', 'order_params' must hold the parameters of all groups, ", grouped.params.size(),
                    ", got ", order.size());
  const GroupedParams from = grouped;
  for (size_t i = 0; i < order.size(); ++i) {
    const auto at = std::ranges::find(from.params, order[i].name(), &Parameter::name);
    check<ValueError>(at != from.params.end(), "For '", who, "', '", order[i].name(),
                      "' of 'order_params' is in no group");
    const auto k = static_cast<size_t>(at - from.params.begin());
    grouped.params[i] = from.params[k];
    grouped.rate_of[i] = from.rate_of[k];
    grouped.weight_decay[i] = from.weight_decay[k];
    grouped.centralize[i] = from.centralize[k];
  }
}

}  // namespace

double WeightDecay::at(const Tensor& global_step) const {
  if (!schedule_) return value_;
  return schedule_->call({global_step}).as<Tensor>("WeightDecay").item<double>();
}

void check_weight_decay(std::string_view who, const WeightDecay& weight_decay) {
  check<ValueError>(weight_decay.number() >= 0, "For '", who, "', 'weight_decay' must not be negative, got ",
                    weight_decay.number());
}

Tensor Rate::at(const Tensor& global_step) const {
  if (!schedule) return number;
  return ops::reshape((*schedule)(global_step), {});
}

Parameter Rate::parameter() const {
  if (!schedule) return number;
  const bool own = dynamic_cast<RateTable*>(schedule.get()) || dynamic_cast<RateNumber*>(schedule.get());
  return own ? schedule->get_parameters().front() : Parameter();
}

bool is_dynamic(const LearningRate& rate) {
  if (const auto* tensor = std::get_if<Tensor>(&rate.variant())) return tensor->ndim() > 0;
  return !std::holds_alternative<double>(rate.variant());
}

Rate make_rate(std::string_view who, const LearningRate& rate, std::string_view name, bool as_cell) {
  const Tensor values = checked_rates(who, rate);
  if (!values.defined()) {
    auto schedule = std::get<std::shared_ptr<LearningRateSchedule>>(rate.variant());
    check<TypeError>(schedule != nullptr, "For '", who, "', 'learning_rate' must not be None");
    return {{}, std::move(schedule)};
  }
  if (values.ndim() > 0) return {{}, std::make_shared<RateTable>(who, name, values)};
  if (as_cell) return {{}, std::make_shared<RateNumber>(name, values)};
  return {Parameter(values, name, {.requires_grad = false}), nullptr};
}

GroupedParams resolve_groups(std::string_view who, const std::vector<ParamGroup>& groups,
                             const LearningRate& learning_rate, const WeightDecay& weight_decay) {
  check_groups(who, groups);
  check_tables(who, groups, learning_rate);
  const bool dynamic = is_dynamic(learning_rate) || std::ranges::any_of(groups, [](const ParamGroup& group) {
                         return group.lr && is_dynamic(*group.lr);
                       });
  GroupedParams out;
  out.has_group_lr =
      std::ranges::any_of(groups, [](const ParamGroup& group) { return group.lr.has_value(); });
  out.rates.push_back(make_rate(who, learning_rate, "learning_rate", dynamic && out.has_group_lr));
  std::vector<Parameter> order;
  std::set<std::string> names;
  for (size_t g = 0; g < groups.size(); ++g) {
    const ParamGroup& group = groups[g];
    if (!group.order_params.empty()) {
      out.ordered = true;
      order = group.order_params;
      continue;
    }
    size_t rate = 0;
    if (group.lr) {
      rate = out.rates.size();
      out.rates.push_back(make_rate(who, *group.lr, str("learning_rate_group_", g), dynamic));
    }
    for (const Parameter& param : group.params) {
      check<RuntimeError>(names.insert(param.name()).second, "For '", who, "', the parameter '", param.name(),
                          "' comes more than once");
      out.params.push_back(param);
      out.rate_of.push_back(rate);
      out.weight_decay.push_back(group.weight_decay.value_or(weight_decay));
      out.centralize.push_back(group.grad_centralization);
    }
  }
  if (out.ordered) put_in_order(who, out, order);
  check<ValueError>(!out.params.empty(),
                    "For 'Optimizer', the argument parameters must not be empty, got none for '", who, "'");
  return out;
}

}  // namespace nucella::nn
