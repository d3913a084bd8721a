#include "nucella/data/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <set>

#include "tests/support/files.h"

namespace nucella::data {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(TextLoader, BatchesAreStretchesWithWhatFollows) {
  std::vector<int32_t> tokens(100);
  std::iota(tokens.begin(), tokens.end(), 0);
  const TextLoader loader(tokens, {.batch_size = 2, .length = 8, .seed = 3});
  ASSERT_EQ(loader.steps_per_epoch(), 5);
  std::set<int32_t> seen;
  for (int64_t step = 0; step < 5; ++step) {
    const TextLoader::Batch batch = loader.batch(0, step);
    EXPECT_EQ(batch.inputs.shape().str(), "(2, 8)");
    const auto in = batch.inputs.to_vector<int32_t>(), out = batch.targets.to_vector<int32_t>();
    for (size_t i = 0; i < in.size(); ++i) EXPECT_EQ(out[i], in[i] + 1);
    seen.insert(in.begin(), in.end());
  }
  EXPECT_EQ(seen.size(), 80U);  // no token twice in an epoch
}

TEST(TextLoader, OrderFollowsFromSeedAndEpoch) {
  const TextLoader loader(std::vector<int32_t>(5000, 1), {.batch_size = 4, .length = 16, .seed = 1});
  std::vector<int32_t> tokens(5000);
  std::iota(tokens.begin(), tokens.end(), 0);
  const auto first = [&](uint64_t seed, int64_t epoch) {
    return TextLoader(tokens, {.batch_size = 4, .length = 16, .seed = seed})
        .batch(epoch, 2)
        .inputs.to_vector<int32_t>();
  };
  EXPECT_EQ(first(1, 0), first(1, 0));
  EXPECT_NE(first(1, 0), first(1, 1));
  EXPECT_NE(first(1, 0), first(2, 0));
}

TEST(TextLoader, RefusesTextsThatAreTooShort) {
  EXPECT_THAT(
      [] {
        TextLoader({1, 2, 3}, {.batch_size = 1, .length = 2});
      },
      ThrowsMessage<ValueError>(HasSubstr("got 3")));
  EXPECT_THAT(
      [] {
        TextLoader({1, 2, 3}, {.batch_size = 0, .length = 2});
      },
      ThrowsMessage<ValueError>(HasSubstr("'batch_size'")));
}

TEST(Text, ReadsFilesOfAFolderInOrder) {
  const test::TempDir folder;
  std::ofstream(folder.path() / "b") << "two";
  std::ofstream(folder.path() / "a") << "one\xff";
  std::ofstream(folder.path() / "a.dat") << "not this";
  EXPECT_EQ(read_text(folder.path().string()), "one\xfftwo");
  EXPECT_EQ(bytes_of(byte_tokens("one\xff")), "one\xff");
  EXPECT_THAT([&] { read_text((folder.path() / "c").string()); },
              ThrowsMessage<FileNotFoundError>(HasSubstr("there is no")));
}

}  // namespace
}  // namespace nucella::data
