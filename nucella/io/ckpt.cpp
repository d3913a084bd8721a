#include "nucella/io/ckpt.h"

#include <zlib.h>

#include <optional>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <unordered_set>

#include "nucella/io/atomic_file.h"
#include "nucella/io/mapped_file.h"
#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

constexpr protozero::pbf_tag_type kCheckpointValue = 1;
constexpr protozero::pbf_tag_type kValueTag = 1, kValueTensor = 2, kValueMap = 3;
constexpr protozero::pbf_tag_type kTensorDims = 1, kTensorType = 2, kTensorContent = 3, kTensorPadding = 15;
constexpr uint64_t kAlignment = 64;

constexpr std::string_view kText = "str";
constexpr std::string_view kRandomState = "random_op";  // of MindSpore 2.4 to 2.6: nothing to load
constexpr std::string_view kCrcMark = "crc_num";
constexpr size_t kCrcDigits = 10, kTrailer = kCrcMark.size() + kCrcDigits;

std::optional<DType> dtype_from_type_name(std::string_view text) {
  for (int i = 0; i < kDTypeCount; ++i)
    if (name(static_cast<DType>(i)) == text) return static_cast<DType>(i);
  return {};
}

std::string_view text_of(protozero::data_view view) { return {view.data(), view.size()}; }

// One Value message.
struct Record {
  std::string_view tag;
  std::string_view type;
  Shape dims;
  Bytes content;
};

// Consecutive records of one tag.
struct Entry {
  EntryInfo info;
  std::vector<Bytes> pieces;
};

class Parser {
 public:
  Parser(Bytes file, std::string_view name) : file_(file), where_{"read_ckpt", name} {}

  std::vector<Entry> run() {
    refuse_encrypted();
    try {
      protozero::pbf_reader checkpoint(as_text(file_).data(), file_.size());
      while (next_field(checkpoint)) {
        if (checkpoint.tag_and_type() == tag_and_type(kCheckpointValue, kLengthDelimited)) {
          add(read_value(checkpoint.get_message()));
        } else {
          checkpoint.skip();
        }
      }
    } catch (const protozero::exception& e) {
      raise<ValueError>(where_, ": damaged record (", e.what(), ")");
    }
    close_entry();
    return std::move(entries_);
  }

 private:
  static constexpr auto kLengthDelimited = protozero::pbf_wire_type::length_delimited;

  bool next_field(protozero::pbf_reader& message) {
    where_.offset = file_.size() - message.length();
    where_.entry = {};
    return message.next();
  }

  void refuse_encrypted() const {
    constexpr std::array<std::pair<uint32_t, std::string_view>, 3> kMagic = {
        {{0x7F3A5ED8, "AES-GCM"}, {0x7F3A5ED9, "AES-CBC"}, {0x7F3A5EDA, "SM4-CBC"}}};
    for (const auto& [magic, mode] : kMagic)
      check<ValueError>(file_.size() < 4 || load<uint32_t>(file_, 0) != magic, where_,
                        ": the file is encrypted (", mode, ") and cannot be read without decryption");
  }

  Record read_value(protozero::pbf_reader value) {
    Record record;
    std::optional<protozero::data_view> tensor;
    while (value.next()) {
      switch (value.tag_and_type()) {
        case tag_and_type(kValueTag, kLengthDelimited):
          where_.entry = record.tag = text_of(value.get_view());
          break;
        case tag_and_type(kValueTensor, kLengthDelimited):
          check<ValueError>(!tensor, where_, ": the record holds two tensors");
          tensor = value.get_view();
          break;
        case tag_and_type(kValueMap, kLengthDelimited):
          raise<ValueError>(where_, ": hash-map parameters are not supported");
        default:
          value.skip();
      }
    }
    check<ValueError>(record.tag.data() != nullptr && tensor, where_,
                      ": the record lacks its name or its tensor");
    check<ValueError>(is_utf8(record.tag), where_, ": the name is not valid UTF-8");
    read_tensor(protozero::pbf_reader(*tensor), record);
    return record;
  }

