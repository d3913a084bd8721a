// MappedFile: a regular file as read-only memory; pages that nobody looks at are never read from the disk.
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"

namespace nucella::io {

/// Nobody may shorten the file meanwhile; replacing it by rename, as AtomicFile does, is harmless.
class MappedFile {
 public:
  /// FileNotFoundError, IsADirectoryError, PermissionError; OSError for devices and pipes. `who` goes into
  /// the text.
  MappedFile(std::string_view who, const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  Bytes bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace nucella::io
