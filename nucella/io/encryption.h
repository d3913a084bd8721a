// Encryption of .ckpt files as MindSpore has it: AES-GCM, AES-CBC and SM4-CBC, in pieces.
//
// A file is cut into pieces of 64 MiB; each becomes (all numbers int32, little-endian)
//
//   magic of the mode; AES-GCM: 16 bytes of tag; L
//   16, 16 bytes of initialisation vector, n, n bytes of cipher text        together L bytes
//
// AES-GCM uses the first 12 bytes of the vector, no further data; the others pad as PKCS#7 says.
#pragma once
#include <memory>
#include <string>

#include "nucella/io/atomic_file.h"
#include "nucella/io/open_file.h"

namespace nucella::io {

struct Encryption {
  std::string key;  ///< 16, 24 or 32 bytes; SM4-CBC: 16
  std::string mode = "AES-GCM";
};

/// ValueError for an unknown mode or a key of another length.
void check_encryption(std::string_view who, const Encryption& encryption);

/// Encrypts what is written through it into a file, of which it needs a MiB at a time.
class EncryptingWriter {
 public:
  /// ValueError as check_encryption().
  EncryptingWriter(std::string_view who, const Encryption& encryption, AtomicFile& file);
  ~EncryptingWriter();
  void write(Bytes bytes);
  /// Completes the last piece.
  void finish();

 private:
  struct Cipher;
  void begin_piece();
  void end_piece();

  AtomicFile& file_;
  std::unique_ptr<Cipher> cipher_;
  bool open_ = false;   // a piece is
  uint64_t plain_ = 0;  // bytes of it taken
  uint64_t start_ = 0;  // of it in the file
};

/// The mode whose magic the bytes begin with; empty for a plain file.
std::string_view encryption_mode(Bytes file);
/// What the file holds, decrypted into memory that the errors of its readers call by the path of `file`.
/// ValueError for a file that is not encrypted in this mode, with another key, or damaged; nothing of it is
/// then given out.
std::shared_ptr<const OpenFile> decrypted(const OpenFile& file, const Encryption& encryption);

}  // namespace nucella::io
