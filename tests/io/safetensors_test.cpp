#include "nucella/io/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::expect_equal;
using test::one_of_each;
using test::read_file;
using test::TempDir;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string with_header(const std::string& header, const std::string& content = "") {
  const uint64_t bytes = header.size();
  return std::string(reinterpret_cast<const char*>(&bytes), 8) + header + content;
}

NamedTensors read(std::string_view file) { return read_safetensors(as_bytes(file), "net.safetensors"); }
#define EXPECT_REFUSED(file, text) \
  EXPECT_THAT([&] { read(file); }, ThrowsMessage<ValueError>(HasSubstr(text)))
// One entry "w" with 4 bytes of content behind it.
#define EXPECT_ENTRY_REFUSED(entry, text) EXPECT_REFUSED(with_header("{\"w\":" entry "}", "1234"), text)

TEST(Safetensors, EveryDTypeComesBackSortedByName) {
  const TempDir dir;
  NamedTensors entries = one_of_each();
  write_safetensors(dir / "a.safetensors", entries);
  std::ranges::sort(entries, {}, &NamedTensor::name);
  expect_equal(read_safetensors(dir / "a.safetensors"), entries);
}

TEST(Safetensors, AnEmptyFileIsWhatMindSporeWrites) {
  const TempDir dir;
  write_safetensors(dir / "a.safetensors", {});
  EXPECT_EQ(read_file(dir / "a.safetensors"), with_header("{}      "));
  EXPECT_TRUE(read_safetensors(dir / "a.safetensors").empty());
}

