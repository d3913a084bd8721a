// AtomicFile: replaces a file so that its name always holds either all of the old or all of the new content.
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"

namespace nucella::io {

/// Writes to a file without a name in the target's directory (mode 0600); where the file system has no such
/// files, to a temporary one. commit() syncs it, makes it read-only (0400, as MindSpore's checkpoints are),
/// renames it over the target and syncs the directory. Without commit(), when anything throws, and when the
/// program is killed, the target stays as it was and nothing is left (but for the temporary one of a killed
/// program).
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
  /// Writes over bytes that were written before.
  void overwrite(uint64_t offset, Bytes bytes);
  /// Bytes written so far.
  uint64_t position() const { return position_; }
  void commit();

 private:
  void open_temporary(const std::string& directory);
  bool open_nameless(const std::string& directory);
  void give_name();
  void flush();
  void write_through(Bytes bytes);
  void start_flushing();
  [[noreturn]] void fail(int error, std::string_view action) const;

  std::string who_;
  std::string target_;
  std::string temporary_;  // empty while there is none, and once it is renamed
  std::string buffer_;
  uint64_t position_ = 0;
  uint64_t flushing_ = 0;  // the system has been told to write so much to the disk
  int directory_ = -1;
  int file_ = -1;
};

}  // namespace nucella::io
