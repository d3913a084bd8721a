#include <protozero/pbf_writer.hpp>

#include "nucella/io/atomic_file.h"
#include "nucella/io/checksum.h"
#include "nucella/io/ckpt.h"
#include "nucella/io/ckpt_format.h"
#include "nucella/io/row_major.h"
#include "nucella/io/unicode.h"

namespace nucella::io {

std::string ckpt::make_trailer(uint32_t crc) {
  std::string trailer(kCrcMark);
  for (int byte = kCrcDigits - 1; byte >= 0; --byte)
    trailer += static_cast<char>(byte < 4 ? crc >> (8 * byte) & 0xFF : 0);
  return trailer;
}

namespace {

using namespace ckpt;

constexpr std::string_view kWriter = "write_ckpt";

// What is written of one entry, apart from its content.
struct Header {
  std::string_view tag;
  std::string_view type;
  Shape dims;
};

// All bytes of a record up to its content of `content_bytes` bytes.
std::string record_head(const Header& header, size_t content_bytes, size_t padding) {
  std::string tensor;
  protozero::pbf_writer writer(tensor);
  for (int64_t dim : header.dims) writer.add_int64(kTensorDims, dim);
  writer.add_string(kTensorType, header.type.data(), header.type.size());
  writer.add_bytes(kTensorPadding, std::string(padding, '\0'));
  const auto open_field = [](std::string& out, protozero::pbf_tag_type tag, size_t bytes) {
    protozero::add_varint_to_buffer(
        &out, tag << 3 | static_cast<uint32_t>(protozero::pbf_wire_type::length_delimited));
    protozero::add_varint_to_buffer(&out, bytes);
  };
  open_field(tensor, kTensorContent, content_bytes);

  std::string value;
  protozero::pbf_writer(value).add_string(kValueTag, header.tag.data(), header.tag.size());
  open_field(value, kValueTensor, tensor.size() + content_bytes);
  std::string head;
  open_field(head, kCheckpointValue, value.size() + tensor.size() + content_bytes);
  return head + value + tensor;
}

class Writer {
 public:
  Writer(const std::string& path, NamedTensors entries, const CkptWriteOptions& options)
      : options_(options), entries_(std::move(entries)), file_(kWriter, path) {
    if (options.encryption) encryptor_.emplace(kWriter, *options.encryption, file_);
  }

  void run() {
    for (const NamedTensor& entry : entries_) add(entry);
    if (options_.crc_check) write(as_bytes(make_trailer(crc_.value())));
    if (encryptor_) encryptor_->finish();
    file_.commit();
  }

 private:
  void add(const NamedTensor& entry) {
    if (entry.is_text()) {
      // Never cut: MindSpore takes the last piece's length for that of the whole text.
      const std::string text = utf32_from_utf8(entry.text);
      begin_piece({entry.name, kText, {0}}, text.size());
      return write(as_bytes(text));
    }
    const Tensor& tensor = entry.tensor;
    const Header header{entry.name, name(tensor.dtype()), tensor.shape()};
    const auto bytes = static_cast<uint64_t>(tensor.nbytes());
    if (bytes == 0) return begin_piece(header, 0);
    uint64_t done = 0;
    for_each_stretch(tensor, options_.piece_bytes, [&](Bytes stretch) {
      // Stretches of a tensor that does not lie row by row are shorter than pieces.
      for (; !stretch.empty();) {
        const uint64_t in_piece = done % options_.piece_bytes;
        if (in_piece == 0) begin_piece(header, std::min(options_.piece_bytes, bytes - done));
        const Bytes part = stretch.first(std::min<uint64_t>(stretch.size(), options_.piece_bytes - in_piece));
        write(part);
        done += part.size();
        stretch = stretch.subspan(part.size());
      }
    });
  }

  // All of a record but its content.
  void begin_piece(const Header& header, size_t bytes) {
    // More padding can make a length field longer, so this may take a second round.
    size_t padding = 0;
    std::string head = record_head(header, bytes, padding);
    while (const size_t beyond = (position_ + head.size()) % kAlignment) {
      padding += kAlignment - beyond;
      head = record_head(header, bytes, padding);
    }
    write(as_bytes(head));
  }

  void write(Bytes bytes) {
    position_ += bytes.size();
    if (options_.crc_check) crc_.add(bytes);
    if (encryptor_) return encryptor_->write(bytes);
    file_.write(bytes);
  }

  CkptWriteOptions options_;
  NamedTensors entries_;
  AtomicFile file_;
  std::optional<EncryptingWriter> encryptor_;
  uint64_t position_ = 0;  // of what a reader sees
  Crc32 crc_;
};

}  // namespace

PreparedWrite prepare_ckpt(const std::string& path, NamedTensors entries, const CkptWriteOptions& options) {
  check<ValueError>(options.piece_bytes > 0, kWriter, ": 'piece_bytes' must be positive");
  check<ValueError>(!options.encryption || !options.crc_check, kWriter,
                    ": an encrypted file cannot have a checksum");
  if (options.encryption) check_encryption(kWriter, *options.encryption);
  check_entries(entries, kWriter);
  for (const NamedTensor& entry : entries)
    if (!entry.is_text()) entry.tensor.prepare(kWriter);
  return [writer = std::make_shared<Writer>(path, std::move(entries), options)] { writer->run(); };
}

void write_ckpt(const std::string& path, const NamedTensors& entries, const CkptWriteOptions& options) {
  prepare_ckpt(path, entries, options)();
}

}  // namespace nucella::io
