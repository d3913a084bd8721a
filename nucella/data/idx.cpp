#include "nucella/data/idx.h"

#include <array>

#include "nucella/io/byte_stream.h"
#include "nucella/io/mapped_file.h"

namespace nucella::data {
namespace {

using io::ByteStream;
using io::Where;

constexpr std::string_view kReader = "read_idx";
constexpr std::byte kUnsignedByte{8};

bool is_gzip(io::Bytes file) {
  return file.size() >= 2 && file[0] == std::byte{0x1F} && file[1] == std::byte{0x8B};
}

Shape read_shape(ByteStream& stream, const Where& where) {
  std::array<std::byte, 4> head{};
  stream.read(head);
  check<ValueError>(head[0] == std::byte{0} && head[1] == std::byte{0}, where,
                    ": not an idx file: it must start with two zero bytes");
  check<ValueError>(head[2] == kUnsignedByte, where,
                    ": expected elements of type 8 (unsigned byte), got type ",
                    std::to_integer<int>(head[2]));
  const int ndim = std::to_integer<int>(head[3]);
  check<ValueError>(ndim >= 1 && ndim <= kMaxDims, where, ": expected 1 to ", kMaxDims, " dims, got ", ndim);
  Shape shape;
  for (int i = 0; i < ndim; ++i) {
    std::array<std::byte, 4> dim{};
    stream.read(dim);
    shape.push_back(__builtin_bswap32(io::load<uint32_t>(dim, 0)));
  }
  return shape;
}

}  // namespace

Tensor read_idx(const std::string& path) {
  const io::MappedFile file(kReader, path);
  return read_idx(file.bytes(), path);
}

Tensor read_idx(io::Bytes file, std::string_view name) {
  const Where where{kReader, name};
  ByteStream stream(file, is_gzip(file) ? ByteStream::Format::kGzip : ByteStream::Format::kPlain, where);
  const Shape shape = read_shape(stream, where);
  const uint64_t bytes = io::dense_bytes(shape, uint8, where);
  stream.check_possible(bytes);
  const Tensor out = Tensor::empty(shape, uint8);
  stream.read({out.raw_data(), bytes});
  stream.finish();
  return out;
}

}  // namespace nucella::data
