// Zip archives, as far as .npz files need them: the directory of one, and writing one of stored members.
//
// Layout as in PKWARE's APPNOTE 6.3 (sections 4.3.7 local header, 4.3.12 directory, 4.3.14 to 4.3.16 its
// end).
#pragma once
#include <string>
#include <vector>

#include "nucella/io/atomic_file.h"

namespace nucella::io {

struct ZipMember {
  std::string name;
  bool deflated = false;
  uint32_t crc = 0;
  uint64_t bytes = 0;   ///< of the content
  uint64_t offset = 0;  ///< of the content in the file
  Bytes stored;         ///< the content in the file, compressed or not
};

/// The members in order of the directory. ValueError unless the file is a zip archive whose members lie one
/// behind the other before the directory, neither encrypted nor compressed by anything but deflate.
std::vector<ZipMember> read_zip_directory(Bytes file, Where where);

class ZipWriter {
 public:
  explicit ZipWriter(AtomicFile& file) : file_(file) {}
  /// Appends a stored member whose content is `head` and then `body`.
  void add(const std::string& name, Bytes head, Bytes body);
  /// Appends the directory.
  void finish();

 private:
  struct Member {
    std::string name;
    uint32_t crc;
    uint64_t bytes;
    uint64_t header_offset;
  };
  void add_directory_entry(const Member& member);

  AtomicFile& file_;
  std::vector<Member> members_;
};

}  // namespace nucella::io
