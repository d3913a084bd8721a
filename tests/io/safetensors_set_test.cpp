// Sets of safetensors files: cut, joined, and everything that can be wrong with them.
#include "nucella/io/safetensors_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nucella/io/file.h"
#include "nucella/io/safetensors.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using nlohmann::json;
using test::read_file;
using test::TempDir;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class SafetensorsSet : public testing::Test {
 protected:
  std::string index() const { return dir_ / "model.safetensors.index.json"; }
  std::string shard(int number, int count) const {
    return dir_ / str("model-0000", number, "-of-0000", count, ".safetensors");
  }
  // Tensors of 8, 40, 8, 12 and 4 bytes.
  NamedTensors entries() const {
    return {{"e", arange(0, 1), {}},
            {"a", arange(0, 5), {}},
            {"c", arange(0, 1), {}},
            {"b", arange(0, 3, 1, float32), {}},
            {"d", scalar(2.5), {}}};
  }
  void write() { write_safetensors_set(index(), entries(), 24); }
  void change_index(const std::function<void(json&)>& change) {
    json document = json::parse(read_file(index()));
    change(document);
    std::filesystem::remove(index());
    test::write_file(index(), document.dump());
  }
  void expect_refused(const std::string& text) {
    EXPECT_THAT([&] { read_safetensors_set(index()); }, ThrowsMessage<ValueError>(HasSubstr(text)));
    EXPECT_THAT([&] { inspect_safetensors_set(index()); }, ThrowsMessage<ValueError>(HasSubstr(text)));
  }
  TempDir dir_;
};

TEST_F(SafetensorsSet, ComesBackAsItWas) {
  write();
  NamedTensors expected = entries();
  std::ranges::sort(expected, {}, &NamedTensor::name);
  test::expect_equal(read_safetensors_set(index()), expected);
  test::expect_equal(load_file(index()), expected);
}

TEST_F(SafetensorsSet, FilesAreFilledInOrder) {
  write();
  const json document = json::parse(read_file(index()));
  EXPECT_EQ(document["metadata"]["total_size"], 72);
  const auto& map = document["weight_map"];
  EXPECT_EQ(map["e"], "model-00001-of-00003.safetensors");
  EXPECT_EQ(map["a"], "model-00002-of-00003.safetensors");  // alone: larger than a file should be
  for (const char* name : {"c", "b", "d"}) EXPECT_EQ(map[name], "model-00003-of-00003.safetensors");
  EXPECT_EQ(dir_.count(), 4);
  EXPECT_EQ(read_safetensors(shard(3, 3)).size(), 3u);
}

TEST_F(SafetensorsSet, InspectTellsTheFiles) {
  write();
  const FileInfo info = inspect_file(index());
  EXPECT_EQ(info.format, "safetensors set");
  ASSERT_EQ(info.entries.size(), 5u);
  EXPECT_EQ(info.entries[0].name, "a");
  EXPECT_EQ(info.entries[0].file, "model-00002-of-00003.safetensors");
  EXPECT_EQ(read_file(shard(2, 3)).substr(info.entries[0].offset, info.entries[0].bytes),
            test::content_of(arange(0, 5)));
}

TEST_F(SafetensorsSet, OfNothingIsOneFile) {
  write_safetensors_set(index(), {}, 24);
  EXPECT_TRUE(read_safetensors_set(index()).empty());
}

TEST_F(SafetensorsSet, SetsWithoutAnIdAreReadToo) {
  write_safetensors(dir_ / "one.safetensors", {{"x", arange(0, 2), {}}, {"unlisted", arange(0, 2), {}}});
  test::write_file(index(), R"({"metadata": {"total_size": 16}, "weight_map": {"x": "one.safetensors"}})");
  const NamedTensors entries = read_safetensors_set(index());
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, "x");
}

