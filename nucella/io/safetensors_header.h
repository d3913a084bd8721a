// The header of a safetensors file: parsed without building a tree, proved consistent with the file.
#pragma once
#include "nucella/io/bytes.h"
#include "nucella/io/info.h"

namespace nucella::io {

inline constexpr uint64_t kLargestSafetensorsHeader = 100'000'000;

/// The format's name of a dtype ("F32").
std::string_view safetensors_name(DType dtype);
/// Position of the dtype in the format's own list: the order in which contents lie in the file, highest
/// first.
int safetensors_rank(DType dtype);

/// Entries sorted by name, offsets counted from the start of the file. ValueError unless everything fits
/// together.
FileInfo parse_safetensors_header(Bytes file, Where where);

}  // namespace nucella::io
