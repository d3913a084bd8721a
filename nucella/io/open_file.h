// OpenFile: a regular file that stays open for reading, whatever becomes of its name.
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"

namespace nucella::io {

class OpenFile {
 public:
  /// FileNotFoundError, IsADirectoryError, PermissionError; OSError for devices and pipes. `who` goes into
  /// the text of this and all later errors.
  OpenFile(std::string_view who, const std::string& path);
  /// Takes over a descriptor, such as that of a file without a name; `path` stands for it in errors.
  OpenFile(std::string_view who, const std::string& path, int descriptor);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  const std::string& who() const { return who_; }
  const std::string& path() const { return path_; }
  int descriptor() const { return descriptor_; }
  /// When it was opened.
  uint64_t bytes() const { return state_.bytes; }
  /// Fills `out` from `offset` on. OSError when the file ends before. Any number of threads may read.
  void read(uint64_t offset, std::span<std::byte> out) const;
  /// OSError when the content has been written to since the file was opened.
  void check_unchanged() const;

 private:
  /// What a write to the file changes.
  struct State {
    uint64_t bytes = 0;
    int64_t seconds = 0, nanoseconds = 0;  // of the last write
    friend bool operator==(const State&, const State&) = default;
  };
  State state_now() const;

  std::string who_;
  std::string path_;
  int descriptor_;
  State state_;
};

}  // namespace nucella::io
