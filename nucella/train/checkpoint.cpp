#include "nucella/train/checkpoint.h"

#include <algorithm>
#include <filesystem>

#include "nucella/base/log.h"
#include "nucella/io/ckpt.h"
#include "nucella/io/safetensors.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

void check_format(const std::string& format, const char* who) {
  check<ValueError>(format == "ckpt" || format == "safetensors", who,
                    ": 'format' must be 'ckpt' or 'safetensors', got '", format, "'");
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += str(out.empty() ? "" : ", ", name);
  return out;
}

// --- saving ------------------------------------------------------------------------------------------------

NamedTensor entry_of(const std::string& name, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.variant())) return {name, {}, *text};
  if (const auto* number = std::get_if<int64_t>(&value.variant()))
    return {name, tensor_of(std::vector<int64_t>{*number}, {}), ""};
  if (const auto* number = std::get_if<double>(&value.variant())) return {name, scalar(*number, float32), ""};
  if (const auto* truth = std::get_if<bool>(&value.variant())) return {name, scalar(*truth, bool_), ""};
  const auto* tensor = std::get_if<Tensor>(&value.variant());
  check<TypeError>(tensor && tensor->defined(), "save_checkpoint: '", name,
                   "' must be a Tensor, int, float, bool or str, got ", tensor ? "None" : kind_of(value));
  tensor->prepare("save_checkpoint");
  return {name, *tensor, ""};
}

std::string full_path(const std::string& path, const std::string& format) {
  check<IsADirectoryError>(!path.empty() && !std::filesystem::is_directory(path), "save_checkpoint: '", path,
                           "' is a directory, not a file");
  return path.ends_with(format) ? path : str(path, '.', format);
}

}  // namespace

void save_checkpoint(const StateDict& entries, const std::string& path, const SaveOptions& options) {
  check_format(options.format, "save_checkpoint");
  const std::string file = full_path(path, options.format);
  StateDict all = entries;
  for (const auto& [name, value] : options.append_dict) all.set(name, value);
  NamedTensors out;
  for (const auto& [name, value] : all)
    if (!options.choice_func || options.choice_func(name)) out.push_back(entry_of(name, value));
  if (options.format == "ckpt") {
    io::write_ckpt(file, out, {.crc_check = options.crc_check});
  } else {
    io::write_safetensors(file, out, {.crc_check = options.crc_check});
  }
}

void save_checkpoint(const std::vector<Parameter>& parameters, const std::string& path,
                     const SaveOptions& options) {
  StateDict entries;
  for (const Parameter& param : parameters) entries.set(param.name(), param);
  save_checkpoint(entries, path, options);
}

void save_checkpoint(const Cell& net, const std::string& path, const SaveOptions& options) {
  save_checkpoint(net.get_parameters(), path, options);
}

void save_checkpoint(const NamedTensors& entries, const std::string& path, const SaveOptions& options) {
  StateDict dict;
  for (const NamedTensor& e : entries) dict.set(e.name, e.is_text() ? Value(e.text) : Value(e.tensor));
  save_checkpoint(dict, path, options);
}

// --- loading -----------------------------------------------------------------------------------------------

namespace {

bool starts_with_any(const std::string& name, const std::vector<std::string>& prefixes) {
  return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return name.starts_with(prefix); });
}

void check_prefixes(const std::optional<std::vector<std::string>>& prefixes, const char* argument) {
  check<ValueError>(!prefixes || (!prefixes->empty() && !std::ranges::count(*prefixes, "")),
                    "load_checkpoint: '", argument, "' must not be empty or hold an empty text");
}

bool is_wanted(const std::string& name, const LoadOptions& options) {
  if (options.specify_prefix && !starts_with_any(name, *options.specify_prefix)) return false;
  if (options.filter_prefix && starts_with_any(name, *options.filter_prefix)) return false;
  const bool by_prefix = options.specify_prefix || options.filter_prefix;
  return by_prefix || !options.choice_func || options.choice_func(name);
}

NamedTensors read_entries(const std::string& path, const LoadOptions& options) {
  const auto warn = [](const std::string& text) { log_warning("load_checkpoint: ", text); };
  try {
    return options.format == "ckpt"
               ? io::read_ckpt(path, {.crc_check = options.crc_check, .warn = warn})
               : io::read_safetensors(path, {.crc_check = options.crc_check, .warn = warn});
  } catch (const OSError& e) {
    raise<ValueError>("load_checkpoint: ", e.what());
  }
}

}  // namespace

StateDict load_checkpoint(const std::string& path, Cell* net, const LoadOptions& options) {
  check_format(options.format, "load_checkpoint");
  check<ValueError>(path.ends_with(options.format), "load_checkpoint: the name of the file must end in '",
                    options.format, "', got '", path, "'");
  check_prefixes(options.filter_prefix, "filter_prefix");
  check_prefixes(options.specify_prefix, "specify_prefix");
  StateDict out;
  for (NamedTensor& e : read_entries(path, options)) {
    if (!is_wanted(e.name, options)) continue;
    out.set(e.name, e.is_text() ? Value(std::move(e.text)) : Value(Parameter::adopting(e.tensor, e.name)));
  }
  check<ValueError>(
      out.size() > 0, "load_checkpoint: '", path, "' holds no entry",
      options.specify_prefix || options.filter_prefix || options.choice_func ? " that is wanted" : "");
  if (net) load_param_into_net(*net, out, options.strict_load);
  return out;
}

namespace {

/// Matches a dict with a net: first everything is looked up and checked, then everything is copied.
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
    for (auto& [param, value] : plan_)
      param.set_data(value.dtype() == param.dtype() ? value : casted(value, param));
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
      plan_.emplace_back(param, reshaped(source, param.shape()));
    }
  }

  static bool fits(const Shape& source, const Shape& target) {
    if (source.ndim() < target.ndim() || !std::equal(target.begin(), target.end(), source.begin()))
      return false;
    return std::all_of(source.begin() + target.ndim(), source.end(),
                       [](int64_t extent) { return extent == 1; });
  }

  bool may_cast(DType from, DType to) const {
    return !strict_ && ((is_floating(from) && is_floating(to)) || (is_signed_int(from) && is_signed_int(to)));
  }

  static Tensor reshaped(const Tensor& source, const Shape& shape) {
    if (source.shape() == shape) return source;
    const Tensor dense = source.contiguous();
    return dense.as_strided(shape, contiguous_strides(shape), dense.impl()->offset);
  }

  static Tensor casted(const Tensor& value, const Parameter& param) {
    const BypassScope unseen;
    return ops::cast(value, param.dtype());
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
