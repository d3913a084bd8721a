// save_checkpoint, load_checkpoint and load_param_into_net for Python.
#include "arguments.h"
#include "bind.h"
#include "hook_functions.h"
#include "nucella/io/convert_files.h"
#include "nucella/train/async_save.h"
#include "tensor_object.h"

namespace nucella::python {
namespace {

/// The NoInitParameters scopes that one Python object has entered.
struct NoInitScopes {
  NoInitScopes() = default;
  NoInitScopes(NoInitScopes&&) = delete;
  std::vector<std::unique_ptr<NoInitParameters>> open;
};

ChoiceFunc choice_from(const nb::object& choice_func) {
  if (choice_func.is_none()) return {};
  return [choice_func](const std::string& name) {
    const nb::gil_scoped_acquire gil;
    const nb::object chosen = choice_func(name);
    return PyObject_IsTrue(chosen.ptr()) == 1;
  };
}

Value entry_from(nb::handle value, const char* who, const std::string& key) {
  if (is_numpy_array(value)) return Value(tensor_from_object(value, std::nullopt));
  Value entry = to_value(value);
  if (entry.is<Tensor>() || entry.is<std::string>()) return entry;
  raise<TypeError>(who, ": the entry '", key, "' must be a Parameter, Tensor, numpy array or str, got ",
                   object_type(value));
}

StateDict entries_of_dict(nb::handle dict) {
  StateDict out;
  for (auto [key, value] : nb::borrow<nb::dict>(dict)) {
    const std::string name = ArgumentReader("save_checkpoint").text(key, "save_obj key");
    out.set(name, entry_from(value, "save_checkpoint", name));
  }
  return out;
}

StateDict entries_of_list(nb::handle list) {
  StateDict out;
  for (nb::handle item : nb::borrow<nb::list>(list)) {
    if (const Parameter* parameter = parameter_of(item)) {
      out.set(parameter->name(), Value(Tensor(*parameter)));
      continue;
    }
    if (!PyDict_Check(item.ptr()) || PyDict_GetItemString(item.ptr(), "name") == nullptr ||
        PyDict_GetItemString(item.ptr(), "data") == nullptr)
      raise<TypeError>(
          "save_checkpoint: every element of the list 'save_obj' must be a Parameter or a dict with 'name' "
          "and "
          "'data', got ",
          object_type(item));
    const std::string name = ArgumentReader("save_checkpoint").text(item["name"], "name");
    out.set(name, entry_from(item["data"], "save_checkpoint", name));
  }
  return out;
}

StateDict appended(nb::handle append_dict) {
  if (append_dict.is_none()) return {};
  if (!PyDict_Check(append_dict.ptr()))
    raise<TypeError>("save_checkpoint: 'append_dict' must be a dict, got ", object_type(append_dict));
  StateDict out;
  for (auto [key, value] : nb::borrow<nb::dict>(append_dict))
    out.set(ArgumentReader("save_checkpoint").text(key, "append_dict key"), to_value(value));
  return out;
}

std::optional<std::string> key_from(const std::optional<nb::bytes>& key) {
  if (!key) return {};
  return std::string(key->c_str(), key->size());
}

void save(nb::handle save_obj, const std::string& path, const nb::handle append_dict,
          const nb::object& choice_func, bool crc_check, const std::string& format,
          const std::optional<nb::bytes>& enc_key, const std::string& enc_mode, bool async_save,
          std::optional<uint64_t> max_shard_bytes) {
  const SaveOptions options{.append_dict = appended(append_dict),
                            .choice_func = choice_from(choice_func),
                            .crc_check = crc_check,
                            .format = format,
                            .enc_key = key_from(enc_key),
                            .enc_mode = enc_mode,
                            .async_save = async_save,
                            .max_shard_bytes = max_shard_bytes};
  if (Cell* cell = cell_of(save_obj)) {
    const nb::gil_scoped_release unlocked;
    return save_checkpoint(*cell, path, options);
  }
  StateDict entries;
  if (PyDict_Check(save_obj.ptr())) {
    entries = entries_of_dict(save_obj);
  } else if (PyList_Check(save_obj.ptr())) {
    entries = entries_of_list(save_obj);
  } else {
    raise<TypeError>("save_checkpoint: 'save_obj' must be a Cell, list or dict, got ", object_type(save_obj));
  }
  const nb::gil_scoped_release unlocked;
  save_checkpoint(entries, path, options);
}

std::optional<std::vector<std::string>> prefixes_from(nb::handle prefix, const char* argument) {
  if (prefix.is_none()) return {};
  if (PyUnicode_Check(prefix.ptr())) return std::vector{nb::cast<std::string>(prefix)};
  if (!PyList_Check(prefix.ptr()) && !PyTuple_Check(prefix.ptr()))
    raise<TypeError>("load_checkpoint: '", argument, "' must be a str, list or tuple, got ",
                     object_type(prefix));
  std::vector<std::string> out;
  for (nb::handle item : nb::borrow<nb::object>(prefix))
    out.push_back(ArgumentReader("load_checkpoint").text(item, argument));
  return out;
}

nb::dict plain_dict(const StateDict& entries) {
  nb::dict out;
  for (const auto& [key, value] : entries) out[key.c_str()] = to_python(value);
  return out;
}

Cell* net_from(nb::handle net, const char* who) {
  Cell* cell = cell_of(net);
  if (!cell) raise<TypeError>(who, ": 'net' must be a Cell, got ", object_type(net));
  return cell;
}

nb::dict load(const std::string& path, nb::handle net, bool strict_load, nb::handle filter_prefix,
              nb::handle specify_prefix, const nb::object& choice_func, bool crc_check,
              const std::string& format, bool mmap, const std::optional<nb::bytes>& dec_key,
              const std::string& dec_mode, const io::NameRules& name_rules) {
  Cell* cell = net.is_none() ? nullptr : net_from(net, "load_checkpoint");
  const LoadOptions options{.strict_load = strict_load,
                            .filter_prefix = prefixes_from(filter_prefix, "filter_prefix"),
                            .specify_prefix = prefixes_from(specify_prefix, "specify_prefix"),
                            .choice_func = choice_from(choice_func),
                            .crc_check = crc_check,
                            .format = format,
                            .mmap = mmap,
                            .dec_key = key_from(dec_key),
                            .dec_mode = dec_mode,
                            .name_rules = name_rules};
  StateDict entries;
  {
    const nb::gil_scoped_release unlocked;
    entries = load_checkpoint(path, cell, options);
  }
  return plain_dict(entries);
}

StateDict parameters_in(nb::handle parameter_dict) {
  if (!PyDict_Check(parameter_dict.ptr()))
    raise<TypeError>("load_param_into_net: 'parameter_dict' must be a dict, got ",
                     object_type(parameter_dict));
  StateDict out;
  for (auto [key, value] : nb::borrow<nb::dict>(parameter_dict)) {
    const std::string name = ArgumentReader("load_param_into_net").text(key, "parameter_dict key");
    if (!parameter_of(value) && !PyUnicode_Check(value.ptr()) && !PyList_Check(value.ptr()))
      raise<TypeError>("load_param_into_net: the entry '", name, "' must be a Parameter or str, got ",
                       object_type(value));
    if (!PyList_Check(value.ptr())) out.set(name, to_value(value));
  }
  return out;
}

nb::tuple load_into_net(nb::handle net, nb::handle parameter_dict, bool strict_load) {
  Cell* cell = net_from(net, "load_param_into_net");
  const StateDict entries = parameters_in(parameter_dict);
  NotLoaded rest;
  {
    const nb::gil_scoped_release unlocked;
    rest = load_param_into_net(*cell, entries, strict_load);
  }
  return nb::make_tuple(nb::cast(rest.param_not_load), nb::cast(rest.ckpt_not_load));
}

void convert_files(const std::string& who, const std::string& path, const std::string& from,
                   const std::string& to, const std::optional<std::string>& save_path,
                   const nb::dict& name_map, const std::optional<std::string>& file_name_regex) {
  io::ConvertOptions options{.save_path = save_path, .name_map = {}, .file_name_regex = file_name_regex};
  const ArgumentReader arguments(who.c_str());
  for (auto [old_name, new_name] : name_map)
    options.name_map[arguments.text(old_name, "name_map")] = arguments.text(new_name, "name_map");
  const nb::gil_scoped_release unlocked;
  io::convert_files(who, path, from, to, options);
}

}  // namespace

void bind_checkpoint(nb::module_& m) {
  m.def("save_checkpoint", &save, "save_obj"_any, "path"_a, "append_dict"_a.none(), "choice_func"_a.none(),
        "crc_check"_a, "format"_a, "enc_key"_a.none(), "enc_mode"_a, "async_save"_a,
        "max_shard_bytes"_a.none());
  m.def(
      "wait_for_save", [](bool throw_error) { train::wait_for_save(throw_error); }, "throw_error"_a,
      nb::call_guard<nb::gil_scoped_release>());
  m.def("load_checkpoint", &load, "path"_a, "net"_a.none(), "strict_load"_a, "filter_prefix"_a.none(),
        "specify_prefix"_a.none(), "choice_func"_a.none(), "crc_check"_a, "format"_a, "mmap"_a,
        "dec_key"_a.none(), "dec_mode"_a, "name_rules"_a);
  m.def("load_param_into_net", &load_into_net, "net"_any, "parameter_dict"_any, "strict_load"_a);
  m.def("convert_files", &convert_files, "who"_a, "path"_a, "from"_a, "to"_a, "save_path"_a.none(),
        "name_map"_a, "file_name_regex"_a.none());
  nb::class_<NoInitScopes>(m, "NoInitScopes")
      .def(nb::init<>())
      .def("enter", [](NoInitScopes& self) { self.open.push_back(std::make_unique<NoInitParameters>()); })
      .def("exit", [](NoInitScopes& self) { self.open.pop_back(); });
}

}  // namespace nucella::python
