#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/base/random.h"
#include "nucella/data/text.h"
#include "nucella/grad/grad.h"
#include "nucella/models/gpt.h"
#include "nucella/models/lstm_language_model.h"
#include "nucella/nn/cell_grad.h"
#include "nucella/ops/ops.h"
#include "nucella/optim/adam.h"
#include "nucella/tensor/create.h"
#include "nucella/train/checkpoint.h"
#include "nucella/train/language_trainer.h"
#include "nucella/train/state_file.h"
#include "tests/support/files.h"

namespace nucella::models {
namespace {

using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;

// Loss and gradients of PyTorch's net with the same weights.
void expect_as_torch(const std::string& file, const std::string& description) {
  const StateDict golden =
      load_checkpoint(test::golden("language/" + file), nullptr, {.format = "safetensors"});
  const auto at = [&](const std::string& name) { return golden.at(name).as<Tensor>("golden"); };
  const auto model = make_language_model(description);
  std::vector<Parameter> weights = model->trainable_params();
  for (Parameter& p : weights) p.set_data(at("net." + p.name()));
  const GradResult result = value_and_grad(
      [&](const Tensors& in) {
        const Tensor logits = model->call({in[0]}).as<Tensor>("test");
        return Tensors{train::next_token_loss(logits, at("targets"))};
      },
      {at("ids")}, {.grad_position = {}, .weights = as_weights(weights)});
  EXPECT_NEAR(result.value[0].item<float>(), at("loss").item<float>(), 2e-6);
  for (size_t i = 0; i < weights.size(); ++i)
    EXPECT_THAT(result.weight_grads[i].to_vector<float>(),
                Pointwise(FloatNear(2e-5F), at("grad." + weights[i].name()).to_vector<float>()))
        << weights[i].name();
}

constexpr const char* kGpt = "gpt vocab_size=17 context=8 width=12 layers=2 heads=3";

TEST(LanguageModels, HaveTheLossesAndGradientsOfPyTorch) {
  expect_as_torch("gpt.safetensors", str(kGpt, " tied=0"));
  expect_as_torch("gpt_tied.safetensors", kGpt);
  expect_as_torch("lstm.safetensors", "lstm vocab_size=17 width=12 layers=2");
}

// Reading piece by piece, with what is remembered, gives the logits of the whole text.
TEST(LanguageModels, ReadPieceByPieceAsAtOnce) {
  for (const char* description : {kGpt, "lstm vocab_size=17 width=12 layers=2"}) {
    const auto model = make_language_model(description);
    const std::vector<int32_t> text{3, 1, 4, 1, 5, 9, 2, 6};
    const Tensor whole = model->call({tensor_of(text, {1, 8})}).as<Tensor>("test");
    const std::unique_ptr<Reading> reading = model->start_reading();
    reading->read({3, 1, 4});
    reading->read({1, 5});
    reading->read({9, 2});
    const Tensor last = reading->read({6});
    EXPECT_THAT(last.to_vector<float>(),
                Pointwise(FloatNear(1e-5F), ops::strided_slice(whole, {0, 7}, {1, 8}).to_vector<float>()))
        << description;
  }
}

TEST(LanguageModels, DescriptionsBuildTheLike) {
  GptConfig config;
  config.width = 24, config.heads = 2, config.layers = 1, config.tied = false, config.dropout = 0.25;
  const Gpt gpt(config);
  const auto like = make_language_model(gpt.description());
  EXPECT_EQ(like->description(), gpt.description());
  EXPECT_EQ(like->trainable_params().size(), gpt.trainable_params().size());
  EXPECT_THAT([] { make_language_model("gpt depth=3"); }, ThrowsMessage<ValueError>(HasSubstr("'depth'")));
  EXPECT_THAT([] { make_language_model("gpt width"); }, ThrowsMessage<ValueError>(HasSubstr("'width'")));
  EXPECT_THAT([] { make_language_model("bert"); }, ThrowsMessage<ValueError>(HasSubstr("'bert'")));
  EXPECT_THAT([] { make_language_model("gpt width=10 heads=3"); },
              ThrowsMessage<ValueError>(HasSubstr("'heads'")));
}

TEST(LanguageModels, GenerateTheSameFromTheSameSeed) {
  const auto model = make_language_model(kGpt);
  const auto draw = [&](double temperature, int64_t top_k, uint64_t seed) {
    return generate(*model, {1, 2}, 30, {.temperature = temperature, .top_k = top_k, .seed = seed});
  };
  EXPECT_EQ(draw(1, 0, 5), draw(1, 0, 5));
  EXPECT_NE(draw(1, 0, 5), draw(1, 0, 6));
  EXPECT_EQ(draw(0, 0, 5), draw(1, 1, 6));  // the likeliest, in two ways
  EXPECT_THAT([&] { draw(-1, 0, 0); }, ThrowsMessage<ValueError>(HasSubstr("'temperature'")));
  EXPECT_THAT([&] { generate(*model, {}, 1); }, ThrowsMessage<ValueError>(HasSubstr("'prompt'")));
  EXPECT_THAT([&] { generate(*model, {17}, 1); }, ThrowsMessage<IndexError>(HasSubstr("17")));
}

// A text of two words is learned by heart.
TEST(LanguageModels, LearnAText) {
  set_seed(1);
  std::string text;
  for (int i = 0; i < 60; ++i) text += "hello world. ";
  const data::TextLoader loader(data::byte_tokens(text), {.batch_size = 4, .length = 32});
  for (const char* description : {"gpt context=32 width=32 layers=1 heads=2", "lstm width=32 layers=1"}) {
    const auto model = make_language_model(description);
    nn::Adam adam(model->trainable_params(), 5e-3);
    train::LanguageTrainer trainer(*model, adam, loader);
    trainer.run(300);
    EXPECT_LT(train::evaluate_text(*model, loader, 5), 0.3) << description;
    const std::vector<int32_t> made = generate(*model, data::byte_tokens("hello "), 40, {.temperature = 0});
    EXPECT_EQ(data::bytes_of(made), text.substr(6, 40)) << description;
  }
}

std::vector<float> falling_rates() {
  std::vector<float> rates;
  for (int i = 0; i < 25; ++i) rates.push_back(0.005f - 0.0001f * static_cast<float>(i));
  return rates;
}

// A small GPT with dropout and all that trains it.
struct TextRig {
  explicit TextRig(int64_t batch_size = 4)
      : model((set_seed(3), make_language_model("gpt context=16 width=16 layers=1 heads=2 dropout=0.1"))),
        adam(model->trainable_params(), falling_rates()),
        loader(data::byte_tokens(std::string(300, 'a') + std::string(300, 'b')),
               {.batch_size = batch_size, .length = 16, .seed = 8}),
        trainer(*model, adam, loader) {}

