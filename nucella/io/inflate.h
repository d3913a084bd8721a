// Inflater: takes a deflated or gzipped stream apart, never writing more than it is given room for.
#pragma once
#include <memory>

#include "nucella/io/bytes.h"

namespace nucella::io {

/// Deflate cannot expand further than this; a claim beyond it is false (zlib's documentation, "Maximum
/// Expansion").
inline constexpr uint64_t kMaxInflation = 1032;

class Inflater {
 public:
  enum class Format { kDeflate, kGzip };
  /// Errors start with `where`, whose texts must outlive this object.
  Inflater(Bytes input, Format format, const Where& where);
  ~Inflater();

  /// Fills `out` from the stream. ValueError when the stream is damaged or ends before.
  void read(std::span<std::byte> out);
  /// ValueError unless the stream ends here, whole and with the right checksum, at the end of the input.
  void finish();

 private:
  struct Stream;
  // The number of bytes written; fewer than asked for only at the end of the stream.
  size_t read_some(std::span<std::byte> out);

  std::unique_ptr<Stream> stream_;
  Bytes input_;
  Where where_;
  bool ended_ = false;
};

}  // namespace nucella::io
