#include "nucella/io/checksum.h"

#include <zlib.h>

#include "nucella/base/parallel.h"

namespace nucella::io {
namespace {

constexpr uint64_t kPiece = 1 << 20;  // bytes worth a thread

uint32_t crc_of(Bytes bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

void Crc32::join(uint32_t crc, uint64_t bytes) {
  value_ = static_cast<uint32_t>(crc32_combine(value_, crc, static_cast<z_off_t>(bytes)));
}

// `crc_of(offset, bytes)` is called for pieces by several threads; the results are joined in order.
template <class CrcOf>
void Crc32::add_parallel(uint64_t bytes, CrcOf crc_of) {
  std::vector<uint32_t> crcs((bytes + kPiece - 1) / kPiece);
  const auto length = [&](size_t i) { return std::min(kPiece, bytes - i * kPiece); };
  parallel_for(0, static_cast<int64_t>(crcs.size()), 1, [&](int64_t first, int64_t last) {
    for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(last); ++i)
      crcs[i] = crc_of(i * kPiece, length(i));
  });
  for (size_t i = 0; i < crcs.size(); ++i) join(crcs[i], length(i));
}

void Crc32::add(Bytes bytes) {
  add_parallel(bytes.size(),
               [&](uint64_t offset, uint64_t count) { return crc_of(bytes.subspan(offset, count)); });
}

void Crc32::add(const OpenFile& file, Extent extent) {
  add_parallel(extent.bytes, [&](uint64_t offset, uint64_t count) {
    std::vector<std::byte> buffer(count);
    file.read(extent.offset + offset, buffer);
    return crc_of(buffer);
  });
}

}  // namespace nucella::io
