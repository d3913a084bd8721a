// Reads PyTorch's .pt and .pth files as torch.save() has written them since 1.6; nothing in them is ever
// executed.
//
//   <name>/data.pkl     a pickle: dicts, lists, numbers, texts, and tensors that say where their elements lie
//   <name>/data/<key>   the bytes of one storage, on a 64-byte boundary of the file
//   <name>/version, <name>/byteorder, ...
//
// The file is a zip archive of members without compression. The pickle is read by a closed list of opcodes
// (see Pickle) and of names: tensors, parameters, their dtypes and storages, OrderedDict, Counter, torch.Size
// and torch.device. Anything else, such as a whole module, is refused by name: save its state_dict() instead.
//
// Dicts and lists are flattened: the tensor at ["state_dict"]["fc.weight"] is the entry
// "state_dict.fc.weight" (NameRules takes such a prefix away), the first of a list "<name>.0". An int becomes
// a scalar of Int64, a float one of Float64, a bool one of Bool, a list of one kind of number a tensor of one
// dimension; None and what is empty is left out. A tensor that is all of the file has the name "tensor".
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"
#include "nucella/io/info.h"

namespace nucella::io {

/// The entries in the order of the dicts. Tensors that lie row by row come into memory when they are first
/// used, as those of read_safetensors() do; the others are read at once, with strides as in the file, and
/// share a storage with each other if they do so there. `crc_check` verifies the archive's checksums of the
/// storages that are used. ValueError (file, entry and offset are named) for a damaged file, for what is not
/// on the list, and for files of PyTorch before 1.6 and of torch.jit; FileNotFoundError and its kin when it
/// cannot be opened.
NamedTensors read_pt(const std::string& path, const ReadOptions& options = {});
/// The same from memory, and all at once; `name` stands for the file in errors.
NamedTensors read_pt(Bytes file, std::string_view name, const ReadOptions& options = {});
FileInfo inspect_pt(Bytes file, std::string_view name);

}  // namespace nucella::io
