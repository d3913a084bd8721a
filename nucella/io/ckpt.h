// Reads and writes MindSpore's .ckpt files: a sequence of protobuf messages, one for each tensor or text.
//
//   Checkpoint  { 1: Value* }                                  the file: one such message per entry
//   Value       { 1: tag (the name), 2: TensorProto }          equal neighbouring tags: pieces of one tensor
//   TensorProto { 1: int64 dims*, 2: dtype name, 3: content }  no dims: a scalar; "str": UTF-32 text
//   trailer     "crc_num", 10 bytes big-endian CRC-32          of all before it; only when asked for
//
// The writer puts an unknown field 15 before the content so that it starts on a 64-byte boundary of the file:
// every protobuf reader skips it, and a mapped file can be used in place.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"
#include "nucella/io/encryption.h"
#include "nucella/io/info.h"

namespace nucella::io {

struct CkptWriteOptions {
  /// Append the checksum.
  bool crc_check = false;
  /// Larger contents are cut into pieces of this many bytes.
  uint64_t piece_bytes = uint64_t{512} << 20;
  /// Not together with crc_check (ValueError): MindSpore could not read the file.
  std::optional<Encryption> encryption = {};
};

/// A file that is open and whose entries were checked; calling it, once, writes them and puts it in its
/// place. Until then tensors may change, and are written as they are when it is called.
using PreparedWrite = std::function<void()>;

/// The entries in file order. ValueError (file, entry and offset are named) for a file that is damaged,
/// encrypted or holds anything that nucella has no type for; FileNotFoundError and its kin when it cannot be
/// opened.
NamedTensors read_ckpt(const std::string& path, const ReadOptions& options = {},
                       const std::optional<Encryption>& encryption = {});
/// The same from memory; `name` stands for the file in errors.
NamedTensors read_ckpt(Bytes file, std::string_view name, const ReadOptions& options = {});
FileInfo inspect_ckpt(Bytes file, std::string_view name);

/// Replaces `path` (see AtomicFile). ValueError for names that occur twice or are no UTF-8.
/// Needs a few MiB besides the tensors.
void write_ckpt(const std::string& path, const NamedTensors& entries, const CkptWriteOptions& options = {});
/// The same in two steps.
PreparedWrite prepare_ckpt(const std::string& path, NamedTensors entries,
                           const CkptWriteOptions& options = {});

}  // namespace nucella::io
