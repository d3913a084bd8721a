#include "nucella/io/zip.h"

#include <zlib.h>

#include <algorithm>

#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

constexpr uint32_t kLocalHeader = 0x04034B50, kDirectoryEntry = 0x02014B50, kEnd = 0x06054B50;
constexpr uint32_t kEnd64 = 0x06064B50, kEnd64Locator = 0x07064B50;
constexpr uint64_t kLocalBytes = 30, kEntryBytes = 46, kEndBytes = 22, kEnd64Bytes = 56, kLocatorBytes = 20;
// A field that is full has its true value in a 64-bit record elsewhere.
constexpr uint32_t kFull32 = 0xFFFFFFFF, kFull16 = 0xFFFF;
constexpr uint16_t kZip64Extra = 1, kEncrypted = 1, kUtf8Name = 1 << 11, kStoredMethod = 0,
                   kDeflateMethod = 8;
constexpr uint16_t kVersion = 20, kVersion64 = 45, kFirstOf1980 = 0x21;

struct Directory {
  uint64_t count = 0;
  uint64_t bytes = 0;
  uint64_t offset = 0;
};

class DirectoryReader {
 public:
  DirectoryReader(Bytes file, const Where& where) : file_(file), where_(where) {}

  std::vector<ZipMember> run() {
    const Directory directory = find_directory();
    check<ValueError>(contains(file_, directory.offset, directory.bytes), where_,
                      ": the directory of the archive lies outside the file");
    const uint64_t end = directory.offset + directory.bytes;
    std::vector<ZipMember> members;
    uint64_t at = directory.offset;
    for (uint64_t i = 0; i < directory.count; ++i) members.push_back(read_entry(at, end));
    check<ValueError>(at == end, where_, ": the directory of the archive has ", end - at, " bytes too many");
    check_apart(directory.offset);
    return members;
  }

 private:
  template <class T>
  T field(uint64_t offset) const {
    return load<T>(file_, offset);
  }

  // A record of `bytes` bytes and the given signature lies at `at`, before `end`.
  void check_record(uint64_t at, uint64_t bytes, uint32_t signature, uint64_t end, std::string_view what) {
    where_.offset = at;
    check<ValueError>(contains(file_.first(end), at, bytes) && field<uint32_t>(at) == signature, where_,
                      ": expected ", what, " of the archive here");
  }

  uint64_t find_end() const {
    const uint64_t last = file_.size() - std::min<uint64_t>(file_.size(), kEndBytes);
    for (uint64_t comment = 0; comment <= std::min<uint64_t>(last, kFull16); ++comment) {
      const uint64_t at = last - comment;
      if (contains(file_, at, kEndBytes) && field<uint32_t>(at) == kEnd &&
          field<uint16_t>(at + 20) == comment)
        return at;
    }
    raise<ValueError>(where_, ": not a zip archive, or cut: it has no end record");
  }

  Directory find_directory() {
    const uint64_t end = find_end();
    where_.offset = end;
    Directory out{field<uint16_t>(end + 10), field<uint32_t>(end + 12), field<uint32_t>(end + 16)};
    check<ValueError>(field<uint32_t>(end + 4) == 0, where_, ": archives of several files are not supported");
    if (out.count != kFull16 && out.bytes != kFull32 && out.offset != kFull32) return out;
    check<ValueError>(end >= kLocatorBytes, where_, ": the 64-bit end record is missing");
    check_record(end - kLocatorBytes, kLocatorBytes, kEnd64Locator, end, "the 64-bit locator");
    const auto end64 = field<uint64_t>(end - kLocatorBytes + 8);
    check_record(end64, kEnd64Bytes, kEnd64, end, "the 64-bit end record");
    return {field<uint64_t>(end64 + 32), field<uint64_t>(end64 + 40), field<uint64_t>(end64 + 48)};
  }