TEST(Safetensors, StridedTensorsAreWrittenRowMajor) {
  const TempDir dir;
  const Tensor rows = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
  const NamedTensors columns = {{"columns", rows.as_strided({3, 2}, {1, 3}, 0), {}}};
  write_safetensors(dir / "a.safetensors", columns, {.crc_check = true});
  const NamedTensors back = read_safetensors(dir / "a.safetensors", {.crc_check = true});
  EXPECT_EQ(back[0].tensor.to_vector<float>(), (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(Safetensors, NamesThatJsonMustEscapeComeBack) {
  const TempDir dir;
  NamedTensors entries;
  for (const char* name : {"", "a\"b", "back\\slash", "line\nbreak", "größe", "\x01"})
    entries.push_back({name, scalar(1), {}});
  std::ranges::sort(entries, {}, &NamedTensor::name);
  write_safetensors(dir / "a.safetensors", entries);
  expect_equal(read_safetensors(dir / "a.safetensors"), entries);
}

TEST(Safetensors, TheChecksumFindsAChangedBit) {
  const TempDir dir;
  write_safetensors(dir / "a.safetensors", one_of_each(), {.crc_check = true});
  std::string file = read_file(dir / "a.safetensors");
  read_safetensors(as_bytes(file), "a", {.crc_check = true});
  file.back() = static_cast<char>(file.back() ^ 1);
  EXPECT_EQ(read(file).size(), one_of_each().size());
  EXPECT_THROW(read_safetensors(as_bytes(file), "a", {.crc_check = true}), ValueError);
}

TEST(Safetensors, AMissingChecksumIsOnlyAWarning) {
  std::string warning;
  const std::string file = with_header("{}");
  read_safetensors(as_bytes(file), "a",
                   {.crc_check = true, .warn = [&](const auto& text) { warning = text; }});
  EXPECT_EQ(warning, "read_safetensors: 'a' has no checksum to verify");
}

TEST(Safetensors, WriteRefusesWhatTheFormatCannotHold) {
  const TempDir dir;
  const auto write = [&](const NamedTensors& entries) { write_safetensors(dir / "a.safetensors", entries); };
  EXPECT_THAT(
      [&] {
        write({{"note", {}, "text"}});
      },
      ThrowsMessage<ValueError>(HasSubstr("'note' is a text")));
  EXPECT_THROW(write({{"__metadata__", scalar(1), {}}}), ValueError);
  EXPECT_THROW(write({{"w", scalar(1), {}}, {"w", scalar(1), {}}}), ValueError);
  EXPECT_THROW(write({{"\xFF", scalar(1), {}}}), ValueError);
  EXPECT_EQ(dir.count(), 0);
}

TEST(Safetensors, InspectTellsOffsetsAndMetadata) {
  const std::string file =
      with_header(R"({"__metadata__":{"format":"ms"},"b":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},)"
                  R"("a":{"dtype":"BOOL","shape":[],"data_offsets":[4,5]}})",
                  "12345");
  const FileInfo info = inspect_safetensors(as_bytes(file), "x");
  ASSERT_EQ(info.entries.size(), 2u);
  EXPECT_EQ(info.metadata.at("format"), "ms");
  EXPECT_EQ(info.entries[0].name, "a");
  EXPECT_EQ(info.entries[0].dtype, "Bool");
  EXPECT_EQ(info.entries[0].bytes, 1u);
  EXPECT_EQ(info.entries[1].offset, file.size() - 5);
  EXPECT_EQ(info.entries[1].shape, Shape{2});
}

TEST(SafetensorsAttack, FileShorterThanTheLength) {
  EXPECT_REFUSED("", "the file has 0");
  EXPECT_REFUSED("1234567", "the file has 7");
}
TEST(SafetensorsAttack, HeaderLongerThanFile) {
  EXPECT_REFUSED(with_header("{}").substr(0, 9), "the header has 2 bytes, the file only 9");
  EXPECT_REFUSED(std::string(8, '\xFF'), "at most 100000000 bytes");
}
TEST(SafetensorsAttack, HeaderIsNoObject) {
  EXPECT_REFUSED(with_header(""), "must start with '{'");
  EXPECT_REFUSED(with_header(" {}"), "must start with '{'");
  EXPECT_REFUSED(with_header("[]"), "must start with '{'");
}
TEST(SafetensorsAttack, BrokenJson) {
  EXPECT_REFUSED(with_header("{"), "not valid JSON at its byte");
  EXPECT_REFUSED(with_header("{}{}"), "not valid JSON");
  EXPECT_REFUSED(with_header("{\"\xFF\":{}}"), "not valid JSON");
  EXPECT_REFUSED(with_header("{\"w\":{\"dtype\":\"U8\""), "not valid JSON");
}
TEST(SafetensorsAttack, DeepNesting) {
  EXPECT_REFUSED(with_header("{\"w\":" + std::string(1'000'000, '[')), "has an array");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"w\":";
  EXPECT_REFUSED(with_header(objects), "expected dtype, shape and data_offsets, got 'w'");
}
TEST(SafetensorsAttack, Hole) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[2],"data_offsets":[2,4]})",
                       "must start at data offset 0, got 2 (a hole)");
}
TEST(SafetensorsAttack, OverlappingTensors) {
  EXPECT_REFUSED(with_header(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                             R"("b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                             "1234"),
                 "entry 'b'");
  EXPECT_REFUSED(with_header(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                             R"("b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
                             "1234"),
                 "(an overlap)");
}
TEST(SafetensorsAttack, OffsetsBeyondTheFile) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[5],"data_offsets":[0,5]})",
                       "the file has 4 bytes of content");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551615]})",
                       "4 bytes of content");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551616]})",
                       "whole numbers");
}
TEST(SafetensorsAttack, OffsetsBackwards) {
  EXPECT_REFUSED(with_header(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                             R"("b":{"dtype":"U8","shape":[0],"data_offsets":[4,3]}})",
                             "1234"),
                 "the content ends at data offset 3");
}
TEST(SafetensorsAttack, BytesAfterTheLastTensor) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[3],"data_offsets":[0,3]})",
                       "1 bytes before the end of the file");
}
TEST(SafetensorsAttack, ShapeOfAnotherSize) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})",
                       "shape (2,) of Float32 needs 8 bytes, data_offsets give 4");
}
TEST(SafetensorsAttack, SizeOverflow) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]})",
                       "does not fit into 64 bits");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4294967296,4294967296,4],"data_offsets":[0,4]})",
                       "does not fit into 64 bits");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]})",
                       "does not fit into 63 bits");
}
TEST(SafetensorsAttack, NegativeDims) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[-2,-2],"data_offsets":[0,4]})",
                       "numbers >= 0 in the header, got -2");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4],"data_offsets":[-1,4]})", "got -1");
}
TEST(SafetensorsAttack, FractionalDims) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4.0],"data_offsets":[0,4]})",
                       "whole numbers in the header, got 4.0");
}
TEST(SafetensorsAttack, TooManyDims) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]})",
                       "at most 8 dims");
}
TEST(SafetensorsAttack, UnknownDType) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]})",
                       "entry 'w' at offset 8: the dtype 'F8_E4M3' is not supported");
}
TEST(SafetensorsAttack, QuantisedInt4) {
  EXPECT_REFUSED(
      with_header(R"({"__metadata__":{"w":"Int4"},"w":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}})",
                  "1234"),
      "'Int4' is not supported");
}
TEST(SafetensorsAttack, NameTwice) {
  EXPECT_REFUSED(with_header(R"({"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                             R"("w":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                             "1234"),
                 "entry 'w' at offset 115: the name occurs twice");
}
TEST(SafetensorsAttack, FieldTwiceMissingOrUnknown) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]})",
                       "'dtype' occurs twice");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]})",
                       "'shape' occurs twice");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4],"data_offsets":[0,4]})",
                       "occurs twice");
  EXPECT_ENTRY_REFUSED(R"({"shape":[4],"data_offsets":[0,4]})", "got less");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","data_offsets":[0,4]})", "got less");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4]})", "got less");
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1})", "got 'more'");
}
TEST(SafetensorsAttack, ThreeOffsets) {
  EXPECT_ENTRY_REFUSED(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4,4]})",
                       "expected 2 data_offsets, got more");
}
TEST(SafetensorsAttack, ValuesOfOtherKinds) {
  EXPECT_ENTRY_REFUSED("1", "has a number");
  EXPECT_ENTRY_REFUSED("[]", "has an array");
  EXPECT_ENTRY_REFUSED("null", "has null");
  EXPECT_ENTRY_REFUSED("\"text\"", "has a text");
  EXPECT_ENTRY_REFUSED(R"({"dtype":7})", "has a number");
  EXPECT_ENTRY_REFUSED(R"({"dtype":["U8"]})", "has an array");
  EXPECT_ENTRY_REFUSED(R"({"shape":4})", "has a number");
  EXPECT_ENTRY_REFUSED(R"({"shape":[[4]]})", "has an array");
  EXPECT_ENTRY_REFUSED(R"({"shape":["4"]})", "has a text");
  EXPECT_ENTRY_REFUSED(R"({"shape":[true]})", "has true or false");
  EXPECT_ENTRY_REFUSED(R"({"shape":{"a":1}})", "has an object");
}
TEST(SafetensorsAttack, MetadataThatIsNoText) {
  EXPECT_REFUSED(with_header(R"({"__metadata__":{"a":1}})"), "has a number");
  EXPECT_REFUSED(with_header(R"({"__metadata__":{"a":{"b":"c"}}})"), "has an object");
  EXPECT_REFUSED(with_header(R"({"__metadata__":"a"})"), "has a text");
  EXPECT_REFUSED(with_header(R"({"__metadata__":{"a":"b","a":"c"}})"), "'a' occurs twice in the metadata");
  EXPECT_REFUSED(with_header(R"({"__metadata__":{},"__metadata__":{}})"), "occurs twice in the header");
}

}  // namespace
}  // namespace nucella::io
