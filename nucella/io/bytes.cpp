#include "nucella/io/bytes.h"

#include <unordered_set>

#include "nucella/io/unicode.h"

namespace nucella::io {

void append_to(std::string& out, const Where& where) {
  out += str(where.reader, ": ", in_quotes(where.file));
  if (!where.entry.empty()) out += str(", entry ", in_quotes(where.entry));
  out += str(" at offset ", where.offset);
}

uint64_t dense_bytes(const Shape& shape, DType dtype, const Where& where) {
  // Extents of zero are left out at first: also without elements the strides must fit.
  int64_t bytes = itemsize(dtype);
  for (int64_t extent : shape)
    check<ValueError>(extent >= 0 && !__builtin_mul_overflow(bytes, std::max<int64_t>(extent, 1), &bytes),
                      where, ": the size of shape ", shape, " does not fit into 64 bits");
  return std::ranges::find(shape, 0) == shape.end() ? static_cast<uint64_t>(bytes) : 0;
}

Tensor tensor_from(Bytes content, const Shape& shape, DType dtype) {
  Tensor out = Tensor::empty(shape, dtype);
  if (!content.empty()) std::memcpy(out.raw_data(), content.data(), content.size());
  normalize_bools(out);
  return out;
}

void normalize_bools(const Tensor& tensor) {
  if (tensor.dtype() != bool_) return;
  auto* bytes = reinterpret_cast<unsigned char*>(tensor.raw_data());
  // Written only where needed: the page of a mapped file that stays as it is needs no memory.
  for (int64_t i = 0; i < tensor.size(); ++i)
    if (bytes[i] > 1) bytes[i] = 1;
}

void check_entries(const NamedTensors& entries, std::string_view writer) {
  std::unordered_set<std::string_view> seen;
  for (const NamedTensor& entry : entries) {
    check<ValueError>(is_utf8(entry.name), writer, ": the name ", in_quotes(entry.name),
                      " is not valid UTF-8");
    check<ValueError>(seen.insert(entry.name).second, writer, ": the name ", in_quotes(entry.name),
                      " occurs twice");
    check<TypeError>(entry.is_text() || entry.text.empty(), writer, ": entry ", in_quotes(entry.name),
                     " must be a tensor or a text, got both");
  }
}

}  // namespace nucella::io
