#include "nucella/io/ckpt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <protozero/pbf_writer.hpp>

#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using protozero::pbf_writer;
using test::expect_equal;
using test::one_of_each;
using test::read_file;
using test::TempDir;
using testing::HasSubstr;
using testing::ThrowsMessage;

// One record of a .ckpt; every part can be replaced by something unexpected.
struct Record {
  std::string tag = "w";
  std::vector<int64_t> dims = {2};
  std::string type = "Float32";
  std::string content = std::string(8, '\1');

  std::string tensor() const {
    std::string out;
    pbf_writer writer(out);
    for (int64_t dim : dims) writer.add_int64(1, dim);
    writer.add_string(2, type);
    writer.add_bytes(3, content);
    return out;
  }
  static std::string wrap(const std::string& value) {
    std::string out;
    pbf_writer(out).add_message(1, value);
    return out;
  }
  std::string value() const {
    std::string out;
    pbf_writer writer(out);
    writer.add_string(1, tag);
    writer.add_message(2, tensor());
    return out;
  }
  std::string bytes() const { return wrap(value()); }
};

NamedTensors read(std::string_view file) { return read_ckpt(as_bytes(file), "net.ckpt"); }
auto fails_with(const std::string& text) { return ThrowsMessage<ValueError>(HasSubstr(text)); }
#define EXPECT_REFUSED(file, text) EXPECT_THAT([&] { read(file); }, fails_with(text))

TEST(Ckpt, EveryDTypeTextAndEmptyTensorComesBack) {
  const TempDir dir;
  NamedTensors entries = one_of_each();
  entries.push_back({"note", {}, "größer als 1 €: 𝛑"});
  entries.push_back({"nothing", {}, ""});
  write_ckpt(dir / "a.ckpt", entries);
  expect_equal(read_ckpt(dir / "a.ckpt"), entries);
}

TEST(Ckpt, AnEmptyFileHasNoEntries) {
  const TempDir dir;
  write_ckpt(dir / "a.ckpt", {});
  EXPECT_EQ(read_file(dir / "a.ckpt"), "");
  EXPECT_TRUE(read_ckpt(dir / "a.ckpt").empty());
}

