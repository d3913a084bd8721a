#include "nucella/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/base/random.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/dropout.h"
#include "nucella/nn/flatten.h"
#include "nucella/nn/loss.h"
#include "nucella/optim/adam.h"
#include "nucella/optim/momentum.h"
#include "nucella/tensor/create.h"
#include "nucella/train/evaluate.h"
#include "nucella/train/state_file.h"
#include "tests/support/files.h"

namespace nucella::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// 64 images of 2x2 pixels; the label says whether the upper or the lower row is brighter.
data::ImageSet rows() {
  std::vector<uint8_t> pixels, labels;
  for (int i = 0; i < 64; ++i) {
    const auto upper = static_cast<uint8_t>(37 * i % 251), lower = static_cast<uint8_t>(91 * i % 241);
    pixels.insert(pixels.end(), {upper, upper, lower, lower});
    labels.push_back(upper < lower);
  }
  return {tensor_of(pixels, {64, 2, 2}), tensor_of(labels, {64})};
}

struct Net : CellOf<Net> {
  Net() : head((set_seed(1), *this), "head", 4, 2) {}
  Tensor construct(const Tensor& x) { return head(dropout(flatten(x))); }
  nn::Flatten flatten{*this, "flatten"};
  nn::Dropout dropout{*this, "dropout", {.p = 0.1}};
  nn::Dense head;
};

// A net with all that trains it.
struct Rig {
  explicit Rig(data::LoaderOptions options = {.batch_size = 10, .seed = 5})
      : adam(net.trainable_params(), 0.05), loader(rows(), options), trainer(net, loss, adam, loader) {}

  Net net;
  nn::SoftmaxCrossEntropyWithLogits loss{{.sparse = true, .reduction = "mean"}};
  nn::Adam adam;
  data::DataLoader loader;
  Trainer trainer;

  std::vector<float> weights() const { return net.head.weight.to_vector<float>(); }
};

TEST(Trainer, LearnsAndReports) {
  Rig run;
  std::vector<StepReport> reports;
  EXPECT_TRUE(run.trainer.run(20, [&](const StepReport& r) {
    reports.push_back(r);
    return true;
  }));
  ASSERT_EQ(reports.size(), 20U * 7);
  EXPECT_EQ(reports[8].epoch, 1);
  EXPECT_EQ(reports[8].step, 1);
  EXPECT_EQ(reports[8].steps, 7);
  EXPECT_LT(reports.back().mean_loss, 0.5 * reports[6].mean_loss);
  EXPECT_GT(reports.back().accuracy, 0.9);
  EXPECT_GT(evaluate(run.net, run.loader).accuracy, 0.9);
}

TEST(Evaluate, CountsAndKeepsTheMode) {
  Rig run;
  run.net.set_train(true);
  const Evaluation evaluation = evaluate(run.net, run.loader);
  EXPECT_TRUE(run.net.training());
  EXPECT_EQ(evaluation.logits.shape(), Shape({64, 2}));
  const std::vector<int> labels = run.loader.set().labels.to_vector<int>();
  int right = 0;
  for (size_t i = 0; i < labels.size(); ++i) right += evaluation.predicted[i] == labels[i];
  EXPECT_DOUBLE_EQ(evaluation.accuracy, right / 64.0);
  EXPECT_EQ(argmax_rows(tensor({1, 3, 3, 0, 0, 0}, {2, 3})), (std::vector<int32_t>{1, 0}));
}

TEST(Trainer, ResumesBitForBit) {
  const test::TempDir dir;
  Rig whole;
  whole.trainer.run(3);

  Rig first;
  int steps = 0;
  EXPECT_FALSE(first.trainer.run(3, [&](const StepReport&) { return ++steps < 9; }));
  EXPECT_EQ(first.trainer.epoch(), 1);
  EXPECT_EQ(first.trainer.step(), 2);
  const std::vector<const char*> files = {"state.ckpt", "state.safetensors"};
  for (const char* name : files) save_state(dir / name, first.net, first.trainer);
  for (const char* name : files) {
    Rig second;
    set_seed(99);  // a new process starts from another seed: dropout must go on where it was
    load_state(dir / name, second.net, second.trainer);
    EXPECT_EQ(second.trainer.step(), 2);
    EXPECT_TRUE(second.trainer.run(3));
    EXPECT_EQ(second.weights(), whole.weights()) << name;
  }
}

TEST(Trainer, RefusesAnotherRunsState) {
  const test::TempDir dir;
  Rig run;
  run.trainer.run(1);
  save_state(dir / "state.ckpt", run.net, run.trainer);
  Rig other({.batch_size = 11, .seed = 5});
  const std::vector<float> before = other.weights();
  EXPECT_THAT([&] { load_state(dir / "state.ckpt", other.net, other.trainer); },
              ThrowsMessage<ValueError>(
                  HasSubstr("'train.batch_size' was 10 when the checkpoint was saved, now it is 11")));
  nn::Momentum momentum(run.net.trainable_params(), 0.1, 0.9);
  Trainer with_momentum(run.net, run.loss, momentum, run.loader);
  EXPECT_THAT([&] { load_state(dir / "state.ckpt", run.net, with_momentum); },
              ThrowsMessage<ValueError>(HasSubstr("the checkpoint holds no 'momentum'")));
  EXPECT_EQ(other.weights(), before);
}

}  // namespace
}  // namespace nucella::train
