#include "nucella/nn/initializer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "nucella/base/error.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using Floats = std::vector<float>;

Tensor filled(const Initializer& init, const Shape& shape, const RandomKey& key, DType dtype = float32) {
  const Tensor out = Tensor::empty(shape, dtype);
  init.fill(out, key);
  return out;
}

Floats numbers(const Initializer& init, const Shape& shape, int64_t seed = 1, DType dtype = float32) {
  set_seed(seed);
  return filled(init, shape, init.draw_key(shape), dtype).to_vector<float>();
}

/// Switches the random stream for one test.
struct R15 {
  R15() { set_random_stream(RandomStream::kR15); }
  ~R15() { set_random_stream(RandomStream::kV2); }
};

// Golden numbers: mindspore 2.10.0, set_seed(s) and then initializer(...).init_data(), seed 1 unless said.
TEST(Initializer, NumbersOfMindSpore) {
  EXPECT_EQ(numbers(init::Normal(), {4}, 0),
            (Floats{-0.00490910606f, -0.00423021847f, -0.014807187f, 0.00671239803f}));
  EXPECT_EQ(numbers(init::Normal(), {2}, 42), (Floats{0.00132906216f, -0.00578934094f}));
  EXPECT_EQ(numbers(init::Uniform(), {2}, 0), (Floats{0.0346747749f, -0.00256670336f}));
  EXPECT_EQ(numbers(init::TruncatedNormal(), {2}, 0), (Floats{0.0066719735f, -0.000459716946f}));
  EXPECT_EQ(numbers(init::TruncatedNormal(1.0, 0.25, -1.5, 2.5), {4}),
            (Floats{1.057103157043457f, -0.35744544863700867f, 0.7186028361320496f, -0.7517086267471313f}));
}

TEST(Initializer, ScaledByTheFans) {
  EXPECT_EQ(numbers(init::XavierNormal(), {2, 2}),
            (Floats{0.46176692843437195f, 1.0671603679656982f, 0.18719682097434998f, -0.264921098947525f}));
  EXPECT_EQ(numbers(init::XavierUniform(2.0), {2, 3}),
            (Floats{1.2773807048797607f, -1.1195363998413086f, 0.7693800926208496f, -1.6444693803787231f,
                    -1.0669711828231812f, -1.8336836099624634f}));
  EXPECT_EQ(numbers(init::HeUniform(0.2, "FAN_OUT", "relu"), {3, 2}),
            (Floats{0.8245456218719482f, -0.7226575613021851f, 0.4966326951980591f, -1.0615004301071167f,
                    -0.6887269616127014f, -1.1836376190185547f}));
  const Floats he = numbers(init::HeNormal(), {2, 3, 2, 2});
  EXPECT_EQ(Floats(he.begin(), he.begin() + 3),
            (Floats{0.2666012644767761f, 0.6161253452301025f, 0.10807813704013824f}));
  EXPECT_EQ(numbers(init::VarianceScaling(2.0, "fan_avg", "untruncated_normal"), {2, 3}),
            (Floats{0.5840941071510315f, 1.3498629331588745f, 0.2367873340845108f, -0.3351016342639923f,
                    -0.09489746391773224f, -1.3337723016738892f}));
  EXPECT_EQ(numbers(init::VarianceScaling(2.0, "fan_out", "uniform"), {2, 3}),
            (Floats{1.0098580121994019f, -0.8850711584091187f, 0.6082483530044556f, -1.3000671863555908f,
                    -0.8435148000717163f, -1.4496541023254395f}));
}

