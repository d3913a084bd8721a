#include "nucella/data/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella::data {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Ten images of 1x2 pixels; image i has the label i and the pixels i, 10 * i.
ImageSet ten() {
  std::vector<uint8_t> pixels, labels;
  for (int i = 0; i < 10; ++i) {
    pixels.push_back(static_cast<uint8_t>(i));
    pixels.push_back(static_cast<uint8_t>(10 * i));
    labels.push_back(static_cast<uint8_t>(i));
  }
  return {tensor_of(pixels, {10, 1, 2}), tensor_of(labels, {10})};
}

std::vector<int> labels_of(const DataLoader& loader, int64_t epoch, int64_t first_step = 0) {
  std::vector<int> all;
  for (const Batch& batch : loader.epoch(epoch, first_step))
    for (int label : batch.labels.to_vector<int>()) all.push_back(label);
  return all;
}

TEST(DataLoader, BatchesInOrder) {
  const DataLoader loader(ten(), {.batch_size = 4, .shuffle = false});
  EXPECT_EQ(loader.steps_per_epoch(), 3);
  std::vector<int64_t> sizes;
  for (const Batch& batch : loader.epoch(0)) sizes.push_back(batch.labels.shape(0));
  EXPECT_THAT(sizes, testing::ElementsAre(4, 4, 2));
  EXPECT_THAT(labels_of(loader, 0), testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  const DataLoader whole(ten(), {.batch_size = 4, .shuffle = false, .drop_remainder = true});
  EXPECT_EQ(whole.steps_per_epoch(), 2);
  EXPECT_EQ(labels_of(whole, 0).size(), 8U);
}

TEST(DataLoader, NormalisesPixels) {
  const DataLoader loader(ten(), {.batch_size = 10, .shuffle = false, .mean = 0.5F, .std = 0.25F});
  const Batch batch = *loader.epoch(0).begin();
  EXPECT_EQ(batch.images.shape(), Shape({10, 1, 1, 2}));
  EXPECT_EQ(batch.images.dtype(), float32);
  EXPECT_EQ(batch.labels.dtype(), int32);
  EXPECT_FLOAT_EQ(batch.images.to_vector<float>()[3], (10.0F / 255 - 0.5F) / 0.25F);
}

TEST(DataLoader, ShufflesBySeedAndEpochAlone) {
  const DataLoader a(ten(), {.batch_size = 3, .seed = 1}), b(ten(), {.batch_size = 3, .seed = 1}),
      c(ten(), {.batch_size = 3, .seed = 2});
  EXPECT_EQ(labels_of(a, 0), labels_of(b, 0));
  EXPECT_EQ(labels_of(a, 5), labels_of(b, 5));
  EXPECT_NE(labels_of(a, 0), labels_of(a, 1));
  EXPECT_NE(labels_of(a, 0), labels_of(c, 0));
  std::vector<int> sorted = labels_of(a, 0);
  std::sort(sorted.begin(), sorted.end());
  EXPECT_THAT(sorted, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST(DataLoader, PutsEveryImageEverywhere) {
  const DataLoader loader(ten());
  std::vector<int> counts(10);  // where image 0 goes
  for (int epoch = 0; epoch < 2000; ++epoch) {
    const std::vector<int64_t> order = loader.order(epoch);
    ++counts[static_cast<size_t>(std::find(order.begin(), order.end(), 0) - order.begin())];
  }
  EXPECT_THAT(counts, testing::Each(testing::AllOf(testing::Gt(140), testing::Lt(260))));  // 200, sigma 13
}

TEST(DataLoader, StartsInTheMiddleOfAnEpoch) {
  const DataLoader loader(ten(), {.batch_size = 3, .seed = 7});
  const std::vector<int> all = labels_of(loader, 2), rest = labels_of(loader, 2, 2);
  EXPECT_EQ(rest, std::vector<int>(all.begin() + 6, all.end()));
  EXPECT_TRUE(labels_of(loader, 2, 4).empty());
}

TEST(DataLoader, RefusesWrongOptions) {
  EXPECT_THROW(DataLoader(ten(), {.batch_size = 0}), ValueError);
  EXPECT_THROW(DataLoader(ten(), {.std = 0}), ValueError);
}

TEST(ImageSet, First) {
  EXPECT_EQ(ten().first(3).size(), 3);
  EXPECT_EQ(ten().first(3).images.shape(), Shape({3, 1, 2}));
  EXPECT_EQ(ten().first(100).size(), 10);
}

TEST(FashionMnist, OfDebian) {
  const ImageSet test = fashion_mnist(Split::kTest);
  EXPECT_EQ(test.images.shape(), Shape({10000, 28, 28}));
  EXPECT_EQ(test.size(), 10000);
}

TEST(FashionMnist, TellsWhichPackageBringsIt) {
  EXPECT_THAT([] { fashion_mnist(Split::kTest, "/nonexistent"); },
              ThrowsMessage<FileNotFoundError>(HasSubstr("apt-get install dataset-fashion-mnist")));
}

TEST(LoadImages, FromAnyFolder) {
  const test::TempDir dir;
  test::write_file(dir / "train-images-idx3-ubyte", std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02"
                                                                "abcd",
                                                                20));
  test::write_file(dir / "train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x02\x05\x06", 10));
  const ImageSet set = load_images(dir.path().string(), Split::kTrain);
  EXPECT_EQ(set.images.to_vector<int>(), (std::vector<int>{'a', 'b', 'c', 'd'}));
  EXPECT_EQ(set.labels.to_vector<int>(), (std::vector<int>{5, 6}));
  EXPECT_THAT([&] { load_images(dir.path().string(), Split::kTest); },
              ThrowsMessage<FileNotFoundError>(HasSubstr("t10k-images-idx3-ubyte")));
  test::write_file(dir / "train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x01\x05", 9));
  EXPECT_THAT([&] { load_images(dir.path().string(), Split::kTrain); },
              ThrowsMessage<ValueError>(HasSubstr("do not belong together")));
}