TEST(Ckpt, StridedTensorsAreWrittenRowMajor) {
  const TempDir dir;
  const Tensor rows = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
  write_ckpt(dir / "a.ckpt", {{"columns", rows.as_strided({3, 2}, {1, 3}, 0), {}}});
  const Tensor back = read_ckpt(dir / "a.ckpt")[0].tensor;
  EXPECT_EQ(back.shape(), Shape({3, 2}));
  EXPECT_EQ(back.to_vector<float>(), (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(Ckpt, EveryContentStartsOnA64ByteBoundary) {
  const TempDir dir;
  NamedTensors entries = one_of_each();
  // Names of all lengths: padding must hold where the length fields grow by a byte.
  for (int i = 1; i < 200; ++i) entries.push_back({std::string(i, 'n'), full({i}, i), {}});
  write_ckpt(dir / "a.ckpt", entries);
  const std::string file = read_file(dir / "a.ckpt");
  for (const EntryInfo& entry : inspect_ckpt(as_bytes(file), "a.ckpt").entries)
    EXPECT_EQ(entry.offset % 64, 0u) << entry.name;
  expect_equal(read(file), entries);
}

TEST(Ckpt, LargeContentsAreCutIntoPiecesAndJoinedAgain) {
  const TempDir dir;
  NamedTensors entries = one_of_each();
  entries.push_back({"note", {}, "cut in the middle"});
  write_ckpt(dir / "a.ckpt", entries, {.piece_bytes = 8});
  expect_equal(read_ckpt(dir / "a.ckpt"), entries);
}

TEST(Ckpt, PiecesThatMindSporeSplitsAlongTheFirstAxisAreJoined) {
  const Record first{"w", {3}, "Int8", "ab"}, second{"w", {3}, "Int8", "c"};
  EXPECT_EQ(read(first.bytes() + second.bytes())[0].tensor.to_vector<int>(),
            (std::vector<int>{'a', 'b', 'c'}));
}

TEST(Ckpt, ScalarsWithoutDimsAndWithTheOldDims) {
  for (const std::vector<int64_t>& dims : {std::vector<int64_t>{}, std::vector<int64_t>{0}}) {
    const Tensor scalar = read(Record{"s", dims, "Int32", std::string("\7\0\0\0", 4)}.bytes())[0].tensor;
    EXPECT_EQ(scalar.shape(), Shape{});
    EXPECT_EQ(scalar.item<int>(), 7);
  }
  EXPECT_EQ(read(Record{"s", {1}, "Int8", "\7"}.bytes())[0].tensor.shape(), Shape{1});
  EXPECT_EQ(read(Record{"s", {0}, "Int8", ""}.bytes())[0].tensor.shape(), Shape{0});
}

TEST(Ckpt, UnknownFieldsAreSkipped) {
  std::string tensor = Record{}.tensor();
  pbf_writer(tensor).add_bytes(15, "padding");
  pbf_writer(tensor).add_fixed64(9, 1);
  std::string value;
  pbf_writer writer(value);
  writer.add_string(1, "w");
  writer.add_uint32(7, 5);
  writer.add_message(2, tensor);
  std::string file = Record::wrap(value);
  pbf_writer(file).add_string(3, "a later version's field");
  EXPECT_EQ(read(file)[0].tensor.shape(), Shape{2});
}

TEST(Ckpt, PackedDimsAreRead) {
  std::string tensor, value;
  pbf_writer writer(tensor);
  const int64_t dims[] = {1, 2};
  writer.add_packed_int64(1, std::begin(dims), std::end(dims));
  writer.add_string(2, "Int8");
  writer.add_bytes(3, "ab");
  pbf_writer(value).add_string(1, "w");
  pbf_writer(value).add_message(2, tensor);
  EXPECT_EQ(read(Record::wrap(value))[0].tensor.shape(), Shape({1, 2}));
}

TEST(Ckpt, TheStateOfOldRandomOpsIsIgnored) {
  const NamedTensors entries = read(Record{}.bytes() + Record{"random_op", {}, "random_op", "state"}.bytes());
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, "w");
}

TEST(Ckpt, TheChecksumIsWrittenStrippedAndVerified) {
  const TempDir dir;
  const NamedTensors entries = one_of_each();
  write_ckpt(dir / "a.ckpt", entries, {.crc_check = true});
  std::string file = read_file(dir / "a.ckpt");
  expect_equal(read_ckpt(as_bytes(file), "a", {.crc_check = true}), entries);
  const FileInfo info = inspect_ckpt(as_bytes(file), "a");
  EXPECT_EQ(info.metadata.count("crc_num"), 1u);
  char& byte = file[info.entries[0].offset];
  byte = static_cast<char>(byte ^ 1);
  EXPECT_EQ(read(file).size(), entries.size());
  EXPECT_THAT([&] { read_ckpt(as_bytes(file), "a.ckpt", {.crc_check = true}); },
              fails_with("read_ckpt: 'a.ckpt' at offset"));
}

TEST(Ckpt, AMissingChecksumIsOnlyAWarning) {
  std::vector<std::string> warnings;
  const std::string file = Record{}.bytes();
  read_ckpt(as_bytes(file), "a.ckpt",
            {.crc_check = true, .warn = [&](const auto& w) { warnings.push_back(w); }});
  EXPECT_THAT(warnings, testing::ElementsAre("read_ckpt: 'a.ckpt' has no checksum to verify"));
}

TEST(Ckpt, InspectTellsWhatReadingGives) {
  const TempDir dir;
  NamedTensors entries = one_of_each();
  entries.push_back({"note", {}, "π"});
  write_ckpt(dir / "a.ckpt", entries);
  const std::string file = read_file(dir / "a.ckpt");
  const FileInfo info = inspect_ckpt(as_bytes(file), "a.ckpt");
  EXPECT_EQ(info.format, "ckpt");
  EXPECT_EQ(info.file_bytes, file.size());
  ASSERT_EQ(info.entries.size(), entries.size());
  for (size_t i = 0; i + 1 < entries.size(); ++i) {
    const EntryInfo& entry = info.entries[i];
    EXPECT_EQ(entry.name, entries[i].name);
    EXPECT_EQ(entry.dtype, name(entries[i].tensor.dtype()));
    EXPECT_EQ(entry.shape, entries[i].tensor.shape());
    EXPECT_EQ(file.substr(entry.offset, entry.bytes), test::content_of(entries[i].tensor));
  }
  EXPECT_EQ(info.entries.back().dtype, "str");
  EXPECT_EQ(info.entries.back().bytes, 4u);
}

TEST(Ckpt, WriteRefusesDoubledNamesAndLeavesTheOldFile) {
  const TempDir dir;
  write_ckpt(dir / "a.ckpt", one_of_each());
  const std::string before = read_file(dir / "a.ckpt");
  const NamedTensors doubled = {{"w", scalar(1), {}}, {"w", scalar(2), {}}};
  EXPECT_THAT([&] { write_ckpt(dir / "a.ckpt", doubled); }, fails_with("the name 'w' occurs twice"));
  const NamedTensors without_data = {{"w", scalar(1), {}}, {"v", Tensor::placeholder({2}, float32), {}}};
  EXPECT_THROW(write_ckpt(dir / "a.ckpt", without_data), RuntimeError);
  EXPECT_EQ(read_file(dir / "a.ckpt"), before);
  EXPECT_EQ(dir.count(), 1);
}

TEST(Ckpt, AMissingFileIsNotFound) {
  EXPECT_THAT([] { read_ckpt("/nowhere/a.ckpt"); },
              ThrowsMessage<FileNotFoundError>(HasSubstr("/nowhere/a.ckpt")));
  EXPECT_THROW(read_ckpt("/"), IsADirectoryError);
}

TEST(CkptAttack, ContentShorterThanDims) {
  EXPECT_REFUSED(
      (Record{"fc.weight", {3}, "Float32", "12345678"}.bytes()),
      "read_ckpt: 'net.ckpt', entry 'fc.weight' at offset 28: shape (3,) of Float32 needs 12 bytes, the "
      "content has 8");
}
TEST(CkptAttack, ContentLongerThanDims) {
  EXPECT_REFUSED((Record{"w", {1}, "Float32", "12345678"}.bytes()), "needs 4 bytes, the content has 8");
}
TEST(CkptAttack, DimsOverflow) {
  EXPECT_REFUSED((Record{"w", {1LL << 62, 1LL << 62}, "Float32", ""}.bytes()), "does not fit into 64 bits");
  EXPECT_REFUSED((Record{"w", {1LL << 32, 1LL << 32, 0}, "Int8", ""}.bytes()), "does not fit into 64 bits");
  EXPECT_REFUSED((Record{"w", {1LL << 61}, "Float64", ""}.bytes()), "does not fit into 64 bits");
}
TEST(CkptAttack, DimsLargerThanMemory) {
  EXPECT_REFUSED((Record{"w", {1LL << 60}, "Int8", "a"}.bytes()), "the content has 1");
}
TEST(CkptAttack, NegativeDims) {
  EXPECT_REFUSED((Record{"w", {-2, -4}}.bytes()), "expected dims >= 0, got -2");
}
TEST(CkptAttack, TooManyDims) {
  EXPECT_REFUSED((Record{"w", {1, 1, 1, 1, 1, 1, 1, 1, 2}}.bytes()), "at most 8 dims");
}
TEST(CkptAttack, UnknownType) {
  EXPECT_REFUSED((Record{"w", {2}, "Float8"}.bytes()), "'Float8' is not supported");
}
TEST(CkptAttack, TypeInOtherSpelling) {
  EXPECT_REFUSED((Record{"w", {2}, "float32"}.bytes()), "not supported");
}
TEST(CkptAttack, PiecesOfDifferentShape) {
  EXPECT_REFUSED((Record{"w", {3}, "Int8", "ab"}.bytes() + Record{"w", {1}, "Int8", "c"}.bytes()),
                 "a further piece is 'Int8'(1,), expected 'Int8'(3,)");
}
TEST(CkptAttack, OnePieceTooMany) {
  EXPECT_REFUSED((Record{}.bytes() + Record{}.bytes()), "needs 8 bytes, the content has 16");
}
TEST(CkptAttack, NameTwice) {
  EXPECT_REFUSED((Record{"a"}.bytes() + Record{"b"}.bytes() + Record{"a"}.bytes()), "entry 'a' at offset");
}
TEST(CkptAttack, NameIsNoUtf8) {
  EXPECT_REFUSED((Record{"a\xFF"}.bytes()), "entry 'a\\xFF' at offset 0: the name is not valid UTF-8");
}
TEST(CkptAttack, NameWithControlCharacters) {
  EXPECT_REFUSED((Record{std::string("\0\x1B", 2), {3}}.bytes()), "entry '\\x00\\x1B' at offset");
}
TEST(CkptAttack, TextIsNoUtf32) {
  EXPECT_REFUSED((Record{"t", {0}, "str", "abc"}.bytes()), "4 bytes per character");
  EXPECT_REFUSED((Record{"t", {0}, "str", std::string("\0\xD8\0\0", 4)}.bytes()), "not valid UTF-32");
}
TEST(CkptAttack, RecordWithoutParts) {
  std::string tag_only, tensor_only;
  pbf_writer(tag_only).add_string(1, "w");
  pbf_writer(tensor_only).add_message(2, Record{}.tensor());
  EXPECT_REFUSED(Record::wrap(tag_only), "lacks its name or its tensor");
  EXPECT_REFUSED(Record::wrap(tensor_only), "lacks its name or its tensor");
  pbf_writer(tag_only).add_message(2, std::string());
  EXPECT_REFUSED(Record::wrap(tag_only), "lacks its type or its content");
}
TEST(CkptAttack, TwoTensorsInOneRecord) {
  std::string value = Record{}.value();
  pbf_writer(value).add_message(2, Record{}.tensor());
  EXPECT_REFUSED(Record::wrap(value), "two tensors");
}
TEST(CkptAttack, HashMapParameter) {
  std::string value;
  pbf_writer(value).add_string(1, "w");
  pbf_writer(value).add_message(3, std::string());
  EXPECT_REFUSED(Record::wrap(value), "hash-map parameters are not supported");
}
TEST(CkptAttack, RecordLongerThanFile) {
  EXPECT_REFUSED((Record{}.bytes().substr(0, 20)), "damaged record");
  EXPECT_REFUSED("\x0A\xFF\xFF\xFF\xFF\x0F", "at offset 0: damaged record");
  EXPECT_REFUSED("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "damaged record");
}
TEST(CkptAttack, EncryptedFile) {
  EXPECT_REFUSED("\xD8\x5E\x3A\x7F rest", "encrypted (AES-GCM)");
  EXPECT_REFUSED("\xD9\x5E\x3A\x7F rest", "encrypted (AES-CBC)");
  EXPECT_REFUSED("\xDA\x5E\x3A\x7F rest", "encrypted (SM4-CBC)");
}
TEST(CkptAttack, BoolsThatAreNeitherTrueNorFalse) {
  EXPECT_EQ(read(Record{"b", {3}, "Bool", std::string("\0\1\7", 3)}.bytes())[0].tensor.to_vector<int>(),
            (std::vector<int>{0, 1, 1}));
}

}  // namespace
}  // namespace nucella::io
