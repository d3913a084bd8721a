#include "nucella/io/convert_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/io/file.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::TempDir;
using testing::HasSubstr;
using testing::ThrowsMessage;
namespace fs = std::filesystem;

NamedTensors sorted(NamedTensors entries) {
  std::ranges::sort(entries, {}, &NamedTensor::name);
  return entries;
}

TEST(ConvertFiles, OfAFolderKeepTheirPlaces) {
  const TempDir dir;
  for (const char* rank : {"rank0", "rank1"}) {
    fs::create_directories(dir.path() / "a" / rank);
    save_file(dir / str("a/", rank, "/net.ckpt"), test::one_of_each());
  }
  test::write_file(dir / "a/notes.txt", "");
  convert_files("convert", dir / "a", ".ckpt", ".safetensors", {.save_path = dir / "b"});
  convert_files("convert", dir / "b", ".safetensors", ".ckpt", {.save_path = dir / "c"});
  for (const char* file : {"b/rank0/net.safetensors", "b/rank1/net.safetensors", "c/rank1/net.ckpt"})
    test::expect_equal(sorted(load_file(dir / file)), sorted(test::one_of_each()));
  EXPECT_FALSE(fs::exists(dir.path() / "b/notes.txt"));
}

TEST(ConvertFiles, OneFileBesideItselfAndWithOtherNames) {
  const TempDir dir;
  save_file(dir / "net.ckpt", {{"w", scalar(1), {}}, {"v", scalar(2), {}}});
  convert_files("convert", dir / "net.ckpt", ".ckpt", ".safetensors", {.name_map = {{"w", "weight"}}});
  const NamedTensors read = load_file(dir / "net.safetensors");
  EXPECT_EQ(read[0].name, "v");
  EXPECT_EQ(read[1].name, "weight");
}

TEST(ConvertFiles, OnlyWhatTheRegularExpressionFinds) {
  const TempDir dir;
  for (const char* name : {"epoch-1.ckpt", "epoch-2.ckpt"}) save_file(dir / name, {{"w", scalar(1), {}}});
  convert_files("convert", dir.path(), ".ckpt", ".safetensors", {.file_name_regex = "-[2-9]"});
  EXPECT_FALSE(fs::exists(dir.path() / "epoch-1.safetensors"));
  EXPECT_TRUE(fs::exists(dir.path() / "epoch-2.safetensors"));
  EXPECT_THROW(convert_files("convert", dir.path(), ".ckpt", ".safetensors", {.file_name_regex = "("}),
               ValueError);
}

TEST(ConvertFiles, WhatIsNotThereOrOfAnotherEnding) {
  const TempDir dir;
  EXPECT_THAT([&] { convert_files("convert", dir / "none", ".ckpt", ".safetensors"); },
              ThrowsMessage<ValueError>(HasSubstr("neither a file nor a folder")));
  test::write_file(dir / "net.pth", "");
  EXPECT_THAT([&] { convert_files("convert", dir / "net.pth", ".ckpt", ".safetensors"); },
              ThrowsMessage<ValueError>(HasSubstr("must end with '.ckpt'")));
}

}  // namespace
}  // namespace nucella::io
