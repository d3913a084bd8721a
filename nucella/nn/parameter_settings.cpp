// Settings of a Parameter that few have: kept for graph compilers and several processes.
#include <atomic>

#include "nucella/nn/parameter.h"
#include "nucella/nn/parameter_impl.h"

namespace nucella {
namespace {

std::atomic<int64_t> next_key{0};

}  // namespace

bool Parameter::is_init() const { return self("is_init").rare().is_init; }
void Parameter::set_is_init(bool value) { self("is_init").rare_to_set().is_init = value; }
bool Parameter::unique() const { return self("unique").rare().unique; }
void Parameter::set_unique(bool value) { self("unique").rare_to_set().unique = value; }
bool Parameter::cache_enable() const { return self("cache_enable").rare().cache_enable; }
void Parameter::set_cache_enable(bool value) { self("cache_enable").rare_to_set().cache_enable = value; }
const std::vector<int64_t>& Parameter::cache_shape() const { return self("cache_shape").rare().cache_shape; }
void Parameter::set_cache_shape(std::vector<int64_t> value) {
  self("cache_shape").rare_to_set().cache_shape = std::move(value);
}
int64_t Parameter::key() const { return self("key").rare().key; }
void Parameter::set_key(int64_t value) { self("key").rare_to_set().key = value; }
bool Parameter::requires_aggr() const { return self("requires_aggr").rare().requires_aggr; }
void Parameter::set_requires_aggr(bool value) { self("requires_aggr").rare_to_set().requires_aggr = value; }
bool Parameter::parallel_optimizer_comm_recompute() const {
  return self("parallel_optimizer_comm_recompute").rare().parallel_optimizer_comm_recompute;
}
void Parameter::set_parallel_optimizer_comm_recompute(bool value) {
  ParameterImpl& mine = self("parallel_optimizer_comm_recompute");
  if (mine.rare().parallel_optimizer_comm_recompute != value)
    mine.rare_to_set().parallel_optimizer_comm_recompute = value;
}
const std::string& Parameter::storage_format() const { return self("storage_format").rare().storage_format; }
void Parameter::set_storage_format(std::string value) {
  self("storage_format").rare_to_set().storage_format = std::move(value);
}
const std::string& Parameter::device() const { return self("device").rare().device; }
void Parameter::set_device(std::string value) {
  check<ValueError>(value == "CPU" || value == "Remote",
                    "Parameter.device: expected 'CPU' or 'Remote', got '", value, "'");
  self("device").rare_to_set().device = std::move(value);
}

const std::vector<int64_t>& Parameter::pipeline_stages() const {
  return self("pipeline_stages").rare().pipeline_stages;
}
void Parameter::add_pipeline_stage(int64_t stage) {
  check<TypeError>(stage >= 0, "Parameter.add_pipeline_stage: 'stage' must be an int >= 0, got ", stage);
  self("add_pipeline_stage").rare_to_set().pipeline_stages.push_back(stage);
}

const std::vector<int64_t>& Parameter::param_strategy() const {
  return self("param_strategy").rare().param_strategy;
}
void Parameter::set_param_strategy(std::vector<int64_t> cuts) {
  self("param_strategy").rare_to_set().param_strategy = std::move(cuts);
}

void Parameter::set_param_ps(bool) {
  raise<RuntimeError>("Parameter.set_param_ps: '", self("set_param_ps").name,
                      "' can be kept by a parameter server only when the task runs in parameter server mode, "
                      "which is not there yet");
}

void Parameter::copy_settings_to(Parameter& copy) const {
  const ParameterImpl& mine = self("clone");
  copy.set_comm_fusion(mine.comm_fusion);
  if (!mine.has_rare()) return;
  const ParameterImpl::Rare& from = mine.rare();
  ParameterImpl::Rare& to = copy.self("clone").rare_to_set();
  to = from;
  to.is_init = to.unique = false;
  to.pipeline_stages.clear();
  to.param_strategy.clear();
  to.key = from.cache_enable ? next_key.fetch_add(1) : -1;
}

Parameter& Parameter::init_data(const Value& layout, bool set_sliced) {
  if (!has_init()) return *this;
  const std::string& who = name();
  if (!layout.is_none()) {
    check<TypeError>(layout.is<Values>(), "Parameter.init_data: 'layout' for '", who,
                     "' must be a tuple, got ", kind_of(layout));
    const size_t entries = layout.as<Values>().size();
    check<ValueError>(entries >= 6, "Parameter.init_data: 'layout' for '", who,
                      "' must have at least 6 entries, got ", entries);
    raise<NotImplementedError>("Parameter.init_data: 'layout' for '", who,
                               "' cuts the parameter for several processes, which is not there yet");
  }
  init_data();
  self("init_data").sliced = set_sliced;
  return *this;
}

Parameter& Parameter::assign_value(const Tensor& value) {
  check<TypeError>(value.defined(), "Parameter.assign_value: 'value' for '", name(),
                   "' must be a Tensor, got None");
  if (value.shape() == shape() && value.dtype() == dtype()) {
    if (!has_data() || value.raw_data() != raw_data_unchecked()) copy_from(value);
    return *this;
  }
  self("assign_value").adopt(value.clone());
  return *this;
}

DType Parameter::set_dtype(DType dtype) {
  self("set_dtype").set_dtype(dtype);
  return dtype;
}

}  // namespace nucella
