// load_param_into_net.
#include <algorithm>
#include <optional>
#include <set>

#include "nucella/base/convert.h"
#include "nucella/base/log.h"
#include "nucella/io/file_tensor.h"
#include "nucella/nn/parameter_impl.h"
#include "nucella/tensor/mapping.h"
#include "nucella/train/checkpoint.h"

namespace nucella {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += str(out.empty() ? "" : ", ", name);
  return out;
}

/// Matches a dict with a net: everything is looked up and checked, then read, and only then put into the net.
class NetLoader {
 public:
  NetLoader(Cell& net, const StateDict& dict, bool strict)
      : params_(net.get_parameters()), dict_(dict), strict_(strict) {}

  NotLoaded run() {
    for (const auto& [name, value] : dict_)
      check<TypeError>(value.is<std::string>() || (value.is<Tensor>() && value.as<Tensor>().defined()),
                       "load_param_into_net: '", name, "' must be a Parameter or str, got ", kind_of(value));
    match_names();
    if (!missing_.empty() && !strict_) match_prefixed();
    check<RuntimeError>(errors_.empty(), "load_param_into_net: ", errors_);
    const Tensors values =
        io::load_tensors(wanted());  // whatever can fail does so before a parameter changes
    for (size_t i = 0; i < plan_.size(); ++i) put(plan_[i].first, values[i]);
    report();
    return std::move(result_);
  }

 private:
  void match_names() {
    std::set<std::string> names;
    for (const Parameter& param : params_) {
      names.insert(param.name());
      if (const Value* value = dict_.find(param.name())) {
        take(param, *value);
      } else {
        missing_.push_back(param);
      }
    }
    for (const auto& [name, value] : dict_)
      if (!names.contains(name)) result_.ckpt_not_load.push_back(name);
  }

  // "net.fc.weight" in the file for "fc.weight" in the net, and every other missing name after the same
  // prefix.
  void match_prefixed() {
    for (std::optional<std::string> prefix = next_prefix(); prefix; prefix = next_prefix()) {
      log_warning("load_param_into_net: taking entries whose names begin with '", *prefix, "'");
      std::erase_if(missing_, [&](const Parameter& param) {
        const Value* value = dict_.find(*prefix + param.name());
        if (value) take(param, *value);
        return value != nullptr;
      });
    }
  }

  std::optional<std::string> next_prefix() const {
    for (const Parameter& param : missing_)
      for (const auto& [name, value] : dict_)
        if (name.ends_with(param.name())) return name.substr(0, name.size() - param.name().size());
    return {};
  }

  void take(const Parameter& param, const Value& value) {
    if (value.is<std::string>()) return;
    const Tensor source = value.as<Tensor>();
    if (!fits(source.shape(), param.shape())) {
      errors_ += str(errors_.empty() ? "" : "; ", "'", param.name(), "' has the shape ", param.shape(),
                     ", the file has ", source.shape());
    } else if (source.dtype() != param.dtype() && !may_cast(source.dtype(), param.dtype())) {
      errors_ += str(errors_.empty() ? "" : "; ", "'", param.name(), "' has the dtype ", param.dtype(),
                     ", the file has ", source.dtype());
    } else {
      if (source.dtype() != param.dtype())
        log_warning("load_param_into_net: '", param.name(), "' is cast from ", source.dtype(), " to ",
                    param.dtype());
      plan_.emplace_back(param, source);
    }
  }

  static bool fits(const Shape& source, const Shape& target) {
    if (source.ndim() < target.ndim() || !std::equal(target.begin(), target.end(), source.begin()))
      return false;
    return std::all_of(source.begin() + target.ndim(), source.end(),
                       [](int64_t extent) { return extent == 1; });
  }

  bool may_cast(DType from, DType to) const { return !strict_ && is_same_kind(from, to); }

  std::vector<io::WantedTensor> wanted() const {
    std::vector<io::WantedTensor> out;
    for (const auto& [param, value] : plan_) out.push_back({value, param.dtype(), param.shape()});
    return out;
  }

  // Others that use the parameter's memory, views or a flattened block, go on doing so; else it is exchanged.
  static void put(Parameter& param, const Tensor& value) {
    auto& impl = static_cast<ParameterImpl&>(*param.impl());
    const Storage* mine = impl.storage.get();
    impl.sliced = false;
    if (mine && (!mine->unique() || (mine->borrowed() && !Mapping::holds(mine->data())))) {
      param.copy_from(value);
      return;
    }
    if (mine) value.impl()->storage->set_version(mine->version() + 1);  // a tape may have saved it
    impl.adopt(value);
  }

  void report() {
    for (const Parameter& param : missing_) result_.param_not_load.push_back(param.name());
    if (missing_.empty()) return;
    log_warning("load_param_into_net: ", missing_.size(), " parameters of the net are not in the file");
    log_warning("load_param_into_net: not loaded: ", listed(result_.param_not_load));
  }

  const std::vector<Parameter> params_;
  const StateDict& dict_;
  const bool strict_;
  std::vector<std::pair<Parameter, Tensor>> plan_;
  std::vector<Parameter> missing_;
  std::string errors_;
  NotLoaded result_;
};

}  // namespace

NotLoaded load_param_into_net(Cell& net, const StateDict& parameter_dict, bool strict_load) {
  return NetLoader(net, parameter_dict, strict_load).run();
}

}  // namespace nucella
