// Encrypted .ckpt files: those of MindSpore (tests/golden/make_encrypted.py) and our own.
#include "nucella/io/encryption.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "nucella/io/ckpt.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::golden;
using test::read_file;
using test::TempDir;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::string kText = "0123456789abcdef0123456789abcdef";

struct Case {
  const char* mode;
  size_t key_bytes;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.mode << c.key_bytes; }

class Encrypted : public testing::TestWithParam<Case> {
 protected:
  Encryption encryption() const { return {kText.substr(0, GetParam().key_bytes), GetParam().mode}; }
  void write(const NamedTensors& entries) const { write_ckpt(file_, entries, {.encryption = encryption()}); }
  TempDir dir_;
  std::string file_ = dir_ / "a.ckpt";
};
INSTANTIATE_TEST_SUITE_P(Modes, Encrypted,
                         testing::Values(Case{"AES-GCM", 16}, Case{"AES-GCM", 24}, Case{"AES-GCM", 32},
                                         Case{"AES-CBC", 16}, Case{"AES-CBC", 24}, Case{"AES-CBC", 32},
                                         Case{"SM4-CBC", 16}));

TEST_P(Encrypted, EveryEntryComesBack) {
  NamedTensors entries = test::one_of_each();
  entries.push_back({"note", {}, "π"});
  write(entries);
  test::expect_equal(read_ckpt(file_, {}, encryption()), entries);
  EXPECT_EQ(read_file(file_).find("layer"), std::string::npos) << "no name is readable";
  struct stat info {};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0400u);
}

TEST_P(Encrypted, TheSameContentIsNeverEncryptedAlike) {
  write(test::one_of_each());
  const std::string first = read_file(file_);
  write(test::one_of_each());
  EXPECT_NE(read_file(file_), first);
}

TEST_P(Encrypted, AnotherKeyOrModeIsRefused) {
  write(test::one_of_each());
  Encryption wrong = encryption();
  wrong.key.back() = 'x';
  EXPECT_THROW(read_ckpt(file_, {}, wrong), ValueError);
  for (const char* mode : {"AES-GCM", "AES-CBC", "SM4-CBC"}) {
    if (mode == encryption().mode) continue;
    EXPECT_THAT(
        [&] {
          read_ckpt(file_, {}, Encryption{kText.substr(0, 16), mode});
        },
        ThrowsMessage<ValueError>(HasSubstr(str("is encrypted with ", encryption().mode))));
  }
  EXPECT_THAT([&] { read_ckpt(file_); },
              ThrowsMessage<ValueError>(HasSubstr("cannot be read without its key")));
}

TEST_P(Encrypted, NoCutOrChangeGoesUnnoticedInGcmNorCrashesElsewhere) {
  write({{"w", tensor({1, 2, 3}), {}}});
  const std::string whole = read_file(file_);
  const bool is_gcm = encryption().mode == "AES-GCM";
  const auto reads = [&](const std::string& file) {
    std::filesystem::remove(file_);
    test::write_file(file_, file);
    try {
      return read_ckpt(file_, {}, encryption()).size() == 1;
    } catch (const ValueError&) {
      return false;
    }
  };
  EXPECT_TRUE(reads(whole));
  for (size_t i = 1; i < whole.size(); ++i) EXPECT_FALSE(reads(whole.substr(0, i))) << i;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    // The last four bytes of the vector are stored, but AES-GCM uses twelve only.
    const bool unused = i >= 4 + 16 + 4 + 4 + 12 && i < 4 + 16 + 4 + 4 + 16;
    if (is_gcm) {
      EXPECT_EQ(reads(changed), unused) << i;
    } else {
      reads(changed);
    }
  }
}

TEST(EncryptedFiles, OfMindSporeAreRead) {
  for (const auto& [file, mode, bytes] : {std::tuple("aes_gcm.ckpt", "AES-GCM", 16),
                                          {"aes_cbc.ckpt", "AES-CBC", 24},
                                          {"sm4_cbc.ckpt", "SM4-CBC", 16}}) {
    SCOPED_TRACE(file);
    const std::string key = std::string("0123456789abcdef01234567").substr(0, static_cast<size_t>(bytes));
    const NamedTensors read = read_ckpt(golden(file), {}, Encryption{key, mode});
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read[0].name, "weight");
    EXPECT_EQ(read[0].tensor.shape(), Shape({2, 3}));
    EXPECT_EQ(read[0].tensor.to_vector<int>(), (std::vector<int>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(read[1].tensor.to_vector<int>(), (std::vector<int>{1, 0}));
    EXPECT_EQ(read[2].text, "π");
  }
}

TEST(EncryptedFiles, OfSeveralPieces) {
  const TempDir dir;
  constexpr int64_t kBytes = (int64_t{64} << 20) + 1000;
  const Tensor large = Tensor::empty({kBytes}, uint8);
  for (int64_t i = 0; i < kBytes; ++i) large.mutable_data<uint8_t>()[i] = static_cast<uint8_t>(i % 251);
  for (const char* mode : {"AES-GCM", "AES-CBC"}) {
    const Encryption encryption{kText, mode};
    write_ckpt(dir / "a.ckpt", {{"large", large, {}}, {"after", scalar(5), {}}}, {.encryption = encryption});
    const NamedTensors read = read_ckpt(dir / "a.ckpt", {}, encryption);
    EXPECT_TRUE(test::content_of(read[0].tensor) == test::content_of(large));
    EXPECT_EQ(read[1].tensor.item<int>(), 5);
  }
}

TEST(EncryptedFiles, WrongArguments) {
  const TempDir dir;
  const NamedTensors entries = {{"w", scalar(1), {}}};
  const auto write = [&](const std::string& key, const std::string& mode) {
    write_ckpt(dir / "a.ckpt", entries, {.encryption = Encryption{key, mode}});
  };
  EXPECT_THAT([&] { write("short", "AES-GCM"); },
              ThrowsMessage<ValueError>(HasSubstr("must have 16, 24 or 32 bytes, got 5")));
  EXPECT_THROW(write("", "AES-CBC"), ValueError);
  EXPECT_THROW(write(kText.substr(0, 24), "SM4-CBC"), ValueError);
  EXPECT_THAT([&] { write(kText, "ROT13"); }, ThrowsMessage<ValueError>(HasSubstr("got 'ROT13'")));
  EXPECT_THROW(write_ckpt(dir / "a.ckpt", entries, {.crc_check = true, .encryption = Encryption{kText}}),
               ValueError);
  EXPECT_EQ(dir.count(), 0);
  write_ckpt(dir / "a.ckpt", entries);
  EXPECT_THAT([&] { read_ckpt(dir / "a.ckpt", {}, Encryption{kText}); },
              ThrowsMessage<ValueError>(HasSubstr("is not encrypted")));
}

}  // namespace
}  // namespace nucella::io
