#include "nucella/io/file.h"

#include <algorithm>
#include <vector>

#include "nucella/io/ckpt.h"
#include "nucella/io/gguf.h"
#include "nucella/io/mapped_file.h"
#include "nucella/io/npz.h"
#include "nucella/io/pt.h"
#include "nucella/io/safetensors.h"
#include "nucella/io/safetensors_set.h"
#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

struct Format {
  std::vector<std::string_view> endings;
  NamedTensors (*read)(const std::string& path);
  FileInfo (*inspect)(const std::string& path);
  // Null: can only be read.
  void (*write)(const std::string& path, const NamedTensors& entries, const SaveFileOptions& options);
};

template <FileInfo (*inspect)(Bytes, std::string_view)>
FileInfo inspect_mapped(const std::string& path) {
  const MappedFile file("inspect_file", path);
  FileInfo info = inspect(file.bytes(), path);
  check_mappings();
  return info;
}

const std::vector<Format>& formats() {
  static const std::vector<Format> all = {
      {{".ckpt"},
       [](const std::string& path) { return read_ckpt(path); },
       inspect_mapped<inspect_ckpt>,
       [](const std::string& path, const NamedTensors& entries, const SaveFileOptions&) {
         write_ckpt(path, entries);
       }},
      {{".safetensors"},
       [](const std::string& path) { return read_safetensors(path); },
       inspect_mapped<inspect_safetensors>,
       [](const std::string& path, const NamedTensors& entries, const SaveFileOptions&) {
         write_safetensors(path, entries);
       }},
      {{".npz"},
       read_npz,
       inspect_mapped<inspect_npz>,
       [](const std::string& path, const NamedTensors& entries, const SaveFileOptions&) {
         write_npz(path, entries);
       }},
      {{".pt", ".pth", ".bin"},
       [](const std::string& path) { return read_pt(path); },
       inspect_mapped<inspect_pt>,
       nullptr},
      {{".gguf"},
       [](const std::string& path) { return read_gguf(path); },
       inspect_mapped<inspect_gguf>,
       nullptr},
      {{kSafetensorsIndex},
       [](const std::string& path) { return read_safetensors_set(path); },
       inspect_safetensors_set,
       [](const std::string& path, const NamedTensors& entries, const SaveFileOptions& options) {
         write_safetensors_set(path, entries, options.max_shard_bytes);
       }}};
  return all;
}

bool ends_with_any(std::string_view path, const std::vector<std::string_view>& endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

std::string all_endings(bool writable) {
  std::string out;
  for (const Format& format : formats())
    if (!writable || format.write)
      for (const std::string_view ending : format.endings) out += str(out.empty() ? "" : ", ", ending);
  return out;
}

const Format& format_of(const std::string& path, std::string_view who, bool writable = false) {
  for (const Format& format : formats())
    if (ends_with_any(path, format.endings) && (!writable || format.write)) return format;
  raise<ValueError>(who, ": the name must end with one of ", all_endings(writable), "; got ",
                    in_quotes(path));
}

}  // namespace

NamedTensors load_file(const std::string& path) { return format_of(path, "load_file").read(path); }

void save_file(const std::string& path, const NamedTensors& entries, const SaveFileOptions& options) {
  format_of(path, "save_file", true).write(path, entries, options);
}

size_t convert_file(const std::string& from, const std::string& to, const NameRules& rules,
                    const SaveFileOptions& options) {
  const Format& target = format_of(to, "convert_file", true);
  const NamedTensors entries = apply_rules(rules, format_of(from, "convert_file").read(from));
  target.write(to, entries, options);
  return entries.size();
}

FileInfo inspect_file(const std::string& path) { return format_of(path, "inspect_file").inspect(path); }

}  // namespace nucella::io
