#include "nucella/data/idx.h"

#include <algorithm>
#include <array>
#include <optional>

#include "nucella/io/inflate.h"
#include "nucella/io/mapped_file.h"

namespace nucella::data {
namespace {

using io::Bytes;
using io::Inflater;
using io::Where;

constexpr std::string_view kReader = "read_idx";
constexpr std::byte kUnsignedByte{8};

bool is_gzip(Bytes file) {
  return file.size() >= 2 && file[0] == std::byte{0x1F} && file[1] == std::byte{0x8B};
}

// The file's bytes one after the other, whether compressed or not.
class Source {
 public:
  Source(Bytes file, const Where& where) : file_(file), where_(where) {
    if (is_gzip(file)) inflater_.emplace(file, Inflater::Format::kGzip, where);
  }
  void read(std::span<std::byte> out) {
    if (inflater_) return inflater_->read(out);
    check<ValueError>(out.size() <= file_.size(), where_, ": the file ends ", out.size() - file_.size(),
                      " bytes too early");
    std::ranges::copy(file_.first(out.size()), out.begin());
    file_ = file_.subspan(out.size());
  }
  void finish() {
    if (inflater_) return inflater_->finish();
    check<ValueError>(file_.empty(), where_, ": ", file_.size(), " bytes follow the last element");
  }
  /// No more than this many bytes can still come.
  uint64_t limit() const { return inflater_ ? file_.size() * io::kMaxInflation : file_.size(); }

 private:
  Bytes file_;
  Where where_;
  std::optional<Inflater> inflater_;
};

Shape read_shape(Source& source, const Where& where) {
  std::array<std::byte, 4> head{};
  source.read(head);
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
    source.read(dim);
    shape.push_back(__builtin_bswap32(io::load<uint32_t>(dim, 0)));
  }
  return shape;
}

}  // namespace

Tensor read_idx(const std::string& path) {
  const io::MappedFile file(kReader, path);
  return read_idx(file.bytes(), path);
}

Tensor read_idx(Bytes file, std::string_view name) {
  Where where{kReader, name};
  Source source(file, where);
  const Shape shape = read_shape(source, where);
  where.offset = 4 + 4 * shape.size();
  const uint64_t bytes = io::dense_bytes(shape, uint8, where);
  check<ValueError>(bytes <= source.limit(), where, ": shape ", shape, " needs ", bytes, " bytes, a file of ",
                    file.size(), " bytes cannot hold them");
  const Tensor out = Tensor::empty(shape, uint8);
  source.read({out.raw_data(), bytes});
  source.finish();
  return out;
}

}  // namespace nucella::data
