#include "nucella/io/file.h"

#include <array>

#include "nucella/io/ckpt.h"
#include "nucella/io/mapped_file.h"
#include "nucella/io/npz.h"
#include "nucella/io/safetensors.h"

namespace nucella::io {
namespace {

struct Format {
  std::string_view ending;
  NamedTensors (*read)(const std::string& path);
  void (*write)(const std::string& path, const NamedTensors& entries);
  FileInfo (*inspect)(Bytes file, std::string_view name);
};

constexpr std::array<Format, 3> kFormats = {{
    {".ckpt", [](const std::string& path) { return read_ckpt(path); },
     [](const std::string& path, const NamedTensors& entries) { write_ckpt(path, entries); }, inspect_ckpt},
    {".safetensors", [](const std::string& path) { return read_safetensors(path); },
     [](const std::string& path, const NamedTensors& entries) { write_safetensors(path, entries); },
     inspect_safetensors},
    {".npz", read_npz, write_npz, inspect_npz},
}};

const Format& format_of(const std::string& path, std::string_view who) {
  for (const Format& format : kFormats)
    if (path.ends_with(format.ending)) return format;
  raise<ValueError>(who, ": the name must end with .ckpt, .safetensors or .npz, got '", path, "'");
}

}  // namespace

NamedTensors load_file(const std::string& path) { return format_of(path, "load_file").read(path); }

void save_file(const std::string& path, const NamedTensors& entries) {
  format_of(path, "save_file").write(path, entries);
}

FileInfo inspect_file(const std::string& path) {
  const Format& format = format_of(path, "inspect_file");
  const MappedFile file("inspect_file", path);
  return format.inspect(file.bytes(), path);
}

}  // namespace nucella::io
