// Reads and writes NumPy's .npz files: zip archives with one .npy array for each entry.
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"
#include "nucella/io/info.h"

namespace nucella::io {

/// The entries in order of the archive's directory, all row-major. ValueError (file, entry and offset are
/// named) for a damaged file and for arrays that nucella has no dtype for; FileNotFoundError and its kin when
/// it cannot be opened. Nothing in the file is ever executed: pickled objects are refused.
NamedTensors read_npz(const std::string& path);
/// The same from memory; `name` stands for the file in errors.
NamedTensors read_npz(Bytes file, std::string_view name);
FileInfo inspect_npz(Bytes file, std::string_view name);

/// Replaces `path` (see AtomicFile) by an archive without compression, as numpy.savez does. Texts become
/// NumPy's strings. ValueError for names that occur twice or are no UTF-8.
void write_npz(const std::string& path, const NamedTensors& entries);

}  // namespace nucella::io
