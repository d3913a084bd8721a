#include "nucella/io/npz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::expect_equal;
using test::golden;
using test::one_of_each;
using test::read_file;
using test::TempDir;
using testing::HasSubstr;
using testing::ThrowsMessage;

NamedTensors read(std::string_view file) { return read_npz(as_bytes(file), "net.npz"); }
#define EXPECT_REFUSED(file, text) \
  EXPECT_THAT([&] { read(file); }, ThrowsMessage<ValueError>(HasSubstr(text)))

template <class T>
std::string number(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}
uint32_t crc_of(const std::string& bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// An archive of one member; every field can be replaced by something unexpected.
struct Zip {
  std::string content;
  std::string name = "w.npy";
  std::string local_name = name;
  uint16_t flags = 0;
  uint16_t method = 0;
  std::string stored = content;
  uint32_t crc = crc_of(content);
  uint32_t bytes = static_cast<uint32_t>(content.size());
  uint32_t stored_bytes = static_cast<uint32_t>(stored.size());
  uint32_t header_offset = 0;
  std::string extra = {};
  int entries = 1;

  std::string sizes() const { return number(crc) + number(stored_bytes) + number(bytes); }
  std::string text() const {
    const std::string local = "PK\3\4" + number<uint16_t>(20) + number(flags) + number(method) + number(0) +
                              sizes() + number(static_cast<uint16_t>(local_name.size())) +
                              number<uint16_t>(0) + local_name;
    std::string directory;
    for (int i = 0; i < entries; ++i)
      directory += "PK\1\2" + number<uint32_t>(0) + number(flags) + number(method) + number(0) + sizes() +
                   number(static_cast<uint16_t>(name.size())) + number(static_cast<uint16_t>(extra.size())) +
                   std::string(10, '\0') + number(header_offset) + name + extra;
    const auto count = static_cast<uint16_t>(entries);
    return local + stored + directory + "PK\5\6" + number<uint32_t>(0) + number(count) + number(count) +
           number(static_cast<uint32_t>(directory.size())) +
           number(static_cast<uint32_t>(local.size() + stored.size())) + number<uint16_t>(0);
  }
};

std::string npy(const std::string& dict, const std::string& content, char version = 1) {
  const std::string length =
      version == 1 ? number(static_cast<uint16_t>(dict.size())) : number(static_cast<uint32_t>(dict.size()));
  return std::string("\x93NUMPY") + version + '\0' + length + dict + content;
}
std::string array_zip(const std::string& dict, const std::string& content, char version = 1) {
  return Zip{npy(dict, content, version)}.text();
}
const std::string kThreeBytes = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }";

std::string deflate_raw(const std::string& content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Npz, EveryDTypeAndTextComesBack) {
  const TempDir dir;
  NamedTensors entries = one_of_each();
  entries.push_back({"note", {}, "größer als 1 €: 𝛑"});
  entries.push_back({"nothing", {}, ""});
  entries.push_back({"größe", scalar(1), {}});
  write_npz(dir / "a.npz", entries);
  expect_equal(read_npz(dir / "a.npz"), entries);
  write_npz(dir / "empty.npz", {});
  EXPECT_TRUE(read_npz(dir / "empty.npz").empty());
}

TEST(Npz, WhatNumPyWroteStoredAndCompressed) {
  for (const char* file : {"numpy.npz", "numpy_compressed.npz"}) {
    SCOPED_TRACE(file);
    std::map<std::string, NamedTensor> found;
    for (const NamedTensor& entry : read_npz(golden(file))) found[entry.name] = entry;
    for (int i = 0; i < kDTypeCount; ++i) {
      const auto dtype = static_cast<DType>(i);
      if (dtype == bfloat16) continue;
      const Tensor tensor = found[std::string(name(dtype))].tensor;
      ASSERT_TRUE(tensor.defined()) << name(dtype);
      EXPECT_EQ(tensor.dtype(), dtype);
      EXPECT_EQ(tensor.shape(), Shape({2, 3}));
      EXPECT_EQ(tensor.to_vector<int>(),
                dtype == bool_ ? (std::vector<int>{0, 1, 1, 1, 1, 1}) : (std::vector<int>{0, 1, 2, 3, 4, 5}));
    }
    EXPECT_EQ(found["scalar"].tensor.item<float>(), 2.5f);
    EXPECT_EQ(found["scalar"].tensor.shape(), Shape{});
    EXPECT_EQ(found["empty"].tensor.shape(), Shape({0, 4}));
    EXPECT_EQ(found["note"].text, "hello π");
    EXPECT_EQ(found["größe"].tensor.to_vector<int>(), (std::vector<int>{0, 1, 2}));
    const Tensor columns = found["columns"].tensor;  // in Fortran's order
    EXPECT_EQ(columns.shape(), Shape({2, 3, 4}));
    EXPECT_TRUE(columns.is_contiguous());
    EXPECT_EQ(columns.to_vector<float>(), arange(0, 24, 1, float32).to_vector<float>());
  }
}

