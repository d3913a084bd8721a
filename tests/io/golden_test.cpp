// The files that MindSpore 2.10 wrote (tests/golden) come in bit for bit, and ours are what it would have
// written.
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <nlohmann/json.hpp>

#include "nucella/io/ckpt.h"
#include "nucella/io/safetensors.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::golden;
using test::read_file;

std::string sha256(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  std::string out;
  for (unsigned char byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

// NumPy has no bfloat16, so the manifest has the sums of its values as float32.
std::string manifest_bytes(const Tensor& tensor) {
  if (tensor.dtype() != bfloat16) return test::content_of(tensor);
  const auto values = tensor.to_vector<float>();
  return std::string(as_text(std::as_bytes(std::span(values))));
}

NamedTensors read_golden(const std::string& file) {
  return file.ends_with(".ckpt") ? read_ckpt(golden(file), {.crc_check = true})
                                 : read_safetensors(golden(file), {.crc_check = true});
}

TEST(GoldenFiles, EveryEntryHasTheSumOfTheManifest) {
  const auto manifest = nlohmann::json::parse(read_file(golden("manifest.json")));
  int checked = 0;
  for (const auto& [file, description] : manifest["files"].items()) {
    std::map<std::string, Tensor> found;
    for (const NamedTensor& entry : read_golden(file)) found[entry.name] = entry.tensor;
    for (const auto& [name, expected] : description["entries"].items()) {
      SCOPED_TRACE(file + ": " + name);
      ASSERT_TRUE(found[name].defined());
      EXPECT_EQ(nucella::name(found[name].dtype()), expected["dtype"].get<std::string>());
      EXPECT_EQ(found[name].shape().vec(), expected["shape"].get<std::vector<int64_t>>());
      EXPECT_EQ(sha256(manifest_bytes(found[name])), expected["sha256"].get<std::string>());
      ++checked;
    }
  }
  EXPECT_EQ(checked, 46);
}

TEST(GoldenFiles, AppendedValuesAndTextsFollowTheParameters) {
  const NamedTensors entries = read_ckpt(golden("net_seed1.ckpt"));
  ASSERT_EQ(entries.size(), 16u);
  EXPECT_EQ(entries[0].name, "conv.weight");
  EXPECT_EQ(entries[12].name, "epoch");
  EXPECT_EQ(entries[12].tensor.dtype(), int64);
  EXPECT_EQ(entries[12].tensor.item<int64_t>(), 7);
  EXPECT_EQ(entries[13].tensor.item<float>(), 0.125f);
  EXPECT_EQ(entries[14].tensor.dtype(), bool_);
  EXPECT_EQ(entries[15].name, "note");
  EXPECT_EQ(entries[15].text, "hello π");
}

// Header without the blanks at its end, and content: ours begins on a boundary of 64 bytes.
std::pair<std::string, std::string> parts_of(const std::string& safetensors) {
  const auto header_bytes = load<uint64_t>(as_bytes(safetensors), 0);
  std::string header = safetensors.substr(8, header_bytes);
  header.erase(header.find_last_not_of(' ') + 1);
  return {header, safetensors.substr(8 + header_bytes)};
}

TEST(GoldenFiles, OurSafetensorsDifferInBlanksOnly) {
  const test::TempDir dir;
  for (const char* name : {"all_types.safetensors", "crc.safetensors"}) {
    const bool crc_check = std::string_view(name).starts_with("crc");
    write_safetensors(dir / name, read_safetensors(golden(name)), {.crc_check = crc_check});
    const std::string ours = read_file(dir / name);
    EXPECT_EQ(parts_of(ours), parts_of(read_file(golden(name))));
    EXPECT_EQ((8 + load<uint64_t>(as_bytes(ours), 0)) % 64, 0u);
  }
}

// This file was written by nucella and is the one that MindSpore 2.10 has loaded (tests/golden/README.md).
TEST(GoldenFiles, TheCkptThatMindSporeHasLoadedIsStillWhatWeWrite) {
  const test::TempDir dir;
  NamedTensors entries = read_ckpt(golden("all_types.ckpt"));
  entries.push_back({"note", {}, "hello π"});
  write_ckpt(dir / "ours.ckpt", entries, {.crc_check = true});
  EXPECT_EQ(read_file(dir / "ours.ckpt"), read_file(golden("nucella.ckpt")));
}

}  // namespace
}  // namespace nucella::io
