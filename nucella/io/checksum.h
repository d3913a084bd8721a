// Checksums of files: CRC-32 as zlib has it, computed by all threads.
#pragma once
#include "nucella/io/file_tensor.h"

namespace nucella::io {

/// CRC-32 of what comes in pieces, one after the other.
class Crc32 {
 public:
  void add(Bytes bytes);
  /// A stretch of a file, read past all mappings.
  void add(const OpenFile& file, Extent extent);
  uint32_t value() const { return value_; }

 private:
  void join(uint32_t crc, uint64_t bytes);
  template <class CrcOf>
  void add_parallel(uint64_t bytes, CrcOf crc_of);

  uint32_t value_ = 0;
};

}  // namespace nucella::io