TEST_F(SafetensorsSet, AnotherSetTakesThePlaceOfTheOldOne) {
  write();
  const NamedTensors fewer = {{"z", arange(0, 4), {}}, {"y", arange(0, 2), {}}};
  for (int round = 0; round < 3; ++round) {
    write_safetensors_set(index(), fewer, 24);
    ASSERT_EQ(read_safetensors_set(index()).size(), 2u);
    EXPECT_EQ(dir_.count(), 3) << "files of the set before are gone";
    write();
    ASSERT_EQ(read_safetensors_set(index()).size(), 5u);
    EXPECT_EQ(dir_.count(), 4);
  }
}

TEST_F(SafetensorsSet, NoFileOfTheOldSetIsTouchedBeforeTheIndexIsReplaced) {
  write();
  const std::string old = read_file(shard(1, 3));
  auto write_again = prepare_safetensors_set(index(), entries(), 24);
  std::filesystem::permissions(index(), std::filesystem::perms::owner_all);
  std::filesystem::remove(index());
  std::filesystem::create_directory(index());  // so that the index cannot be replaced
  EXPECT_THROW(write_again(), OSError);
  EXPECT_EQ(read_file(shard(1, 3)), old);
}

TEST_F(SafetensorsSet, FilesThatNoIndexListsStay) {
  write();
  std::filesystem::remove(index());
  write();  // beside the files of a set that was broken off, or of somebody else
  EXPECT_EQ(read_safetensors_set(index()).size(), 5u);
  EXPECT_EQ(dir_.count(), 7);
}

TEST_F(SafetensorsSet, FilesOfTwoSetsAreNotMixed) {
  write();
  const std::string old = read_file(shard(1, 3));
  std::filesystem::remove(index());
  std::filesystem::remove(shard(1, 3));
  std::filesystem::remove(shard(2, 3));
  std::filesystem::remove(shard(3, 3));
  write();
  std::filesystem::remove(shard(1, 3));
  test::write_file(shard(1, 3), old);
  expect_refused("not of the set that the index describes");
}

TEST_F(SafetensorsSet, WrongIndexes) {
  write();
  change_index(
      [](json& document) { document["weight_map"]["missing"] = "model-00001-of-00003.safetensors"; });
  expect_refused("entry 'missing'");
  for (const char* path :
       {"../secret.safetensors", "/etc/secret.safetensors", "sub/x.safetensors", "", "..", "x.ckpt"}) {
    change_index([&](json& document) { document["weight_map"] = {{"a", path}}; });
    expect_refused("must lie in a .safetensors file beside the index");
  }
  change_index([](json& document) { document["weight_map"] = {{"a", 3}}; });
  expect_refused("must be a text");
  change_index([](json& document) { document.erase("weight_map"); });
  expect_refused("no object 'weight_map'");
  std::filesystem::remove(index());
  test::write_file(index(), "{\"weight_map\": {");
  expect_refused("not valid JSON");
  std::filesystem::remove(index());
  test::write_file(index(), "{\"total\": 1E9999}");
  expect_refused("a number is too large");
  test::write_file(index(), std::string(100000, '['));
  expect_refused("not valid JSON");
}

TEST_F(SafetensorsSet, AMissingFileIsNamed) {
  write();
  std::filesystem::remove(shard(2, 3));
  EXPECT_THAT([&] { read_safetensors_set(index()); },
              ThrowsMessage<FileNotFoundError>(HasSubstr("model-00002-of-00003.safetensors")));
}

TEST_F(SafetensorsSet, WhatCannotBeWritten) {
  EXPECT_THAT([&] { write_safetensors_set(dir_ / "model.safetensors", {}, 24); },
              ThrowsMessage<ValueError>(HasSubstr("must end with .safetensors.index.json")));
  EXPECT_THROW(write_safetensors_set(index(), {}, 0), ValueError);
  EXPECT_THROW(write_safetensors_set(index(), {{"note", {}, "text"}}, 24), ValueError);
  EXPECT_EQ(dir_.count(), 0);
}

}  // namespace
}  // namespace nucella::io