  void read_tensor(protozero::pbf_reader tensor, Record& record) {
    while (tensor.next()) {
      switch (tensor.tag_and_type()) {
        case tag_and_type(kTensorDims, protozero::pbf_wire_type::varint):
          add_dim(record, tensor.get_int64());
          break;
        case tag_and_type(kTensorDims, kLengthDelimited):
          for (int64_t dim : tensor.get_packed_int64()) add_dim(record, dim);
          break;
        case tag_and_type(kTensorType, kLengthDelimited):
          record.type = text_of(tensor.get_view());
          break;
        case tag_and_type(kTensorContent, kLengthDelimited):
          record.content = as_bytes(text_of(tensor.get_view()));
          break;
        default:
          tensor.skip();
      }
    }
    check<ValueError>(record.type.data() != nullptr && record.content.data() != nullptr, where_,
                      ": the tensor lacks its type or its content");
    where_.offset = static_cast<uint64_t>(record.content.data() - file_.data());
  }

  void add_dim(Record& record, int64_t dim) const {
    check<ValueError>(dim >= 0, where_, ": expected dims >= 0, got ", dim);
    check<ValueError>(record.dims.ndim() < kMaxDims, where_, ": expected at most ", kMaxDims,
                      " dims, got more");
    record.dims.push_back(dim);
  }

  void add(const Record& record) {
    if (record.type == kRandomState) return;
    if (entries_.empty() || entries_.back().info.name != record.tag) {
      close_entry();
      check<ValueError>(names_.insert(record.tag).second, where_, ": the name occurs twice in the file");
      entries_.push_back(
          {{std::string(record.tag), std::string(record.type), record.dims, 0, where_.offset}, {}});
    }
    Entry& entry = entries_.back();
    check<ValueError>(entry.info.dtype == record.type && entry.info.shape == record.dims, where_,
                      ": a further piece is ", in_quotes(record.type), record.dims, ", expected ",
                      in_quotes(entry.info.dtype), entry.info.shape, " as in the first one");
    entry.info.bytes += record.content.size();
    entry.pieces.push_back(record.content);
  }

  // All pieces of the last entry are there: dtype, shape and content must fit together.
  void close_entry() {
    if (entries_.empty()) return;
    EntryInfo& info = entries_.back().info;
    const Where where{where_.reader, where_.file, info.name, info.offset};
    if (info.dtype == kText) {
      info.shape = {};
      check<ValueError>(info.bytes % 4 == 0, where, ": a text needs 4 bytes per character, got ", info.bytes,
                        " bytes");
      return;
    }
    const auto dtype = dtype_from_type_name(info.dtype);
    check<ValueError>(dtype.has_value(), where, ": the tensor type ", in_quotes(info.dtype),
                      " is not supported");
    // Older writers gave scalars the dims (0,).
    if (info.shape == Shape{0} && info.bytes == static_cast<uint64_t>(itemsize(*dtype))) info.shape = {};
    const uint64_t expected = dense_bytes(info.shape, *dtype, where);
    check<ValueError>(info.bytes == expected, where, ": shape ", info.shape, " of ", info.dtype, " needs ",
                      expected, " bytes, the content has ", info.bytes);
  }

  Bytes file_;
  Where where_;
  std::vector<Entry> entries_;
  std::unordered_set<std::string_view> names_;
};