  ZipMember read_entry(uint64_t& at, uint64_t end) {
    where_.entry = {};
    check_record(at, kEntryBytes, kDirectoryEntry, end, "an entry of the directory");
    const uint64_t name_bytes = field<uint16_t>(at + 28), extra_bytes = field<uint16_t>(at + 30);
    const uint64_t bytes = kEntryBytes + name_bytes + extra_bytes + field<uint16_t>(at + 32);
    check<ValueError>(contains(file_.first(end), at, bytes), where_, ": the entry leaves the directory");
    const std::string_view name = as_text(file_.subspan(at + kEntryBytes, name_bytes));
    where_.entry = name;
    check<ValueError>(is_utf8(name), where_, ": the name is not valid UTF-8");
    check<ValueError>((field<uint16_t>(at + 8) & kEncrypted) == 0, where_, ": the member is encrypted");
    const auto method = field<uint16_t>(at + 10);
    check<ValueError>(method == kStoredMethod || method == kDeflateMethod, where_, ": compression method ",
                      method, " is not supported");
    uint64_t sizes[] = {field<uint32_t>(at + 24), field<uint32_t>(at + 20), field<uint32_t>(at + 42)};
    widen(sizes, file_.subspan(at + kEntryBytes + name_bytes, extra_bytes));
    const auto [content_bytes, stored_bytes, header] = sizes;
    check<ValueError>(method != kStoredMethod || content_bytes == stored_bytes, where_,
                      ": a stored member must have one size, got ", content_bytes, " and ", stored_bytes);
    ZipMember member{
        std::string(name), method == kDeflateMethod, field<uint32_t>(at + 16), content_bytes, 0, {}};
    locate(member, header, stored_bytes);
    at += bytes;
    return member;
  }

  // Replaces the full ones among size, stored size and offset by the values of the 64-bit extra field.
  void widen(std::span<uint64_t, 3> sizes, Bytes extra) const {
    while (extra.size() >= 4) {
      const auto id = load<uint16_t>(extra, 0);
      const uint64_t bytes = load<uint16_t>(extra, 2);
      check<ValueError>(contains(extra, 4, bytes), where_, ": an extra field leaves the entry");
      Bytes values = extra.subspan(4, bytes);
      extra = extra.subspan(4 + bytes);
      if (id != kZip64Extra) continue;
      for (uint64_t& size : sizes) {
        if (size != kFull32) continue;
        check<ValueError>(values.size() >= 8, where_, ": the 64-bit extra field is too short");
        size = load<uint64_t>(values, 0);
        values = values.subspan(8);
      }
      return;
    }
  }

  void locate(ZipMember& member, uint64_t header, uint64_t stored_bytes) {
    check_record(header, kLocalBytes, kLocalHeader, file_.size(), "the header of a member");
    const uint64_t name_bytes = field<uint16_t>(header + 26);
    member.offset = header + kLocalBytes + name_bytes + field<uint16_t>(header + 28);
    check<ValueError>(contains(file_, member.offset, stored_bytes), where_, ": the member has ", stored_bytes,
                      " bytes, the file ends before");
    check<ValueError>(as_text(file_.subspan(header + kLocalBytes, name_bytes)) == member.name, where_,
                      ": the member has another name than its entry in the directory");
    member.stored = file_.subspan(member.offset, stored_bytes);
    extents_.push_back({header, member.offset + stored_bytes});
  }

  // Members that share bytes are how small archives claim huge contents.
  void check_apart(uint64_t directory) {
    std::ranges::sort(extents_);
    where_.entry = {};
    for (size_t i = 0; i < extents_.size(); ++i) {
      const uint64_t next = i + 1 < extents_.size() ? extents_[i + 1].first : directory;
      where_.offset = extents_[i].first;
      check<ValueError>(extents_[i].second <= next, where_, ": the member overlaps what follows at offset ",
                        next);
    }
  }

