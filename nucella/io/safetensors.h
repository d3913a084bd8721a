// Reads and writes safetensors files as MindSpore does: metadata {"format": "ms"}, read in order of name.
//
//   8 bytes  length n of the header, little-endian
//   n bytes  JSON {"__metadata__": {text: text},
//                  name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...}
//   rest     the contents; offsets count from here, cover everything and do not overlap
//
// Files are checked as strictly as by the reference implementation (github.com/huggingface/safetensors).
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"
#include "nucella/io/info.h"

namespace nucella::io {

struct SafetensorsWriteOptions {
  /// Add MindSpore's checksum to the metadata.
  bool crc_check = false;
  /// Further notes in the metadata; a "format" takes the place of MindSpore's.
  std::map<std::string, std::string> metadata = {};
};

/// The entries sorted by name. ValueError (file, entry and offset are named) for a damaged file and for types
/// that nucella has not; FileNotFoundError and its kin when it cannot be opened.
NamedTensors read_safetensors(const std::string& path, const ReadOptions& options = {});
/// The same from memory; `name` stands for the file in errors.
NamedTensors read_safetensors(Bytes file, std::string_view name, const ReadOptions& options = {});
FileInfo inspect_safetensors(Bytes file, std::string_view name);

/// Replaces `path` (see AtomicFile). ValueError for texts, which the format cannot hold, for names that occur
/// twice, are no UTF-8 or are "__metadata__".
/// Needs a few MiB besides the tensors.
void write_safetensors(const std::string& path, const NamedTensors& entries,
                       const SafetensorsWriteOptions& options = {});
/// The same in two steps; see PreparedWrite of .ckpt files. The checksum is that of the values at the first.
std::function<void()> prepare_safetensors(const std::string& path, NamedTensors entries,
                                          const SafetensorsWriteOptions& options = {});

}  // namespace nucella::io
