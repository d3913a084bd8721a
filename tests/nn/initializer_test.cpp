#include "nucella/nn/initializer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "nucella/base/error.h"

namespace nucella {
namespace {

Tensor filled(const Initializer& init, const Shape& shape, DType dtype = float32) {
  const Tensor out = Tensor::empty(shape, dtype);
  init.fill(out, init.draw_key(shape));
  return out;
}

std::vector<float> numbers(const Initializer& init, const Shape& shape, int64_t seed) {
  set_seed(seed);
  return filled(init, shape).to_vector<float>();
}

using Floats = std::vector<float>;

// Golden numbers: mindspore 2.10.0, set_seed(s) and then initializer(...).init_data().
TEST(Initializer, NumbersOfMindSpore) {
  EXPECT_EQ(numbers(init::Normal(), {4}, 0),
            (Floats{-0.00490910606f, -0.00423021847f, -0.014807187f, 0.00671239803f}));
  EXPECT_EQ(numbers(init::Normal(), {2}, 42), (Floats{0.00132906216f, -0.00578934094f}));
  EXPECT_EQ(numbers(init::Uniform(), {2}, 0), (Floats{0.0346747749f, -0.00256670336f}));
  EXPECT_EQ(numbers(init::TruncatedNormal(), {2}, 0), (Floats{0.0066719735f, -0.000459716946f}));
  EXPECT_EQ(numbers(init::XavierNormal(), {2, 2}, 1),
            (Floats{0.46176692843437195f, 1.0671603679656982f, 0.18719682097434998f, -0.264921098947525f}));
}

TEST(Initializer, DefaultWeightsOfDense) {
  set_seed(1);
  const Tensor weight = filled(init::HeUniform(std::sqrt(5.0)), {2, 2});
  const Tensor bias = filled(init::Uniform(1 / std::sqrt(2.0)), {2});
  EXPECT_EQ(weight.to_vector<float>(),
            (Floats{0.4122728109359741f, -0.36132878065109253f, 0.24831634759902954f, -0.5307502150535583f}));
  EXPECT_EQ(bias.to_vector<float>(), (Floats{-0.28297659754753113f, -0.023620644584298134f}));
}

TEST(Initializer, OrthogonalMatrix) {
  const Floats q = numbers(init::Orthogonal(), {2, 2}, 1);
  const Floats golden{0.9267429709434509f, 0.37569499015808105f, 0.37569499015808105f, -0.9267429709434509f};
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(q[i], golden[i], 1e-6);
}

}  // namespace
}  // namespace nucella
