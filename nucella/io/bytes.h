// Bytes: a stretch of a file in memory, and what readers need to look into it and to report errors.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "nucella/tensor/tensor.h"

namespace nucella::io {

static_assert(std::endian::native == std::endian::little,
              "all formats here are little-endian and read in place");

using Bytes = std::span<const std::byte>;

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Where a reader stands; joins into an error's text as "read_ckpt: 'net.ckpt', entry 'fc.weight' at offset
/// 64".
struct Where {
  std::string_view reader;
  std::string_view file;
  std::string_view entry = {};
  uint64_t offset = 0;
};
void append_to(std::string& out, const Where& where);

struct ReadOptions {
  /// Verify the checksum that MindSpore's crc_check has put into the file, if there is one.
  bool crc_check = false;
  /// Gets a text when a checksum should be verified and the file has none.
  std::function<void(const std::string&)> warn = {};
  /// Tensors are views of the mapped file where their contents lie fittingly in it, and private copies of
  /// what is written to; else, and always without it, contents are read when a tensor is first used.
  bool mmap = true;
};

/// True when [offset, offset + count) lies inside `bytes`; never overflows.
inline bool contains(Bytes bytes, uint64_t offset, uint64_t count) {
  return offset <= bytes.size() && count <= bytes.size() - offset;
}
/// The number stored little-endian at `offset`, which the caller has checked.
template <class T>
T load(Bytes bytes, uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

/// Bytes of a dense tensor of this shape; ValueError when that does not fit into 64 bits.
uint64_t dense_bytes(const Shape& shape, DType dtype, const Where& where);
/// A row-major tensor of `shape`, whose bytes the caller writes next; `content` holds as many bytes as it
/// needs.
Tensor tensor_from(Bytes content, const Shape& shape, DType dtype);
/// Turns every non-zero byte of a Bool tensor into 1: no other value of a `bool` may ever be read.
void normalize_bools(const Tensor& tensor);

/// TypeError or ValueError unless every entry is a text or a tensor and the names are unique valid UTF-8.
void check_entries(const NamedTensors& entries, std::string_view writer);

}  // namespace nucella::io