TEST(Initializer, DefaultWeightsOfLayers) {
  set_seed(1);
  const init::HeUniform he(std::sqrt(5.0));
  const init::Uniform uniform(1 / std::sqrt(2.0));
  const Tensor weight = filled(he, {2, 2}, he.draw_key({2, 2}));
  const Tensor bias = filled(uniform, {2}, uniform.draw_key({2}));
  EXPECT_EQ(weight.to_vector<float>(),
            (Floats{0.4122728109359741f, -0.36132878065109253f, 0.24831634759902954f, -0.5307502150535583f}));
  EXPECT_EQ(bias.to_vector<float>(), (Floats{-0.28297659754753113f, -0.023620644584298134f}));
  EXPECT_EQ(numbers(he, {1, 1, 2, 2}),
            (Floats{0.2915209233760834f, -0.2554980516433716f, 0.17558617889881134f, -0.37529706954956055f}));
  EXPECT_EQ(numbers(init::Normal(), {2, 2}), (Floats{0.0065303705632686615f, 0.015091925859451294f,
                                                     0.002647362882271409f, -0.003746550064533949f}));
}

TEST(Initializer, SparseZeroesRowsAndMovesTheGeneratorAlong) {
  EXPECT_EQ(numbers(init::Sparse(0.4, 0.5), {5, 3}),
            (Floats{0.32651853561401367f, 0.7545962929725647f, 0, -0.1873275190591812f,
                    -0.053049296140670776f, -0.7456014156341553f, 0, 0, -1.1708039045333862f, 0, 0, 0,
                    -0.35202065110206604f, 0.23396877944469452f, 0.40666690468788147f}));
  EXPECT_EQ(numbers(init::Normal(), {1}).size(), 1u);
  set_seed(1);
  const RandomKey sparse = init::Sparse(0.4).draw_key({5, 3}), next = init::Normal().draw_key({2});
  EXPECT_EQ(filled(init::Normal(), {2}, next).to_vector<float>(),
            (Floats{0.007361790630966425f, -0.005463221576064825f}));
  EXPECT_EQ(filled(init::Sparse(0.4), {5, 3}, sparse).to_vector<float>()[2], 0);
}

void expect_close(const Floats& got, const Floats& golden) {
  ASSERT_EQ(got.size(), golden.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], golden[i], 1e-6) << i;
}

TEST(Initializer, OrthogonalMatrices) {
  expect_close(numbers(init::Orthogonal(), {2, 2}),
               {0.9267429709f, 0.3756949902f, 0.3756949902f, -0.9267429709f});
  expect_close(numbers(init::Orthogonal(), {3, 2}),
               {0.9164138436f, 0.1050343141f, 0.3715072572f, -0.5822057724f, -0.1488892734f, -0.8062283993f});
  expect_close(numbers(init::Orthogonal(2.0), {2, 3}),
               {0.7841489315f, 1.8121968508f, 0.3178880513f, -0.2546078861f, 0.4491123855f, -1.9322196245f});
  const Floats q = numbers(init::Orthogonal(), {40, 3, 5, 5});
  for (size_t a = 0; a < 40; ++a)
    for (size_t b = 0; b < 40; ++b) {
      double dot = 0;
      for (size_t i = 0; i < 75; ++i) dot += static_cast<double>(q[75 * a + i]) * q[75 * b + i];
      ASSERT_NEAR(dot, a == b, 1e-5);
    }
}

