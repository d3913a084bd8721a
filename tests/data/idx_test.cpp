#include "nucella/data/idx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/files.h"

namespace nucella::data {
namespace {

using test::golden;
using test::read_file;
using testing::HasSubstr;
using testing::ThrowsMessage;

Tensor read(std::string_view file) { return read_idx(io::as_bytes(file), "images"); }
#define EXPECT_REFUSED(file, text) \
  EXPECT_THAT([&] { read(file); }, ThrowsMessage<ValueError>(HasSubstr(text)))

// The header of an idx file and as many elements as asked for.
std::string idx(std::initializer_list<uint32_t> dims, size_t elements, char type = 8) {
  std::string out{'\0', '\0', type, static_cast<char>(dims.size())};
  for (uint32_t dim : dims)
    for (int shift : {24, 16, 8, 0}) out += static_cast<char>(dim >> shift);
  return out + std::string(elements, 'x');
}

TEST(Idx, PlainAndGzippedFilesGiveTheSame) {
  std::vector<int> expected(24);
  std::iota(expected.begin(), expected.end(), 0);
  for (const char* file : {"plain.idx", "gzipped.idx"}) {
    const Tensor tensor = read_idx(golden(file));
    EXPECT_EQ(tensor.dtype(), uint8);
    EXPECT_EQ(tensor.shape(), Shape({2, 3, 4}));
    EXPECT_EQ(tensor.to_vector<int>(), expected);
  }
}

TEST(Idx, FashionMnistAsDebianShipsIt) {
  const std::string folder = "/usr/share/datasets/fashion-mnist/";
  const Tensor images = read_idx(folder + "t10k-images-idx3-ubyte.gz");
  const Tensor labels = read_idx(folder + "t10k-labels-idx1-ubyte.gz");
  EXPECT_EQ(images.shape(), Shape({10000, 28, 28}));
  ASSERT_EQ(labels.shape(), Shape({10000}));
  std::vector<int> count(10);
  for (int label : labels.to_vector<int>()) ++count.at(label);
  EXPECT_THAT(count, testing::Each(1000));
}

TEST(Idx, NoElements) { EXPECT_EQ(read(idx({0, 28}, 0)).shape(), Shape({0, 28})); }

TEST(IdxAttack, NoIdxFile) {
  EXPECT_REFUSED("", "'images' at offset 0: the data end 4 bytes too early");
  EXPECT_REFUSED("PK\3\4 zip", "not an idx file");
}
TEST(IdxAttack, OtherElements) {
  EXPECT_REFUSED(idx({1}, 4, 0x0D), "expected elements of type 8 (unsigned byte), got type 13");
}
TEST(IdxAttack, WrongNumberOfDims) {
  EXPECT_REFUSED(idx({}, 0), "1 to 8 dims, got 0");
  EXPECT_REFUSED(idx({1, 1, 1, 1, 1, 1, 1, 1, 1}, 1), "got 9");
}
TEST(IdxAttack, DimsLargerThanTheFile) {
  EXPECT_REFUSED(idx({3, 3}, 8), "9 bytes cannot come out of the 8 bytes that are there");
}
TEST(IdxAttack, DimsOverflow) {
  EXPECT_REFUSED(idx({~0u, ~0u, ~0u}, 8), "does not fit into 64 bits");
  EXPECT_REFUSED(idx({0, ~0u, ~0u, ~0u}, 0), "does not fit into 64 bits");
}
TEST(IdxAttack, BytesAfterTheLastElement) {
  EXPECT_REFUSED(idx({3, 3}, 10), "1 bytes follow the last one expected");
  EXPECT_REFUSED(read_file(golden("gzipped.idx")) + "more", "4 bytes follow the last one expected");
}
TEST(IdxAttack, GzipThatHoldsLess) {
  const std::string file = read_file(golden("gzipped.idx"));
  EXPECT_REFUSED(file.substr(0, file.size() / 2), "end too early");
}
TEST(IdxAttack, GzipWithAWrongChecksum) {
  std::string file = read_file(golden("gzipped.idx"));
  file[file.size() - 6] ^= 1;
  EXPECT_REFUSED(file, "the compressed data are damaged (incorrect data check)");
}

}  // namespace
}  // namespace nucella::data
