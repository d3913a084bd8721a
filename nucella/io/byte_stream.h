// ByteStream: bytes in memory, plain or compressed, taken one stretch after the other into given room.
#pragma once
#include <memory>

#include "nucella/io/bytes.h"

namespace nucella::io {

class ByteStream {
 public:
  enum class Format { kPlain, kDeflate, kGzip };
  /// Errors start with `where`, whose texts must outlive this object.
  ByteStream(Bytes input, Format format, const Where& where);
  ~ByteStream();

  /// Fills `out`. ValueError when the input is damaged or ends before.
  void read(std::span<std::byte> out);
  /// ValueError unless the input ends here; for gzip with the right checksum.
  void finish();
  /// ValueError when so many bytes cannot come out of the input: asked before room for them is made.
  void check_possible(uint64_t bytes) const;

 private:
  struct Inflater;
  void copy(std::span<std::byte> out);
  // The number of bytes written; fewer than asked for only at the end of the stream.
  size_t inflate_some(std::span<std::byte> out);

  std::unique_ptr<Inflater> inflater_;  // none for plain bytes
  Bytes input_;
  Where where_;
  bool ended_ = false;
};

}  // namespace nucella::io
