#include "nucella/io/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace nucella::io {

struct Inflater::Stream : z_stream {
  ~Stream() { inflateEnd(this); }
};

namespace {
uInt bounded(size_t n) { return static_cast<uInt>(std::min<size_t>(n, std::numeric_limits<uInt>::max())); }
}  // namespace

Inflater::Inflater(Bytes input, Format format, const Where& where)
    : stream_(std::make_unique<Stream>()), input_(input), where_(where) {
  const int status = inflateInit2(stream_.get(), format == Format::kGzip ? 16 + MAX_WBITS : -MAX_WBITS);
  check<MemoryError>(status == Z_OK, where_, ": no memory to decompress");
}

Inflater::~Inflater() = default;

size_t Inflater::read_some(std::span<std::byte> out) {
  size_t written = 0;
  while (written < out.size() && !ended_) {
    const uInt room = bounded(out.size() - written), offered = bounded(input_.size());
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + written);
    stream_->avail_out = room;
    stream_->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input_.data()));
    stream_->avail_in = offered;
    const int status = inflate(stream_.get(), Z_NO_FLUSH);
    input_ = input_.subspan(offered - stream_->avail_in);
    written += room - stream_->avail_out;
    ended_ = status == Z_STREAM_END;
    check<ValueError>(status != Z_BUF_ERROR, where_, ": the compressed data end too early");
    check<ValueError>(ended_ || status == Z_OK, where_, ": the compressed data are damaged",
                      stream_->msg ? str(" (", stream_->msg, ")") : std::string());
  }
  return written;
}

void Inflater::read(std::span<std::byte> out) {
  const size_t written = read_some(out);
  check<ValueError>(written == out.size(), where_, ": the compressed data hold ", out.size() - written,
                    " bytes less than expected");
}

void Inflater::finish() {
  std::byte beyond;
  check<ValueError>(ended_ || read_some({&beyond, 1}) == 0, where_,
                    ": the compressed data hold more than expected");
  check<ValueError>(input_.empty(), where_, ": ", input_.size(), " bytes follow the compressed data");
}

}  // namespace nucella::io