uint32_t crc_of(uint32_t crc, Bytes bytes) {
  return static_cast<uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string make_trailer(uint32_t crc) {
  std::string trailer(kCrcMark);
  for (int byte = kCrcDigits - 1; byte >= 0; --byte)
    trailer += static_cast<char>(byte < 4 ? crc >> (8 * byte) & 0xFF : 0);
  return trailer;
}

// What follows the records: a trailer or nothing.
std::string_view trailer_of(Bytes file) {
  const std::string_view end = as_text(file.size() < kTrailer ? Bytes{} : file.last(kTrailer));
  return end.starts_with(kCrcMark) ? end : std::string_view{};
}

Bytes without_trailer(Bytes file) { return file.first(file.size() - trailer_of(file).size()); }

void verify_crc(Bytes file, std::string_view name, const ReadOptions& options) {
  if (trailer_of(file).empty()) {
    if (options.warn) options.warn(str("read_ckpt: ", in_quotes(name), " has no checksum to verify"));
    return;
  }
  const Bytes records = without_trailer(file);
  check<ValueError>(trailer_of(file) == make_trailer(crc_of(0, records)),
                    Where{"read_ckpt", name, {}, records.size()},
                    ": the checksum stored here is not that of the bytes before; the file is damaged");
}

NamedTensor load_text(const Entry& entry, std::string_view file) {
  std::string utf32;
  for (Bytes piece : entry.pieces) utf32 += as_text(piece);
  auto text = utf8_from_utf32(as_bytes(utf32));
  check<ValueError>(text.has_value(), Where{"read_ckpt", file, entry.info.name, entry.info.offset},
                    ": the text is not valid UTF-32");
  return {entry.info.name, {}, *std::move(text)};
}

NamedTensor load_entry(const Entry& entry, std::string_view file) {
  if (entry.info.dtype == kText) return load_text(entry, file);
  const Tensor out = Tensor::empty(entry.info.shape, *dtype_from_type_name(entry.info.dtype));
  std::byte* to = out.raw_data();
  for (Bytes piece : entry.pieces) {
    if (!piece.empty()) std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  }
  normalize_bools(out);
  return {entry.info.name, out, {}};
}

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
  Writer(const std::string& path, const CkptWriteOptions& options)
      : options_(options), file_("write_ckpt", path) {}

  void add(const NamedTensor& entry) {
    if (entry.is_text()) {
      // Never cut: MindSpore takes the last piece's length for that of the whole text.
      add_piece({entry.name, kText, {0}}, as_bytes(utf32_from_utf8(entry.text)));
      return;
    }
    entry.tensor.prepare("write_ckpt");
    const Tensor dense = entry.tensor.contiguous();
    add_pieces({entry.name, name(dense.dtype()), dense.shape()},
               {dense.raw_data(), static_cast<size_t>(dense.nbytes())});
  }

  void finish() {
    if (options_.crc_check) file_.write(make_trailer(crc_));
    file_.commit();
  }

 private:
  void add_pieces(const Header& header, Bytes content) {
    do {
      const Bytes piece = content.first(std::min<size_t>(content.size(), options_.piece_bytes));
      add_piece(header, piece);
      content = content.subspan(piece.size());
    } while (!content.empty());
  }

  void add_piece(const Header& header, Bytes piece) {
    // More padding can make a length field longer, so this may take a second round.
    size_t padding = 0;
    std::string head = record_head(header, piece.size(), padding);
    while (const size_t beyond = (file_.position() + head.size()) % kAlignment) {
      padding += kAlignment - beyond;
      head = record_head(header, piece.size(), padding);
    }
    write(as_bytes(head));
    write(piece);
  }

  void write(Bytes bytes) {
    if (options_.crc_check) crc_ = crc_of(crc_, bytes);
    file_.write(bytes);
  }

  CkptWriteOptions options_;
  AtomicFile file_;
  uint32_t crc_ = 0;
};

}  // namespace

NamedTensors read_ckpt(const std::string& path, const ReadOptions& options) {
  const MappedFile file("read_ckpt", path);
  return read_ckpt(file.bytes(), path, options);
}

NamedTensors read_ckpt(Bytes file, std::string_view name, const ReadOptions& options) {
  if (options.crc_check) verify_crc(file, name, options);
  NamedTensors out;
  for (const Entry& entry : Parser(without_trailer(file), name).run()) out.push_back(load_entry(entry, name));
  return out;
}

FileInfo inspect_ckpt(Bytes file, std::string_view name) {
  FileInfo info{"ckpt", file.size(), {}, {}};
  for (Entry& entry : Parser(without_trailer(file), name).run())
    info.entries.push_back(std::move(entry.info));
  if (!trailer_of(file).empty())
    info.metadata["crc_num"] = std::to_string(__builtin_bswap32(load<uint32_t>(file, file.size() - 4)));
  return info;
}

void write_ckpt(const std::string& path, const NamedTensors& entries, const CkptWriteOptions& options) {
  check<ValueError>(options.piece_bytes > 0, "write_ckpt: 'piece_bytes' must be positive");
  check_entries(entries, "write_ckpt");
  Writer writer(path, options);
  for (const NamedTensor& entry : entries) writer.add(entry);
  writer.finish();
}

}  // namespace nucella::io
