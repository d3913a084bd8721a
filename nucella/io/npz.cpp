#include "nucella/io/npz.h"

#include <zlib.h>

#include <unordered_set>

#include "nucella/io/mapped_file.h"
#include "nucella/io/npy.h"
#include "nucella/io/unicode.h"
#include "nucella/io/zip.h"

namespace nucella::io {
namespace {

constexpr std::string_view kReader = "read_npz", kWriter = "write_npz", kExtension = ".npy";

// One member on its way from the file to a tensor.
class Array {
 public:
  Array(const ZipMember& member, std::string_view file)
      : member_(member),
        where_{kReader, file, name(), member.offset},
        stream_(member.stored, member.deflated ? ByteStream::Format::kDeflate : ByteStream::Format::kPlain,
                where_),
        header_(read_npy_header(stream_, where_)) {
    const uint64_t expected = header_.raw.size() + header_.content_bytes;
    check<ValueError>(member.bytes == expected, where_, ": shape ", header_.shape, " needs ", expected,
                      " bytes, the member has ", member.bytes);
  }

  std::string_view name() const {
    return std::string_view(member_.name).substr(0, member_.name.size() - kExtension.size());
  }

  EntryInfo info() const {
    return {std::string(name()), header_.dtype ? std::string(nucella::name(*header_.dtype)) : "str",
            header_.shape, header_.content_bytes,
            member_.offset + (member_.deflated ? 0 : header_.raw.size())};
  }

  NamedTensor load() {
    if (header_.dtype) return {std::string(name()), load_tensor(), {}};
    std::string utf32;
    stream_.check_possible(header_.content_bytes);
    utf32.resize(header_.content_bytes);
    read_content(std::as_writable_bytes(std::span(utf32)));
    auto text = utf8_from_utf32(as_bytes(utf32));
    check<ValueError>(text.has_value(), where_, ": the text is not valid UTF-32");
    return {std::string(name()), {}, *std::move(text)};
  }

 private:
  Tensor load_tensor() {
    stream_.check_possible(header_.content_bytes);
    Shape shape = header_.shape;
    if (header_.fortran_order) std::ranges::reverse(shape);
    const Tensor out = Tensor::empty(shape, *header_.dtype);
    read_content({out.raw_data(), header_.content_bytes});
    normalize_bools(out);
    if (!header_.fortran_order) return out;
    Shape strides = out.strides();
    std::ranges::reverse(strides);
    return out.as_strided(header_.shape, strides, 0).contiguous();
  }

  void read_content(std::span<std::byte> out) {
    stream_.read(out);
    stream_.finish();
    uLong crc = crc32_z(0, reinterpret_cast<const Bytef*>(header_.raw.data()), header_.raw.size());
    if (!out.empty()) crc = crc32_z(crc, reinterpret_cast<const Bytef*>(out.data()), out.size());
    check<ValueError>(crc == member_.crc, where_, ": the stored CRC-32 is ", member_.crc,
                      ", the content has ", crc, "; the file is damaged");
  }

  const ZipMember& member_;
  Where where_;
  ByteStream stream_;
  NpyHeader header_;
};

std::vector<ZipMember> members_of(Bytes file, std::string_view name) {
  std::vector<ZipMember> members = read_zip_directory(file, {kReader, name});
  std::unordered_set<std::string_view> seen;
  for (const ZipMember& member : members) {
    const Where where{kReader, name, member.name, member.offset};
    check<ValueError>(member.name.ends_with(kExtension), where,
                      ": the member is no array: its name must end with ", kExtension);
    check<ValueError>(seen.insert(member.name).second, where, ": the name occurs twice in the archive");
  }
  return members;
}

}  // namespace

NamedTensors read_npz(const std::string& path) {
  const MappedFile file(kReader, path);
  return read_npz(file.bytes(), path);
}

NamedTensors read_npz(Bytes file, std::string_view name) {
  NamedTensors out;
  for (const ZipMember& member : members_of(file, name)) out.push_back(Array(member, name).load());
  return out;
}

FileInfo inspect_npz(Bytes file, std::string_view name) {
  FileInfo info{"npz", file.size(), {}, {}};
  for (const ZipMember& member : members_of(file, name)) info.entries.push_back(Array(member, name).info());
  return info;
}

void write_npz(const std::string& path, const NamedTensors& entries) {
  check_entries(entries, kWriter);
  AtomicFile file(kWriter, path);
  ZipWriter zip(file);
  for (const NamedTensor& entry : entries) {
    const std::string member = entry.name + std::string(kExtension);
    if (entry.is_text()) {
      const std::string utf32 = utf32_from_utf8(entry.text);
      zip.add(member, as_bytes(make_npy_text_header(utf32.size())), as_bytes(utf32));
      continue;
    }
    entry.tensor.prepare(kWriter);
    const Tensor dense = entry.tensor.contiguous();
    zip.add(member, as_bytes(make_npy_header(dense.dtype(), dense.shape())),
            {dense.raw_data(), static_cast<size_t>(dense.nbytes())});
  }
  zip.finish();
  file.commit();
}

}  // namespace nucella::io
