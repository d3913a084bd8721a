// MappedFile: a regular file as memory; pages that nobody looks at are never read from the disk.
#pragma once
#include <memory>

#include "nucella/io/open_file.h"
#include "nucella/tensor/mapping.h"

namespace nucella::io {

/// Replacing the file by rename, as AtomicFile does, is harmless; what happens when it is cut short meanwhile
/// tells Mapping.
class MappedFile {
 public:
  /// FileNotFoundError, IsADirectoryError, PermissionError; OSError for devices and pipes. `who` goes into
  /// the text.
  MappedFile(std::string_view who, const std::string& path)
      : MappedFile(std::make_shared<const OpenFile>(who, path)) {}
  /// As large as the file was when it was opened.
  explicit MappedFile(std::shared_ptr<const OpenFile> file)
      : file_(std::move(file)), mapping_(file_->descriptor(), file_->bytes(), file_->path()) {}

  const std::shared_ptr<const OpenFile>& file() const { return file_; }
  Bytes bytes() const { return {mapping_.data(), mapping_.bytes()}; }
  /// The same memory to write to; the file stays as it is.
  std::byte* data() const { return mapping_.data(); }

 private:
  std::shared_ptr<const OpenFile> file_;
  Mapping mapping_;
};

}  // namespace nucella::io
