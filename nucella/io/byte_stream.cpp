#include "nucella/io/byte_stream.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace nucella::io {
namespace {

// Deflate never expands by more (zlib's technical details, "Maximum Compression Factor").
constexpr uint64_t kMaxInflation = 1032;

uInt bounded(size_t n) { return static_cast<uInt>(std::min<size_t>(n, std::numeric_limits<uInt>::max())); }

}  // namespace

struct ByteStream::Inflater : z_stream {
  ~Inflater() { inflateEnd(this); }
};

ByteStream::ByteStream(Bytes input, Format format, const Where& where) : input_(input), where_(where) {
  if (format == Format::kPlain) return;
  inflater_ = std::make_unique<Inflater>();
  const int status = inflateInit2(inflater_.get(), format == Format::kGzip ? 16 + MAX_WBITS : -MAX_WBITS);
  check<MemoryError>(status == Z_OK, where_, ": no memory to decompress");
}

ByteStream::~ByteStream() = default;

void ByteStream::read(std::span<std::byte> out) {
  if (!inflater_) return copy(out);
  const size_t written = inflate_some(out);
  check<ValueError>(written == out.size(), where_, ": the compressed data hold ", out.size() - written,
                    " bytes less than expected");
}

void ByteStream::finish() {
  std::byte beyond;
  check<ValueError>(!inflater_ || ended_ || inflate_some({&beyond, 1}) == 0, where_,
                    ": the compressed data hold more than expected");
  check<ValueError>(input_.empty(), where_, ": ", input_.size(), " bytes follow the last one expected");
}

void ByteStream::check_possible(uint64_t bytes) const {
  const bool possible = inflater_ ? bytes / kMaxInflation <= input_.size() : bytes <= input_.size();
  check<ValueError>(possible, where_, ": ", bytes, " bytes cannot come out of the ", input_.size(),
                    " bytes that are there");
}

void ByteStream::copy(std::span<std::byte> out) {
  check<ValueError>(out.size() <= input_.size(), where_, ": the data end ", out.size() - input_.size(),
                    " bytes too early");
  std::ranges::copy(input_.first(out.size()), out.begin());
  input_ = input_.subspan(out.size());
}

size_t ByteStream::inflate_some(std::span<std::byte> out) {
  size_t written = 0;
  while (written < out.size() && !ended_) {
    const uInt room = bounded(out.size() - written), offered = bounded(input_.size());
    inflater_->next_out = reinterpret_cast<Bytef*>(out.data() + written);
    inflater_->avail_out = room;
    inflater_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input_.data()));
    inflater_->avail_in = offered;
    const int status = inflate(inflater_.get(), Z_NO_FLUSH);
    input_ = input_.subspan(offered - inflater_->avail_in);
    written += room - inflater_->avail_out;
    ended_ = status == Z_STREAM_END;
    check<ValueError>(status != Z_BUF_ERROR, where_, ": the compressed data end too early");
    check<ValueError>(ended_ || status == Z_OK, where_, ": the compressed data are damaged",
                      inflater_->msg ? str(" (", inflater_->msg, ")") : std::string());
  }
  return written;
}

}  // namespace nucella::io
