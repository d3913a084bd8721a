#include "nucella/train/checkpoint.h"

#include <algorithm>
#include <filesystem>

#include "nucella/base/log.h"
#include "nucella/io/ckpt.h"
#include "nucella/io/safetensors.h"
#include "nucella/io/safetensors_set.h"
#include "nucella/tensor/create.h"
#include "nucella/train/async_save.h"
#include "nucella/train/checkpoint_format.h"

namespace nucella {
namespace {

void check_format(const SaveOptions& options) {
  const std::string& format = options.format;
  check<ValueError>(format == "ckpt" || format == "safetensors",
                    "save_checkpoint: 'format' must be 'ckpt' or 'safetensors', got '", format, "'");
  check<ValueError>(!options.max_shard_bytes || format == "safetensors",
                    "save_checkpoint: 'max_shard_bytes' needs the format 'safetensors', got '", format, "'");
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

std::optional<io::Encryption> encryption_of(const char* who, const std::optional<std::string>& key,
                                            const std::string& mode, const std::string& format) {
  if (!key) return {};
  check<ValueError>(format == "ckpt", who, ": only .ckpt files are encrypted, got a key and the format '",
                    format, "'");
  io::Encryption encryption{*key, mode};
  io::check_encryption(who, encryption);
  return encryption;
}

// "net.safetensors.index.json" for "net.safetensors".
std::string index_path(const std::string& file) {
  constexpr std::string_view kEnding = ".safetensors";
  return str(file.ends_with(kEnding) ? std::string_view(file).substr(0, file.size() - kEnding.size()) : file,
             io::kSafetensorsIndex);
}

std::function<void()> prepared(const std::string& file, NamedTensors entries, const SaveOptions& options) {
  const auto encryption = encryption_of("save_checkpoint", options.enc_key, options.enc_mode, options.format);
  check<ValueError>(!encryption || !options.crc_check,
                    "save_checkpoint: 'crc_check' and 'enc_key' cannot be used together");
  if (options.format == "ckpt")
    return io::prepare_ckpt(file, std::move(entries),
                            {.crc_check = options.crc_check, .encryption = encryption});
  if (options.max_shard_bytes)
    return io::prepare_safetensors_set(index_path(file), entries, *options.max_shard_bytes);
  return io::prepare_safetensors(file, std::move(entries), {.crc_check = options.crc_check});
}

}  // namespace

void wait_for_async_save() { train::wait_for_save(); }

void save_checkpoint(const StateDict& entries, const std::string& path, const SaveOptions& options) {
  check_format(options);
  const std::string file = full_path(path, options.format);
  StateDict all = entries;
  for (const auto& [name, value] : options.append_dict) all.set(name, value);
  NamedTensors out;
  for (const auto& [name, value] : all)
    if (!options.choice_func || options.choice_func(name)) out.push_back(entry_of(name, value));
  train::wait_for_save();  // of two saves to one file the later one must come last
  std::function<void()> write = prepared(file, std::move(out), options);
  if (options.async_save) return train::save_in_background(std::move(write));
  write();
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
  const auto encryption = encryption_of("load_checkpoint", options.dec_key, options.dec_mode, options.format);
  const io::ReadOptions read_options{.crc_check = options.crc_check, .warn = warn, .mmap = options.mmap};
  try {
    return options.format == "ckpt" ? io::read_ckpt(path, read_options, encryption)
                                    : train::read_foreign(path, options.format, read_options);
  } catch (const OSError& e) {
    raise<ValueError>("load_checkpoint: ", e.what());
  }
}

}  // namespace

namespace {

std::set<std::string> names_of(const Cell* net) {
  std::set<std::string> out;
  if (net)
    for (const Parameter& param : net->get_parameters()) out.insert(param.name());
  return out;
}

}  // namespace

StateDict load_checkpoint(const std::string& path, Cell* net, const LoadOptions& options) {
  train::check_load_format(path, options.format);
  check_prefixes(options.filter_prefix, "filter_prefix");
  check_prefixes(options.specify_prefix, "specify_prefix");
  NamedTensors entries = read_entries(path, options);
  std::erase_if(entries, [&](const NamedTensor& e) { return !is_wanted(e.name, options); });
  StateDict out;
  for (NamedTensor& e : io::apply_rules(options.name_rules, std::move(entries), names_of(net))) {
    out.set(e.name, e.is_text() ? Value(std::move(e.text)) : Value(Parameter::adopting(e.tensor, e.name)));
  }
  check<ValueError>(
      out.size() > 0, "load_checkpoint: '", path, "' holds no entry",
      options.specify_prefix || options.filter_prefix || options.choice_func ? " that is wanted" : "");
  if (net) load_param_into_net(*net, out, options.strict_load);
  return out;
}

std::future<StateDict> load_checkpoint_async(const std::string& path, Cell* net, const LoadOptions& options) {
  return std::async(std::launch::async, [=] { return load_checkpoint(path, net, options); });
}

}  // namespace nucella
