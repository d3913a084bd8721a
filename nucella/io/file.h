// Loading, saving and inspecting files of named tensors; the ending of the name tells the format.
#pragma once
#include <string>

#include "nucella/io/info.h"
#include "nucella/tensor/tensor.h"

namespace nucella::io {

/// Reads a .ckpt, .safetensors, .npz or PyTorch file (.pt, .pth, .bin; see read_pt()). ValueError for other
/// endings and for damaged files; FileNotFoundError, IsADirectoryError, PermissionError or OSError when it
/// cannot be opened.
NamedTensors load_file(const std::string& path);
/// Writes a .ckpt, .safetensors or .npz file, replacing an existing one as a whole (see AtomicFile).
/// ValueError for other endings and for entries that the format cannot hold (safetensors: texts).
void save_file(const std::string& path, const NamedTensors& entries);
/// What the file holds; no tensor is allocated and no content read, beyond the little that describes it.
/// Fails as load_file() does, except for damage in the contents, which it does not see.
FileInfo inspect_file(const std::string& path);

}  // namespace nucella::io