  std::shared_ptr<LanguageModel> model;
  nn::Adam adam;
  data::TextLoader loader;
  train::LanguageTrainer trainer;

  std::vector<std::vector<float>> weights() const {
    std::vector<std::vector<float>> out;
    for (const Parameter& p : model->trainable_params()) out.push_back(p.to_vector<float>());
    return out;
  }
};

TEST(LanguageModels, TrainingResumesBitForBit) {
  const test::TempDir dir;
  TextRig whole;
  EXPECT_TRUE(whole.trainer.run(25));
  TextRig first;
  EXPECT_FALSE(first.trainer.run(25, [](const train::TextStepReport& r) { return r.step < 11; }));
  EXPECT_EQ(first.trainer.step(), 12);
  const std::vector<const char*> files = {"state.ckpt", "state.safetensors"};
  for (const char* name : files) train::save_state(dir / name, *first.model, first.trainer);
  for (const char* name : files) {
    TextRig second;
    set_seed(99);  // a new process starts from another seed: dropout must go on where it was
    train::load_state(dir / name, *second.model, second.trainer);
    std::vector<int64_t> steps;
    EXPECT_TRUE(second.trainer.run(25, [&](const train::TextStepReport& r) {
      steps.push_back(r.step);
      return true;
    }));
    EXPECT_EQ(steps.front(), 12);
    EXPECT_EQ(steps.back(), 24);
    EXPECT_EQ(second.weights(), whole.weights()) << name;
  }
  TextRig other(5);
  const auto before = other.weights();
  EXPECT_THAT([&] { train::load_state(dir / "state.ckpt", *other.model, other.trainer); },
              ThrowsMessage<ValueError>(
                  HasSubstr("'train.batch_size' was 4 when the checkpoint was saved, now it is 5")));
  EXPECT_EQ(other.weights(), before);
  EXPECT_EQ(other.trainer.step(), 0);
}

}  // namespace
}  // namespace nucella::models
