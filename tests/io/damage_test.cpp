// Every cut and every changed byte of a small file of each format: a ValueError, or entries that are whole.
#include <gtest/gtest.h>

#include <functional>

#include "nucella/data/idx.h"
#include "nucella/io/ckpt.h"
#include "nucella/io/gguf.h"
#include "nucella/io/npz.h"
#include "nucella/io/pt.h"
#include "nucella/io/safetensors.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::golden;
using test::read_file;

struct Format {
  std::string name;
  std::string file;
  std::function<NamedTensors(Bytes)> read;
};
void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

NamedTensors read_idx(Bytes file) { return {{"idx", data::read_idx(file, "damaged"), {}}}; }
NamedTensors read_ckpt(Bytes file) { return io::read_ckpt(file, "damaged"); }
NamedTensors read_gguf(Bytes file) { return io::read_gguf(file, "damaged"); }
NamedTensors read_npz(Bytes file) { return io::read_npz(file, "damaged"); }
NamedTensors read_pt(Bytes file) { return io::read_pt(file, "damaged"); }
NamedTensors read_safetensors(Bytes file) { return io::read_safetensors(file, "damaged"); }

std::string without_checksum(const std::string& ckpt) { return ckpt.substr(0, ckpt.size() - 17); }

std::vector<Format> formats() {
  return {{"ckpt", read_file(golden("all_types.ckpt")), read_ckpt},
          {"padded_ckpt", without_checksum(read_file(golden("nucella.ckpt"))), read_ckpt},
          {"safetensors", read_file(golden("all_types.safetensors")), read_safetensors},
          {"npz", read_file(golden("numpy.npz")), read_npz},
          {"compressed_npz", read_file(golden("numpy_compressed.npz")), read_npz},
          {"pt", read_file(golden("pt/list.pt")), read_pt},
          {"gguf", read_file(golden("gguf/plain.gguf")), read_gguf},
          {"idx", read_file(golden("plain.idx")), read_idx},
          {"gzipped_idx", read_file(golden("gzipped.idx")), read_idx}};
}

class Damage : public testing::TestWithParam<Format> {
 protected:
  // Number of entries, or -1 for a ValueError. The bytes lie at the end of their block, so that ASan sees
  // overruns.
  int try_read(const std::string& bytes) {
    const std::vector<char> exact(bytes.begin(), bytes.end());
    try {
      const NamedTensors entries = GetParam().read(std::as_bytes(std::span(exact)));
      // Reads every element once, so that sanitizers see whether all of them are there.
      for (const NamedTensor& entry : entries)
        if (!entry.is_text()) test::content_of(entry.tensor);
      return static_cast<int>(entries.size());
    } catch (const ValueError& error) {
      EXPECT_NE(std::string(error.what()).find("'damaged'"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("at offset "), std::string::npos) << error.what();
      return -1;
    }
  }
};

TEST_P(Damage, EveryCutIsAnErrorOrFewerEntries) {
  const std::string& file = GetParam().file;
  const int whole = try_read(file);
  ASSERT_GT(whole, 0);
  for (size_t bytes = 0; bytes < file.size(); ++bytes)
    EXPECT_LT(try_read(file.substr(0, bytes)), whole) << bytes;
}

TEST_P(Damage, EveryChangedByteIsAnErrorOrWholeEntries) {
  const int whole = try_read(GetParam().file);
  for (size_t i = 0; i < GetParam().file.size(); ++i) {
    for (unsigned mask : {0x01u, 0x20u, 0xFFu}) {
      std::string file = GetParam().file;
      file[i] = static_cast<char>(static_cast<unsigned char>(file[i]) ^ mask);
      EXPECT_LE(try_read(file), whole) << "byte " << i;
    }
  }
}

TEST_P(Damage, EveryByteMoreOrLessIsAnErrorOrWholeEntries) {
  const int whole = try_read(GetParam().file);
  for (size_t i = 0; i <= GetParam().file.size(); ++i) {
    std::string longer = GetParam().file, shorter = longer;
    EXPECT_LE(try_read(longer.insert(i, 1, '\0')), whole) << "inserted at " << i;
    EXPECT_LE(try_read(shorter.erase(i, 1)), whole) << "erased at " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Damage, testing::ValuesIn(formats()),
                         [](const auto& format) { return format.param.name; });

// With checksum no changed byte goes unnoticed; a lost mark of the checksum itself is at least a warning.
template <class Read>
void expect_all_found(const std::string& file, Read read) {
  for (size_t i = 0; i < file.size(); ++i) {
    for (unsigned mask : {0x01u, 0x20u, 0x80u}) {
      std::string damaged = file;
      damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ mask);
      bool found = false;
      try {
        read(damaged, [&](const std::string&) { found = true; });
      } catch (const ValueError&) {
        found = true;
      }
      EXPECT_TRUE(found) << "byte " << i << ", mask " << mask;
    }
  }
}

TEST(Checksum, FindsEveryChangedByteOfACkpt) {
  expect_all_found(read_file(golden("nucella.ckpt")), [](const std::string& file, const auto& warn) {
    io::read_ckpt(as_bytes(file), "damaged", {.crc_check = true, .warn = warn});
  });
}

TEST(Checksum, FindsEveryChangedByteOfSafetensorsContents) {
  const std::string file = read_file(golden("crc.safetensors"));
  const size_t contents = 8 + static_cast<unsigned char>(file[0]);
  expect_all_found(file.substr(contents), [&](const std::string& damaged, const auto& warn) {
    io::read_safetensors(as_bytes(file.substr(0, contents) + damaged), "damaged",
                         {.crc_check = true, .warn = warn});
  });
}

}  // namespace
}  // namespace nucella::io