TEST(Initializer, FixedPatterns) {
  EXPECT_EQ(numbers(init::Zero(), {3}), (Floats{0, 0, 0}));
  EXPECT_EQ(numbers(init::One(), {2}), (Floats{1, 1}));
  EXPECT_EQ(numbers(init::Constant(2.5), {2}), (Floats{2.5, 2.5}));
  EXPECT_EQ(numbers(init::Identity(), {2, 3}), (Floats{1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(numbers(init::Dirac(2), {4, 2, 3}),
            (Floats{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}));
}

TEST(Initializer, VarianceScalingIsUniformByDefaultAsIn2x) {
  const Floats values = numbers(init::VarianceScaling(), {10, 400});
  const float bound = std::sqrt(3.0f / 400);
  EXPECT_LE(std::ranges::max(values), bound);
  EXPECT_GT(std::ranges::max(values), 0.95f * bound);
}

TEST(Initializer, TheTruncatedVarianceScalingOfR15IsTruncated) {
  const R15 old;
  double sum = 0;
  const Floats values = numbers(init::VarianceScaling(), {100, 400});
  for (const float v : values) {
    ASSERT_LE(std::abs(v), 2);
    sum += static_cast<double>(v) * v;
  }
  EXPECT_NEAR(std::sqrt(sum / 40000), std::sqrt(1.0 / 400) / 0.8796256610342398, 5e-4);
}

TEST(Initializer, OtherDTypesGetTheFloat32NumbersCast) {
  EXPECT_EQ(numbers(init::Normal(1.0), {3}, 1, float16),
            (Floats{0.65283203125f, 1.5087890625f, 0.2646484375f}));
  EXPECT_EQ(numbers(init::Normal(1.0), {3}, 1, bfloat16), (Floats{0.65234375f, 1.5078125f, 0.265625f}));
  EXPECT_EQ(numbers(init::Normal(100.0), {4}, 1, int32), (Floats{65, 150, 26, -37}));
  EXPECT_EQ(numbers(init::Uniform(), {2}, 1, float64), (Floats{0.04081292822957039f, -0.03576972708106041f}));
  EXPECT_EQ(numbers(init::Constant(7), {2}, 1, int8), (Floats{7, 7}));
}

TEST(Initializer, FillsStridedTensorsWithoutTouchingTheirNeighbours) {
  const Tensor whole = zeros({3, 4});
  const Tensor column = whole.as_strided({3, 2}, {4, 1}, 1);
  set_seed(0);
  init::Normal().fill(column, init::Normal().draw_key({3, 2}));
  const Floats all = whole.to_vector<float>();
  EXPECT_EQ(Floats(all.begin(), all.begin() + 4), (Floats{0, -0.00490910606f, -0.00423021847f, 0}));
  init::One().fill(column, {});
  EXPECT_EQ(whole.to_vector<float>(), (Floats{0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0}));
}

TEST(Initializer, NumbersDoNotDependOnTheOrderOfFilling) {
  for (const RandomStream stream : {RandomStream::kV2, RandomStream::kR15}) {
    set_random_stream(stream);
    const std::vector<InitializerPtr> inits = {
        init::by_name("he_normal"),      init::by_name("zeros"),      init::by_name("normal"),
        init::by_name("he_uniform"),     init::by_name("orthogonal"), std::make_shared<init::Sparse>(0.5),
        init::by_name("truncatedNormal")};
    const Shape shape{7, 5};
    std::vector<Floats> early;
    set_seed(3);
    for (const auto& init : inits)
      early.push_back(filled(*init, shape, init->draw_key(shape)).to_vector<float>());
    set_seed(3);
    std::vector<RandomKey> keys;
    for (const auto& init : inits) keys.push_back(init->draw_key(shape));
    for (size_t i = inits.size(); i-- > 0;)
      EXPECT_EQ(filled(*inits[i], shape, keys[i]).to_vector<float>(), early[i]) << inits[i]->class_name();
    EXPECT_NE(early[0], early[3]);
  }
  set_random_stream(RandomStream::kV2);
}

TEST(Initializer, TheOldStreamTakesUniformNumbersFromNumPy) {
  const R15 old;
  EXPECT_EQ(numbers(init::Uniform(1.0), {2}), (Floats{static_cast<float>(-1.0 + 2.0 * 0.417022004702574),
                                                      static_cast<float>(-1.0 + 2.0 * 0.7203244934421581)}));
  const Floats he = numbers(init::HeNormal(), {1, 2});
  EXPECT_EQ(he, (Floats{1.6243453636632417f, -0.6117564136500754f}));
  EXPECT_EQ(numbers(init::Normal(1.0), {4}).size(), 4u);
}

TEST(Initializer, NamesAreFoundInAnyCase) {
  for (const char* name :
       {"zero", "Zeros", "ONE", "ones", "normal", "TruncatedNormal", "uniform", "xavier_uniform",
        "XavierUniform", "xavier_normal", "xaviernormal", "HeUniform", "he_uniform", "he_normal", "HENORMAL",
        "identity", "dirac", "orthogonal", "VarianceScaling"})
    EXPECT_NE(init::by_name(name), nullptr) << name;
  EXPECT_EQ(init::by_name("heuniform")->class_name(), "HeUniform");
  for (const char* name : {"", "truncated_normal", "constant", " normal", "variance_scaling"})
    EXPECT_THROW(init::by_name(name), ValueError) << name;
  EXPECT_THROW(init::by_name("sparse"), TypeError);
}

TEST(Initializer, WhatDoesNotFitIsRefusedBeforeAnythingIsDrawn) {
  set_seed(1);
  EXPECT_THROW(init::Normal(-1.0).draw_key({2}), ValueError);
  EXPECT_THROW(init::TruncatedNormal(-1.0).draw_key({2}), ValueError);
  EXPECT_THROW(init::TruncatedNormal(0.0).draw_key({2}), RuntimeError);
  EXPECT_THROW(init::XavierUniform().draw_key({2}), ValueError);
  EXPECT_THROW(init::XavierNormal().draw_key({}), ValueError);
  EXPECT_THROW(init::HeUniform(0.0, "fan_avg").draw_key({2, 2}), ValueError);
  EXPECT_THROW(init::HeNormal(0.0, "fan_in", "selu").draw_key({2, 2}), ValueError);
  EXPECT_THROW(init::Identity().draw_key({2, 2, 2}), ValueError);
  EXPECT_THROW(init::Sparse(0.1).draw_key({2}), ValueError);
  EXPECT_THROW(init::Dirac().draw_key({2, 2}), ValueError);
  EXPECT_THROW(init::Dirac(2).draw_key({3, 2, 2}), ValueError);
  EXPECT_THROW(init::Orthogonal().draw_key({4}), ValueError);
  EXPECT_THROW(init::VarianceScaling(0.0), ValueError);
  EXPECT_THROW(init::VarianceScaling(1.0, "fan"), ValueError);
  EXPECT_THROW(init::VarianceScaling(1.0, "fan_in", "normal"), ValueError);
  EXPECT_EQ(init::Normal().draw_key({2}).seed, 7692698082559361260u);
}

TEST(Initializer, Gains) {
  EXPECT_EQ(init::calculate_gain("conv_transpose2d"), 1);
  EXPECT_EQ(init::calculate_gain("tanh"), 5.0 / 3);
  EXPECT_EQ(init::calculate_gain("relu"), std::sqrt(2.0));
  EXPECT_EQ(init::calculate_gain("leaky_relu"), std::sqrt(2.0 / (1 + 0.01 * 0.01)));
  EXPECT_EQ(init::calculate_gain("leaky_relu", 2.0), std::sqrt(2.0 / 5));
  EXPECT_THROW(init::calculate_gain("swish"), ValueError);
}

TEST(Initializer, RecipesOfOnesOwn) {
  const InitializerPtr ramp =
      init::from_function("Ramp", [](std::span<float> out, const Shape& shape, uint64_t) {
        for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(i) + static_cast<float>(shape[0]);
      });
  EXPECT_EQ(ramp->class_name(), "Ramp");
  EXPECT_EQ(numbers(*ramp, {3}), (Floats{3, 4, 5}));

  class Halves : public init::FloatInitializer {
   public:
    std::string class_name() const override { return "Halves"; }
    RandomKey draw_key(const Shape&) const override { return {}; }

   protected:
    void generate(std::span<float> out, const Shape&, const RandomKey&) const override {
      std::fill(out.begin(), out.end(), 0.5f);
    }
  };
  EXPECT_EQ(numbers(Halves(), {2}, 1, float16), (Floats{0.5, 0.5}));
}

}  // namespace
}  // namespace nucella
