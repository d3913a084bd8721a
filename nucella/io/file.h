// Loading, saving and inspecting files of named tensors; the ending of the name tells the format.
#pragma once
#include <string>

#include "nucella/io/info.h"
#include "nucella/io/name_rules.h"
#include "nucella/tensor/tensor.h"

namespace nucella::io {

/// Reads a .ckpt, .safetensors, .npz, PyTorch (.pt, .pth, .bin; see read_pt()) or .gguf file, or a set of
/// safetensors files by its index (.safetensors.index.json). ValueError for other endings and for damaged
/// files; FileNotFoundError, IsADirectoryError, PermissionError or OSError when it cannot be opened.
NamedTensors load_file(const std::string& path);

struct SaveFileOptions {
  /// Of each file of a set of safetensors files.
  uint64_t max_shard_bytes = 5'000'000'000;
};
/// Writes a .ckpt, .safetensors or .npz file, or a set of safetensors files, replacing an existing one as a
/// whole (see AtomicFile). ValueError for other endings and for entries that the format cannot hold
/// (safetensors: texts).
void save_file(const std::string& path, const NamedTensors& entries, const SaveFileOptions& options = {});
/// load_file(), the rules, save_file(); the number of entries written.
size_t convert_file(const std::string& from, const std::string& to, const NameRules& rules = {},
                    const SaveFileOptions& options = {});
/// What the file holds; no tensor is allocated and no content read, beyond the little that describes it.
/// Fails as load_file() does, except for damage in the contents, which it does not see.
FileInfo inspect_file(const std::string& path);

}  // namespace nucella::io