TEST(Npz, OurArraysAreByteForByteThoseOfNumPy) {
  const TempDir dir;
  NamedTensors entries = read_npz(golden("numpy.npz"));
  std::erase_if(entries, [](const NamedTensor& entry) { return entry.name == "columns"; });
  write_npz(dir / "a.npz", entries);
  const std::string ours = read_file(dir / "a.npz"), theirs = read_file(golden("numpy.npz"));
  const FileInfo info = inspect_npz(as_bytes(ours), "a"), expected = inspect_npz(as_bytes(theirs), "b");
  size_t i = 0;
  for (const EntryInfo& entry : expected.entries) {
    if (entry.name == "columns") continue;
    EXPECT_EQ(info.entries[i].name, entry.name);
    const auto array = [](const std::string& file, const EntryInfo& e) {
      return file.substr(e.offset - 128, 128 + e.bytes);  // NumPy's headers of small arrays have 128 bytes
    };
    EXPECT_EQ(array(ours, info.entries[i]), array(theirs, entry)) << entry.name;
    ++i;
  }
  EXPECT_EQ(i, 16u);
}

TEST(Npz, InspectTellsWhatReadingGives) {
  const std::string file = read_file(golden("numpy_compressed.npz"));
  const FileInfo info = inspect_npz(as_bytes(file), "x");
  EXPECT_EQ(info.format, "npz");
  EXPECT_EQ(info.entries[0].name, "Bool");
  EXPECT_EQ(info.entries[0].dtype, "Bool");
  EXPECT_EQ(info.entries.back().name, "zeros");
  EXPECT_EQ(info.entries.back().shape, Shape({20, 50}));
  EXPECT_EQ(info.entries.back().bytes, 4000u);
}

TEST(Npz, AllVersionsAndSpellingsOfTheHeader) {
  for (char version : {1, 2, 3})
    EXPECT_EQ(read(array_zip(kThreeBytes, "abc", version))[0].tensor.to_vector<int>(),
              (std::vector<int>{'a', 'b', 'c'}));
  EXPECT_EQ(
      read(array_zip("{\"shape\":(1,3),'fortran_order':True,'descr':'|u1'}  \n", "abc"))[0].tensor.shape(),
      Shape({1, 3}));
  EXPECT_EQ(read(array_zip("{'descr': '|V2', 'fortran_order': False, 'shape': ()}", "ab"))[0].tensor.dtype(),
            bfloat16);
}

TEST(Npz, MembersBeyond4GiBAreFoundThroughThe64BitField) {
  Zip zip{npy(kThreeBytes, "abc")};
  zip.extra = number<uint16_t>(1) + number<uint16_t>(24) + number<uint64_t>(zip.bytes) +
              number<uint64_t>(zip.stored_bytes) + number<uint64_t>(0);
  zip.bytes = zip.stored_bytes = zip.header_offset = ~0u;
  EXPECT_EQ(read(zip.text())[0].tensor.shape(), Shape{3});
  zip.extra = number<uint16_t>(1) + number<uint16_t>(24) + number<uint64_t>(~0ull) + number<uint64_t>(~0ull) +
              number<uint64_t>(0);
  EXPECT_REFUSED(zip.text(), "the file ends before");
  zip.extra.resize(12);
  EXPECT_REFUSED(zip.text(), "an extra field leaves the entry");
}

