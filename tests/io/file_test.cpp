#include "nucella/io/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::golden;
using test::one_of_each;
using test::TempDir;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(File, TheEndingTellsTheFormat) {
  const TempDir dir;
  NamedTensors entries = one_of_each();
  std::ranges::sort(entries, {}, &NamedTensor::name);
  for (const char* format : {"ckpt", "safetensors", "npz"}) {
    SCOPED_TRACE(format);
    const std::string path = dir / str("net.", format);
    save_file(path, entries);
    test::expect_equal(load_file(path), entries);
    const FileInfo info = inspect_file(path);
    EXPECT_EQ(info.format, format);
    EXPECT_EQ(info.file_bytes, std::filesystem::file_size(path));
    ASSERT_EQ(info.entries.size(), entries.size());
    const std::string file = test::read_file(path);
    for (size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(info.entries[i].name, entries[i].name);
      EXPECT_EQ(info.entries[i].dtype, name(entries[i].tensor.dtype()));
      EXPECT_EQ(info.entries[i].shape, entries[i].tensor.shape());
      EXPECT_EQ(file.substr(info.entries[i].offset, info.entries[i].bytes),
                test::content_of(entries[i].tensor));
    }
  }
}

TEST(File, OtherEndingsAreRefused) {
  const auto refused = [](const char* known) {
    return ThrowsMessage<ValueError>(HasSubstr(str("must end with one of ", known, "; got 'net.onnx'")));
  };
  constexpr const char* kReadable =
      ".ckpt, .safetensors, .npz, .pt, .pth, .bin, .gguf, .safetensors.index.json";
  EXPECT_THAT([] { load_file("net.onnx"); }, refused(kReadable));
  EXPECT_THAT([] { inspect_file("net.onnx"); }, refused(kReadable));
  EXPECT_THAT([] { save_file("net.onnx", {}); },
              refused(".ckpt, .safetensors, .npz, .safetensors.index.json"));
}

TEST(File, PyTorchsFilesAreReadOnly) {
  EXPECT_EQ(load_file(golden("pt/net.pt")).size(), inspect_file(golden("pt/net.pt")).entries.size());
  EXPECT_THAT([] { save_file("net.pth", {}); }, ThrowsMessage<ValueError>(HasSubstr("got 'net.pth'")));
}

TEST(File, WhatCannotBeOpened) {
  const TempDir dir;
  EXPECT_THAT(
      [] { load_file("/nowhere/net.npz"); },
      ThrowsMessage<FileNotFoundError>(AllOf(HasSubstr("/nowhere/net.npz"), HasSubstr("No such file"))));
  std::filesystem::create_directory(dir / "folder.ckpt");
  EXPECT_THROW(load_file(dir / "folder.ckpt"), IsADirectoryError);
  std::filesystem::create_symlink("/dev/zero", dir / "zero.ckpt");
  EXPECT_THAT([&] { load_file(dir / "zero.ckpt"); }, ThrowsMessage<OSError>(HasSubstr("not a regular file")));
  EXPECT_THROW(load_file(std::string("a\0.ckpt", 7)), ValueError);
}

// A file whose content could neither be read nor held in memory here: 64 GiB of zeros that take no room on
// the disk.
TEST(File, InspectDoesNotReadTheContents) {
  const TempDir dir;
  const std::string path = dir / "large.safetensors";
  const std::string header = R"({"w":{"dtype":"U8","shape":[68719476736],"data_offsets":[0,68719476736]}})";
  test::write_file(path, std::string{static_cast<char>(header.size()), 0, 0, 0, 0, 0, 0, 0} + header);
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(8 + header.size() + (1ull << 36))), 0);
  EXPECT_EQ(inspect_file(path).entries[0].bytes, 1ull << 36);
}

}  // namespace
}  // namespace nucella::io
