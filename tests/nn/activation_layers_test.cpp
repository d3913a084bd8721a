#include "nucella/nn/activation_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/grad/grad.h"
#include "nucella/nn/activation.h"
#include "nucella/nn/embedding.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {
namespace {

using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;
using Floats = std::vector<float>;

TEST(Activations, ComputeWhatTheirNamesSay) {
  const Tensor x = tensor({-1, 1});
  EXPECT_THAT(GELU(false)(x).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), Floats{-0.15865526F, 0.8413447F}));
  EXPECT_THAT(LeakyReLU(0.5)(x).to_vector<float>(), Pointwise(FloatNear(0), Floats{-0.5F, 1}));
  EXPECT_THAT(Hardtanh(-0.5, 0.25)(x).to_vector<float>(), Pointwise(FloatNear(0), Floats{-0.5F, 0.25F}));
  EXPECT_THAT(HShrink()(tensor({-1, 0.2F})).to_vector<float>(), Pointwise(FloatNear(0), Floats{-1, 0}));
  EXPECT_EQ(GELU().repr(), "GELU()");
  EXPECT_EQ(get_activation("leakyrelu")->repr(), "LeakyReLU()");
  EXPECT_THAT([] { get_activation("leaky"); }, ThrowsMessage<KeyError>(HasSubstr("got 'leaky'")));
  EXPECT_THROW(Hardtanh(2, 1), ValueError);
}

// Where the two sides meet the slope is that of the function, not the sum of its parts' conventions.
TEST(Activations, SlopesAtZero) {
  const auto slope = [](auto f) {
    return grad(std::function<Tensor(const Tensor&)>(f))(tensor({0})).item<float>();
  };
  EXPECT_FLOAT_EQ(slope([](const Tensor& x) { return ops::softplus(x); }), 0.5F);
  EXPECT_FLOAT_EQ(slope([](const Tensor& x) { return ops::elu(x, 1); }), 1);
  EXPECT_FLOAT_EQ(slope([](const Tensor& x) { return ops::leaky_relu(x, 0.25); }), 0.25F);
  EXPECT_FLOAT_EQ(slope([](const Tensor& x) { return ops::mish(x); }), 0.6F);
}

TEST(PReLU, HasASlopeForEachChannel) {
  PReLU layer(2, tensor({0.5F, 0.25F}));
  EXPECT_THAT(layer(tensor({-2, -4, 3, 5}, {2, 2})).to_vector<float>(),
              Pointwise(FloatNear(0), Floats{-1, -1, 3, 5}));
  EXPECT_EQ(layer.w.name(), "a");
  EXPECT_THROW(layer(tensor({1, 2, 3}, {1, 3})), ValueError);
}

TEST(Embedding, LooksUpRows) {
  Embedding layer(3, 2, {.embedding_table = tensor({0, 1, 2, 3, 4, 5}, {3, 2}), .padding_idx = 1});
  EXPECT_EQ(layer(tensor_of(std::vector<int32_t>{2, 1}, {2})).to_vector<float>(), (Floats{4, 5, 0, 0}));
  EXPECT_THROW(layer(tensor_of(std::vector<int32_t>{3}, {1})), IndexError);
  EXPECT_THAT([&] { layer(tensor({1})); }, ThrowsMessage<TypeError>(HasSubstr("'Embedding'")));
  EXPECT_THROW(Embedding(3, 2, {.padding_idx = 3}), ValueError);
}

}  // namespace
}  // namespace nucella::nn