TEST(Npz, WriteRefusesDoubledNamesAndLeavesTheOldFile) {
  const TempDir dir;
  write_npz(dir / "a.npz", one_of_each());
  const std::string before = read_file(dir / "a.npz");
  EXPECT_THROW(write_npz(dir / "a.npz", {{"w", scalar(1), {}}, {"w", scalar(2), {}}}), ValueError);
  EXPECT_EQ(read_file(dir / "a.npz"), before);
  EXPECT_EQ(dir.count(), 1);
}

TEST(NpzAttack, NoArchive) {
  EXPECT_REFUSED("", "not a zip archive");
  EXPECT_REFUSED(std::string(100'000, 'P'), "not a zip archive");
}
TEST(NpzAttack, DirectoryOutsideTheFile) {
  std::string file = Zip{npy(kThreeBytes, "abc")}.text();
  file.replace(file.size() - 6, 4, number<uint32_t>(0xFFFFFFFE));
  EXPECT_REFUSED(file, "lies outside the file");
}
TEST(NpzAttack, Missing64BitRecords) {
  std::string file = Zip{npy(kThreeBytes, "abc")}.text();
  file.replace(file.size() - 6, 4, number<uint32_t>(0xFFFFFFFF));
  EXPECT_REFUSED(file, "expected the 64-bit locator");
}
TEST(NpzAttack, ContentShorterThanShape) {
  EXPECT_REFUSED(array_zip(kThreeBytes, "ab"),
                 "entry 'w' at offset 35: shape (3,) needs 70 bytes, the member has 69");
}
TEST(NpzAttack, ContentLongerThanShape) { EXPECT_REFUSED(array_zip(kThreeBytes, "abcd"), "needs 70 bytes"); }
TEST(NpzAttack, WrongChecksum) {
  Zip zip{npy(kThreeBytes, "abc")};
  zip.crc ^= 1;
  EXPECT_REFUSED(zip.text(), "the file is damaged");
}
TEST(NpzAttack, ShapeOverflow) {
  EXPECT_REFUSED(array_zip("{'descr':'<f8','fortran_order':False,'shape':(4294967296,4294967296)}", ""),
                 "does not fit into 64 bits");
  EXPECT_REFUSED(array_zip("{'descr':'<f8','fortran_order':False,'shape':(99999999999999999999,)}", ""),
                 "expected extents >= 0");
}
TEST(NpzAttack, NegativeShape) {
  EXPECT_REFUSED(array_zip("{'descr':'|u1','fortran_order':False,'shape':(-3,)}", "abc"),
                 "expected extents >= 0");
}
TEST(NpzAttack, TooManyDims) {
  EXPECT_REFUSED(array_zip("{'descr':'|u1','fortran_order':False,'shape':(1,1,1,1,1,1,1,1,3)}", "abc"),
                 "at most 8 dims");
}
TEST(NpzAttack, PickledObjects) {
  EXPECT_REFUSED(array_zip("{'descr':'|O','fortran_order':False,'shape':(1,)}", "cos\nsystem"), "'|O'");
}
TEST(NpzAttack, OtherTypes) {
  for (const char* descr : {">f4", "<c8", "|S3", "<M8[s]", "<U", "<U99999999999", "<U1x", "=f4", ""})
    EXPECT_REFUSED(array_zip(str("{'descr':'", descr, "','fortran_order':False,'shape':(1,)}"), "abcd"),
                   "not supported");
  EXPECT_REFUSED(array_zip("{'descr':[('a','<f4')],'fortran_order':False,'shape':(1,)}", "abcd"),
                 "expected '''");
}
TEST(NpzAttack, ArrayOfTexts) {
  EXPECT_REFUSED(array_zip("{'descr':'<U1','fortran_order':False,'shape':(1,)}", "abcd"), "not supported");
}
TEST(NpzAttack, BrokenHeaders) {
  const auto refused = [](const std::string& dict) {
    EXPECT_REFUSED(array_zip(dict, "abc"), "npy header") << dict;
  };
  for (const char* dict :
       {"", "{", "{}", "{'descr'", "{'descr':'|u1'", "{'descr':'|u1', 'shape':(3,)}", "{'a':1}",
        "{'descr':'|u1','descr':'|u1','fortran_order':False,'shape':(3,)}",
        "{'descr':'|u1','fortran_order':0,'shape':(3,)}", "{'descr':'|u1','fortran_order':False,'shape':(3,}",
        "{'descr':'|u1','fortran_order':False,'shape':(3,,)}",
        "{'descr':'|u1','fortran_order':False,'shape':(3 4)}",
        "{'descr':'|u1','fortran_order':False,'shape':3}",
        "{'descr':'|u1','fortran_order':False,'shape':(3,)} more"})
    refused(dict);
}
TEST(NpzAttack, HeaderLongerThanTheMember) {
  std::string array = npy(kThreeBytes, "abc");
  array.replace(8, 2, number<uint16_t>(5000));
  EXPECT_REFUSED(Zip{array}.text(), "5000 bytes cannot come out of");
  array.replace(8, 2, number<uint16_t>(50000));
  EXPECT_REFUSED(Zip{array}.text(), "at most 10000 bytes, got 50000");
}
TEST(NpzAttack, OtherMagicOrVersion) {
  EXPECT_REFUSED(Zip{"no array at all"}.text(), "must start with \\x93NUMPY");
  EXPECT_REFUSED(array_zip(kThreeBytes, "abc", 4), "got 4.0");
}
TEST(NpzAttack, MemberThatIsNoArray) {
  Zip zip{npy(kThreeBytes, "abc")};
  zip.name = zip.local_name = "w.txt";
  EXPECT_REFUSED(zip.text(), "the member is no array");
}
TEST(NpzAttack, NameThatDiffersFromTheDirectory) {
  Zip zip{npy(kThreeBytes, "abc")};
  zip.local_name = "v.npy";
  EXPECT_REFUSED(zip.text(), "another name");
}
TEST(NpzAttack, NameIsNoUtf8) {
  Zip zip{npy(kThreeBytes, "abc")};
  zip.name = zip.local_name = "\xFF.npy";
  EXPECT_REFUSED(zip.text(), "not valid UTF-8");
}
TEST(NpzAttack, OverlappingMembers) {
  Zip zip{npy(kThreeBytes, "abc")};
  zip.entries = 2;
  EXPECT_REFUSED(zip.text(), "overlaps what follows");
}
TEST(NpzAttack, EncryptedOrStrangelyCompressedMember) {
  Zip encrypted{npy(kThreeBytes, "abc")};
  encrypted.flags = 1;
  EXPECT_REFUSED(encrypted.text(), "the member is encrypted");
  Zip lzma{npy(kThreeBytes, "abc")};
  lzma.method = 14;
  EXPECT_REFUSED(lzma.text(), "compression method 14 is not supported");
}
TEST(NpzAttack, StoredMemberWithTwoSizes) {
  Zip zip{npy(kThreeBytes, "abc")};
  zip.bytes = 1000;
  EXPECT_REFUSED(zip.text(), "must have one size");
}

// A member that claims to inflate to `bytes` bytes of zeros.
Zip bomb(const std::string& bytes, const std::string& really) {
  const std::string content =
      npy(str("{'descr':'|u1','fortran_order':False,'shape':(", bytes, ",)}"), really);
  Zip zip{content};
  zip.method = 8;
  zip.stored = deflate_raw(content);
  zip.stored_bytes = static_cast<uint32_t>(zip.stored.size());
  return zip;
}

TEST(NpzAttack, BombThatInflatesToMoreThanItsShape) {
  Zip zip = bomb("10", std::string(10'000'000, '\0'));
  EXPECT_REFUSED(zip.text(), "needs 71 bytes, the member has 10000061");
  zip.bytes = 71;
  EXPECT_REFUSED(zip.text(), "hold more than expected");
}
TEST(NpzAttack, BombThatClaimsMoreThanDeflateCanDo) {
  Zip zip = bomb("4000000000", "");
  zip.bytes = 4'000'000'069u;
  EXPECT_REFUSED(zip.text(), "4000000000 bytes cannot come out of the");
}
TEST(NpzAttack, DeflatedMemberThatHoldsLess) {
  Zip zip = bomb("1000", "abc");
  zip.bytes = 1063;
  EXPECT_REFUSED(zip.text(), "bytes less than expected");
}

}  // namespace
}  // namespace nucella::io
