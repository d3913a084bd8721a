// Reads GGUF files, the format of llama.cpp (versions 2 and 3): metadata, and tensors that are not quantised.
//
//   "GGUF", version (u32), number of tensors (u64), number of notes (u64)
//   notes    key, type (u32), value                 texts: length (u64) and bytes; lists: type, count (u64),
//   values tensors  name, number of dims (u32), dims (u64, the fastest first), type (u32), offset (u64)
//   contents on boundaries of general.alignment (32) bytes; offsets count from the first boundary
//
// (Source: ggml's docs/gguf.md.) Shapes here are row-major, so the dims come in reverse order.
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"
#include "nucella/io/info.h"

namespace nucella::io {

/// The tensors in the order of the file: F32, F16, BF16, F64, I8, I16, I32 and I64; they come into memory
/// when they are first used, as those of read_safetensors() do. ValueError (file, entry and offset are named)
/// for damaged files and for quantised tensors; FileNotFoundError and its kin when it cannot be opened.
NamedTensors read_gguf(const std::string& path, const ReadOptions& options = {});
/// The same from memory, and all at once; `name` stands for the file in errors.
NamedTensors read_gguf(Bytes file, std::string_view name);
/// Quantised tensors too, under the format's name of their type ("Q4_K"). Notes become metadata: numbers and
/// truths as text, lists of up to 16 values too, longer ones as their type and length.
FileInfo inspect_gguf(Bytes file, std::string_view name);

}  // namespace nucella::io