// Forty images of 5x5 pixels, all black but for one white pixel above the middle and to its left.
ImageSet dots() {
  std::vector<uint8_t> pixels(size_t{40} * 25), labels(40);
  for (size_t i = 0; i < 40; ++i) pixels[i * 25 + 1 * 5 + 1] = 255;
  return {tensor_of(pixels, {40, 5, 5}), tensor_of(labels, {40})};
}

std::vector<float> pixels_of(const DataLoader& loader, int64_t epoch) {
  return (*loader.epoch(epoch).begin()).images.to_vector<float>();
}

TEST(DataLoader, FlipsAndShifts) {
  const LoaderOptions options{
      .batch_size = 40, .shuffle = false, .seed = 3, .mean = 0, .std = 1, .flip = true, .shift = 1};
  const DataLoader loader(dots(), options), same(dots(), options);
  const std::vector<float> pixels = pixels_of(loader, 0);
  std::set<std::pair<size_t, size_t>> places;
  for (size_t i = 0; i < 40; ++i) {
    const auto image = std::span(pixels).subspan(i * 25, 25);
    ASSERT_EQ(std::ranges::count(image, 1.0F), 1) << "the dot stays, and black comes in from the edges";
    const auto at = static_cast<size_t>(std::ranges::find(image, 1.0F) - image.begin());
    places.insert({at / 5, at % 5});
  }
  for (const auto& [y, x] : places) EXPECT_LE(y, 2U);
  EXPECT_GT(places.size(), 9U) << "more than one side has";
  EXPECT_EQ(pixels, pixels_of(same, 0));
  EXPECT_NE(pixels, pixels_of(loader, 1));
  EXPECT_EQ(loader.gather(loader.order(0)).images.to_vector<float>()[6], 1.0F) << "as they are";
  EXPECT_THAT([] { DataLoader(dots(), {.shift = 5}); }, ThrowsMessage<ValueError>(HasSubstr("'shift'")));
}

}  // namespace
}  // namespace nucella::data
