#include "nucella/train/event_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "nucella/base/error.h"
#include "tests/support/files.h"

namespace nucella::train {
namespace {

using test::read_file;
using test::TempDir;

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (int v : values) out += static_cast<char>(v);
  return out;
}

// RFC 3720, B.4, and the check value of the algorithm.
TEST(EventFile, ChecksumsAreThoseOfTheStandard) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(""), 0U);
}

// Every event file of TensorFlow begins with these bytes: a length of 24 and its masked checksum.
TEST(EventFile, BeginsAsEveryEventFile) {
  const TempDir folder;
  EventFile file(folder / "deep/folder");
  file.flush();
  const std::string content = read_file(file.path());
  ASSERT_EQ(content.size(), 12 + 24 + 4);
  EXPECT_EQ(content.substr(0, 12), bytes({0x18, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22}));
  EXPECT_EQ(content[12], 0x09);
  EXPECT_EQ(content.substr(21, 15),
            "\x1A\x0D"
            "brain.Event:2");
}

TEST(EventFile, WritesScalarsAsEvents) {
  const TempDir folder;
  EventFile file(folder.path().string());
  file.add_scalar("loss", 0.5, 300, 2.0);
  file.flush();
  const std::string record = read_file(file.path()).substr(40);
  const std::string event = bytes({0x09, 0,  0,    0, 0,   0,   0,   0,   0x40, 0x10, 0xAC, 0x02, 0x2A, 13,
                                   0x0A, 11, 0x0A, 4, 'l', 'o', 's', 's', 0x15, 0,    0,    0,    0x3F});
  ASSERT_EQ(record.size(), 12 + event.size() + 4);
  EXPECT_EQ(record.substr(12, event.size()), event);
  uint32_t sum = 0;
  std::memcpy(&sum, record.data() + 12 + event.size(), 4);
  EXPECT_EQ(sum, masked_crc32c(event));
}

TEST(EventFile, EachHasAFileOfItsOwn) {
  const TempDir folder;
  EXPECT_NE(EventFile(folder.path().string()).path(), EventFile(folder.path().string()).path());
}

TEST(EventFile, SaysWhereItCannotWrite) { EXPECT_THROW(EventFile("/proc/no/such/folder"), OSError); }

}  // namespace
}  // namespace nucella::train
