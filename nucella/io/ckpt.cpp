#include "nucella/io/ckpt.h"

#include <optional>
#include <protozero/pbf_reader.hpp>
#include <unordered_set>

#include "nucella/io/checksum.h"
#include "nucella/io/ckpt_format.h"
#include "nucella/io/file_tensor.h"
#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

using namespace ckpt;

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
    const std::string_view mode = encryption_mode(file_);
    check<ValueError>(mode.empty(), where_, ": the file is encrypted (", mode,
                      ") and cannot be read without its key");
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

// What follows the records: a trailer or nothing.
std::string_view trailer_of(Bytes file) {
  const std::string_view end = as_text(file.size() < kTrailer ? Bytes{} : file.last(kTrailer));
  return end.starts_with(kCrcMark) ? end : std::string_view{};
}

Bytes without_trailer(Bytes file) { return file.first(file.size() - trailer_of(file).size()); }

// `crc_of_records` gives the checksum of the first so many bytes.
template <class CrcOf>
void verify_crc(Bytes file, std::string_view name, const ReadOptions& options, CrcOf crc_of_records) {
  if (trailer_of(file).empty()) {
    if (options.warn) options.warn(str("read_ckpt: ", in_quotes(name), " has no checksum to verify"));
    return;
  }
  const uint64_t records = without_trailer(file).size();
  check<ValueError>(trailer_of(file) == ckpt::make_trailer(crc_of_records(records)),
                    Where{"read_ckpt", name, {}, records},
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

NamedTensor defer_entry(const Entry& entry, Bytes file, FileTensors& tensors) {
  std::vector<Extent> pieces;
  for (Bytes piece : entry.pieces)
    if (!piece.empty()) pieces.push_back({static_cast<uint64_t>(piece.data() - file.data()), piece.size()});
  return {entry.info.name,
          tensors.tensor(entry.info.shape, *dtype_from_type_name(entry.info.dtype), std::move(pieces)),
          {}};
}

}  // namespace

NamedTensors read_ckpt(const std::string& path, const ReadOptions& options,
                       const std::optional<Encryption>& encryption) {
  auto opened = std::make_shared<const OpenFile>("read_ckpt", path);
  if (encryption) opened = decrypted(*opened, *encryption);
  const auto mapping = std::make_shared<const MappedFile>(std::move(opened));
  const Bytes bytes = mapping->bytes();
  const OpenFile& file = *mapping->file();
  if (options.crc_check)
    verify_crc(bytes, path, options, [&](uint64_t records) {
      Crc32 crc;
      crc.add(file, {0, records});
      return crc.value();
    });
  const std::vector<Entry> entries = Parser(without_trailer(bytes), path).run();
  const auto tensors = std::make_shared<FileTensors>(mapping, options.mmap);
  NamedTensors out;
  for (const Entry& entry : entries)
    out.push_back(entry.info.dtype == kText ? load_text(entry, path) : defer_entry(entry, bytes, *tensors));
  check_mappings();
  return out;
}

NamedTensors read_ckpt(Bytes file, std::string_view name, const ReadOptions& options) {
  if (options.crc_check)
    verify_crc(file, name, options, [&](uint64_t records) {
      Crc32 crc;
      crc.add(file.first(records));
      return crc.value();
    });
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

}  // namespace nucella::io
