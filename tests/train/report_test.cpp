#include "nucella/train/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/tensor/create.h"
#include "nucella/train/progress.h"
#include "nucella/train/svg.h"
#include "tests/support/files.h"

namespace nucella::train {
namespace {

using testing::HasSubstr;

TEST(Base64, VectorsOfTheRfc) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foo"), "Zm9v");
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
}

TEST(Png, SizeAndTypeAreInTheHeader) {
  const std::vector<uint8_t> pixels = {0, 50, 100, 150, 200, 250};
  const std::string png = encode_png(pixels, 3);
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(png.substr(12, 17), std::string("IHDR\0\0\0\x03\0\0\0\x02\x08\0\0\0\0", 17));
  EXPECT_EQ(png.substr(png.size() - 8), "IEND\xae\x42\x60\x82");  // the checksum of an empty IEND
  EXPECT_THROW(encode_png(pixels, 4), ValueError);
}

TEST(Svg, EscapesText) {
  Svg svg(10, 10);
  svg.text(1, 2, "a < b & c\n");
  EXPECT_THAT(std::move(svg).finish(), HasSubstr(">a &lt; b &amp; c</text>"));
}

TEST(Report, ShowsEveryPart) {
  const data::ImageSet set{zeros({4, 2, 2}, uint8), tensor_of(std::vector<uint8_t>{0, 1, 1, 0}, {4})};
  const Evaluation evaluation{.logits = zeros({4, 2}),
                              .predicted = {0, 1, 0, 0},
                              .confidence = {1, 1, 0.75F, 1},
                              .accuracy = 0.75,
                              .loss = 0.5};
  EXPECT_THAT(evaluation.confusion(set),
              testing::ElementsAre(testing::ElementsAre(2, 0), testing::ElementsAre(1, 1)));
  const Report report{.title = "A & B",
                      .losses = {2, 1.5, 1.2, 1.1},
                      .steps_per_epoch = 2,
                      .test_losses = {1.6, 1.2},
                      .classes = {"cat", "dog"}};
  const std::string svg = draw_report(report, evaluation, set);
  EXPECT_THAT(svg, testing::StartsWith("<svg"));
  EXPECT_THAT(svg, testing::EndsWith("</svg>\n"));
  for (const char* part :
       {"A &amp; B", "test accuracy 0.7500", "polyline", "dog", "75.0 % sure", "data:image/png;base64,"})
    EXPECT_THAT(svg, HasSubstr(part));
}

StepReport step(int64_t number) {
  return {.epoch = 1,
          .epochs = 5,
          .step = number,
          .steps = 100,
          .loss = 1,
          .mean_loss = 0.5,
          .accuracy = 0.75,
          .images_per_second = 9876.5,
          .seconds_left = 61};
}

std::string shown(bool live, int64_t steps) {
  const test::TempDir dir;
  const std::string path = dir / "out";
  std::FILE* file = std::fopen(path.c_str(), "w");
  Progress progress(file, live);
  for (int64_t i = 0; i < steps; ++i) progress.update(step(i));
  progress.finish();
  std::fclose(file);
  return test::read_file(path);
}

TEST(Progress, DescribesAStep) {
  EXPECT_EQ(describe(step(11)),
            "epoch 2/5  step 12/100  loss 0.5000  accuracy 0.7500  9876 images/s  1:01 left");
  EXPECT_EQ(describe_time(0), "0:00");
  EXPECT_EQ(describe_time(59.2), "1:00");
  EXPECT_EQ(describe_time(3723), "1:02:03");
}

TEST(Progress, PlainLinesWithoutATerminal) {
  const std::string text = shown(false, 100);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
  EXPECT_THAT(text, HasSubstr("step 100/100"));
  EXPECT_THAT(text, testing::Not(HasSubstr("\r")));
}

TEST(Progress, ABarOnATerminal) {
  const std::string text = shown(true, 100);
  EXPECT_THAT(text, testing::StartsWith("\r["));
  EXPECT_THAT(text, testing::EndsWith("left\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(shown(true, 3), testing::EndsWith("\n"));  // finish() ends a bar that stands
}

}  // namespace
}  // namespace nucella::train
