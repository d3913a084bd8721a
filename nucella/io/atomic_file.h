// AtomicFile: replaces a file so that its name always holds either all of the old or all of the new content.
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"

namespace nucella::io {

/// Writes to a temporary file beside the target (mode 0600). commit() syncs it, makes it read-only (0400, as
/// MindSpore's checkpoints are), renames it over the target and syncs the directory. Without commit(), or
/// when anything throws, the temporary file is removed and the target stays as it was.
class AtomicFile {
 public:
  /// IsADirectoryError for a directory or an empty path, FileNotFoundError for a missing directory,
  /// PermissionError, OSError for targets that are no regular file. A symbolic link keeps pointing at its
  /// file.
  AtomicFile(std::string_view who, const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends. OSError (disk full, file too large, ...) names the path.
  void write(Bytes bytes);
  void write(std::string_view text) { write(as_bytes(text)); }
  /// Bytes written so far.
  uint64_t position() const { return position_; }
  void commit();

 private:
  void create_temporary(const std::string& directory);
  void flush();
  void write_through(Bytes bytes);
  [[noreturn]] void fail(int error, std::string_view action) const;

  std::string who_;
  std::string target_;
  std::string temporary_;  // empty once renamed or removed
  std::string buffer_;
  uint64_t position_ = 0;
  int directory_ = -1;
  int file_ = -1;
};

}  // namespace nucella::io