  Bytes file_;
  Where where_;
  std::vector<std::pair<uint64_t, uint64_t>> extents_;  // of the members, headers included
};

// A record of little-endian fields under construction.
class Record {
 public:
  template <class... T>
  explicit Record(T... fields) {
    (add(fields), ...);
  }
  template <class T>
  void add(T field) {
    text_.append(reinterpret_cast<const char*>(&field), sizeof(field));
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

uint32_t narrow(uint64_t value) { return static_cast<uint32_t>(std::min<uint64_t>(value, kFull32)); }

// The 64-bit extra field for those of `sizes` that do not fit into 32 bits; empty when all do.
std::string extra_field(std::initializer_list<uint64_t> sizes) {
  Record values;
  for (uint64_t size : sizes)
    if (size >= kFull32) values.add(size);
  if (values.text().empty()) return {};
  return Record(kZip64Extra, static_cast<uint16_t>(values.text().size())).text() + values.text();
}

uint16_t version_for(const std::string& extra) { return extra.empty() ? kVersion : kVersion64; }

}  // namespace

std::vector<ZipMember> read_zip_directory(Bytes file, Where where) {
  return DirectoryReader(file, where).run();
}

void ZipWriter::add(const std::string& name, Bytes head, Bytes body) {
  check<ValueError>(name.size() < kFull16, "ZipWriter: the name ", in_quotes(name.substr(0, 60)),
                    "... is too long");
  uLong crc = 0;
  for (Bytes part : {head, body})
    if (!part.empty()) crc = crc32_z(crc, reinterpret_cast<const Bytef*>(part.data()), part.size());
  const Member member{name, static_cast<uint32_t>(crc), head.size() + body.size(), file_.position()};
  // The local header has either none or both of the sizes in its extra field.
  const bool large = member.bytes >= kFull32;
  const std::string extra = large ? extra_field({member.bytes, member.bytes}) : "";
  file_.write(Record(kLocalHeader, version_for(extra), kUtf8Name, kStoredMethod, uint16_t{0}, kFirstOf1980,
                     member.crc, narrow(member.bytes), narrow(member.bytes),
                     static_cast<uint16_t>(name.size()), static_cast<uint16_t>(extra.size()))
                  .text() +
              name + extra);
  file_.write(head);
  file_.write(body);
  members_.push_back(member);
}

void ZipWriter::add_directory_entry(const Member& member) {
  const std::string extra = extra_field({member.bytes, member.bytes, member.header_offset});
  constexpr uint16_t kNoComment = 0, kFirstDisk = 0, kNoAttributes = 0;
  file_.write(Record(kDirectoryEntry, version_for(extra), version_for(extra), kUtf8Name, kStoredMethod,
                     uint16_t{0}, kFirstOf1980, member.crc, narrow(member.bytes), narrow(member.bytes),
                     static_cast<uint16_t>(member.name.size()), static_cast<uint16_t>(extra.size()),
                     kNoComment, kFirstDisk, kNoAttributes, uint32_t{0}, narrow(member.header_offset))
                  .text() +
              member.name + extra);
}

void ZipWriter::finish() {
  const uint64_t offset = file_.position(), count = members_.size();
  for (const Member& member : members_) add_directory_entry(member);
  const uint64_t end = file_.position(), bytes = end - offset;
  if (count >= kFull16 || offset >= kFull32 || bytes >= kFull32) {
    file_.write(
        Record(kEnd64, kEnd64Bytes - 12, kVersion64, kVersion64, uint64_t{0}, count, count, bytes, offset)
            .text());
    file_.write(Record(kEnd64Locator, uint32_t{0}, end, uint32_t{1}).text());
  }
  const auto short_count = static_cast<uint16_t>(std::min<uint64_t>(count, kFull16));
  file_.write(
      Record(kEnd, uint32_t{0}, short_count, short_count, narrow(bytes), narrow(offset), uint16_t{0}).text());
}

}  // namespace nucella::io
