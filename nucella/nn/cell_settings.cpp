#include "nucella/nn/cell_settings.h"

#include "nucella/base/log.h"
#include "nucella/nn/cell_registry.h"

namespace nucella {
namespace {

using Choices = std::initializer_list<std::string_view>;

void check_one_of(std::string_view who, std::string_view name, std::string_view value, Choices choices) {
  std::string all;
  for (std::string_view choice : choices) all += str(all.empty() ? "'" : ", '", choice, "'");
  check<ValueError>(std::ranges::find(choices, value) != choices.end(), who, ": '", name, "' must be one of ",
                    all, ", got '", value, "'");
}

// A layout is a tuple with one tuple of numbers of cuts per tensor.
void check_strategy(const std::string& who, std::string_view name, const Value& strategy) {
  check<TypeError>(strategy.is<Values>(), who, ": '", name, "' must be a tuple, got ", kind_of(strategy));
  for (const Value& cuts : strategy.as<Values>()) {
    check<TypeError>(cuts.is<Values>(), who, ": '", name, "' must be a tuple of tuples, got a ",
                     kind_of(cuts), " in it");
    for (const Value& cut : cuts.as<Values>())
      check<TypeError>(cut.is<int64_t>(), who, ": '", name, "' must be made of ints, got a ", kind_of(cut));
  }
}

std::vector<int64_t> checked_cuts(const std::string& who, const std::string& name, const Value& cuts) {
  check<TypeError>(cuts.is<Values>(), who, ": the value of '", name,
                   "' in 'parameter_plan' must be a tuple, got ", kind_of(cuts));
  std::vector<int64_t> out;
  for (const Value& cut : cuts.as<Values>()) {
    check<TypeError>(cut.is<int64_t>(), who, ": '", name, "' in 'parameter_plan' must be cut by ints, got a ",
                     kind_of(cut));
    out.push_back(cut.as<int64_t>());
  }
  return out;
}

void check_fits(const std::string& who, const Parameter& param, const std::vector<int64_t>& cuts) {
  check<ValueError>(cuts.size() == param.shape().size(), who, ": '", param.name(), "' of shape ",
                    param.shape(), " needs one number of cuts per axis, got ", cuts.size());
  for (size_t i = 0; i < cuts.size(); ++i)
    check<ValueError>(cuts[i] > 0 && param.shape()[static_cast<int>(i)] % cuts[i] == 0, who, ": '",
                      param.name(), "' of shape ", param.shape(), " cannot be cut into ", cuts[i],
                      " parts along axis ", i);
}

std::string without_self(std::string name) {
  constexpr std::string_view kSelf = "self.";
  for (size_t at = name.find(kSelf); at != name.npos; at = name.find(kSelf)) name.erase(at, kSelf.size());
  return name;
}

}  // namespace

JitConfig::JitConfig(const JitOptions& options) : dict_(options.others) {
  check_one_of("JitConfig", "jit_level", options.jit_level, {"", "O0", "O1", "O2"});
  check_one_of("JitConfig", "exc_mode", options.exc_mode, {"auto", "sink", "no_sink"});
  check_one_of("JitConfig", "jit_syntax_level", options.jit_syntax_level,
               {"", "STRICT", "COMPATIBLE", "LAX"});
  check_one_of("JitConfig", "debug_level", options.debug_level, {"RELEASE", "DEBUG"});
  check_one_of("JitConfig", "infer_boost", options.infer_boost, {"", "on", "off"});
  const auto set = [&](const char* name, const std::string& value) { dict_.emplace_back(name, value); };
  set("jit_level", options.jit_level);
  set("exc_mode", options.exc_mode);
  set("jit_syntax_level", options.jit_syntax_level);
  set("debug_level", options.debug_level);
  set("infer_boost", options.infer_boost);
  const bool given = std::ranges::any_of(options.others, [](const auto& e) { return e.first == "backend"; });
  if (!given && !options.jit_level.empty()) set("backend", options.jit_level == "O2" ? "GE" : "ms_backend");
}

Cell::Settings& Cell::settings() {
  if (!settings_) settings_ = std::make_shared<Settings>();
  plain_ = false;
  return *settings_;
}

Cell& Cell::set_jit_config(const JitConfig& config) {
  if (settings_ && settings_->jit) {
    log_warning(described(), ".set_jit_config: it is set already; the first one stays");
  } else {
    settings().jit = config;
  }
  return *this;
}

const JitConfig* Cell::jit_config() const { return settings_ && settings_->jit ? &*settings_->jit : nullptr; }

void Cell::offload(std::string_view backward_prefetch) {
  check_one_of(described(), "backward_prefetch", backward_prefetch, {"Auto"});
  settings().offload = Value(std::string(backward_prefetch));
}

void Cell::offload(int64_t backward_prefetch) {
  check<ValueError>(backward_prefetch > 0, described(),
                    ".offload: 'backward_prefetch' must be 'Auto' or a positive int, got ",
                    backward_prefetch);
  settings().offload = Value(backward_prefetch);
}

Value Cell::offloaded() const { return settings_ ? settings_->offload : Value(); }

void Cell::place(std::string_view role, int64_t rank_id) {
  check_one_of(str(described(), ".place"), "role", role, {"MS_WORKER"});
  check<ValueError>(rank_id >= 0, described(), ".place: 'rank_id' must not be negative, got ", rank_id);
  settings().placement = Placement{std::string(role), rank_id};
}

const Placement* Cell::placement() const {
  return settings_ && settings_->placement ? &*settings_->placement : nullptr;
}

Cell& Cell::shard(const Value& in_strategy, const ShardOptions& options) {
  const std::string who = str(described(), ".shard");
  check_strategy(who, "in_strategy", in_strategy);
  if (!options.out_strategy.is_none()) check_strategy(who, "out_strategy", options.out_strategy);
  check_one_of(who, "device", options.device, {"CPU", "GPU", "Ascend"});
  check<ValueError>(options.level >= 0 && options.level <= 2, who, ": 'level' must be 0, 1 or 2, got ",
                    options.level);
  check<TypeError>(options.parameter_plan.is_none() || options.parameter_plan.is<ValueDict>(), who,
                   ": 'parameter_plan' must be a dict or None, got ", kind_of(options.parameter_plan));
  std::vector<std::pair<Parameter, std::vector<int64_t>>> plan;
  if (!options.parameter_plan.is_none()) {
    const std::vector<Parameter> params = trainable_params();
    for (const auto& [name, cuts] : options.parameter_plan.as<ValueDict>()) {
      const std::vector<int64_t> numbers = checked_cuts(who, name, cuts);
      const auto param = std::ranges::find(params, without_self(name), &Parameter::name);
      if (param == params.end()) {
        log_warning(who, ": there is no parameter '", name, "'; its layout is left out");
      } else if (!param->param_strategy().empty()) {
        log_warning(who, ": the layout of '", name, "' is set already and stays");
      } else {
        check_fits(who, *param, numbers);
        plan.emplace_back(*param, numbers);
      }
    }
  }
  for (auto& [param, cuts] : plan) param.set_param_strategy(cuts);
  Settings& kept = settings();
  kept.in_strategy = in_strategy;
  kept.shard = options;
  return *this;
}

Value Cell::in_strategy() const { return settings_ ? settings_->in_strategy : Value(); }
Value Cell::out_strategy() const { return settings_ ? settings_->shard.out_strategy : Value(); }

void Cell::set_data_parallel() { settings().data_parallel = true; }
bool Cell::data_parallel() const { return settings_ && settings_->data_parallel; }

int64_t Cell::pipeline_stage() const {
  check<AttributeError>(settings_ && settings_->pipeline_stage, "The '", class_name(),
                        "' object has no attribute 'pipeline_stage'.");
  return *settings_->pipeline_stage;
}

void Cell::set_pipeline_stage(int64_t stage) {
  check<ValueError>(stage >= 0, described(), ".pipeline_stage: expected a number >= 0, got ", stage);
  settings().pipeline_stage = stage;
  for (Parameter& param : trainable_params()) param.add_pipeline_stage(stage);
}

std::vector<Parameter> Cell::infer_param_pipeline_stage() const {
  constexpr int64_t kCurrentStage = 0;  // of the one process that there is
  std::vector<Parameter> params;
  for (const Parameter& param : trainable_params()) {
    const std::vector<int64_t>& stages = param.pipeline_stages();
    check<RuntimeError>(!stages.empty(), described(), ".infer_param_pipeline_stage: the parameter '",
                        param.name(),
                        "' belongs to no stage; set 'pipeline_stage' of the cell that holds it");
    if (std::ranges::find(stages, kCurrentStage) != stages.end()) params.push_back(param);
  }
  return params;
}

const ValueDict& Cell::parameter_layout_dict() const {
  static const ValueDict none;
  return settings_ ? settings_->parameter_layout : none;
}
void Cell::set_parameter_layout_dict(ValueDict layouts) { settings().parameter_layout = std::move(layouts); }

void Cell::set_param_ps(bool recurse, bool init_in_server) {
  for (Parameter& param : trainable_params(recurse)) param.set_param_ps(init_in_server);
}

bool Cell::bprop_debug() const { return settings_ && settings_->bprop_debug; }
void Cell::set_bprop_debug(bool value) { settings().bprop_debug = value; }

void Cell::set_lazy_inline(std::string_view policy) {
  check_one_of(str(described(), ".set_lazy_inline"), "policy", policy, {"", "front"});
  settings().lazy_inline = std::string(policy);
}
bool Cell::is_lazy_inline() const { return settings_ && settings_->lazy_inline; }

}  // namespace nucella
