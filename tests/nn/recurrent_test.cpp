#include "nucella/nn/recurrent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/grad/grad.h"
#include "nucella/nn/cell_grad.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/gradcheck.h"

namespace nucella::nn {
namespace {

using test::varied;
using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;

std::vector<std::string> names_of(const Cell& cell) {
  std::vector<std::string> names;
  for (const Parameter& p : cell.get_parameters()) names.push_back(p.name());
  return names;
}

TEST(Recurrent, ParametersHaveMindSporesNames) {
  EXPECT_THAT(names_of(LSTM(3, 4)), ElementsAre("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"));
  EXPECT_THAT(names_of(GRU(3, 4, {.num_layers = 2, .has_bias = false, .bidirectional = true})),
              ElementsAre("weight_ih_l0", "weight_ih_l0_reverse", "weight_ih_l1", "weight_ih_l1_reverse",
                          "weight_hh_l0", "weight_hh_l0_reverse", "weight_hh_l1", "weight_hh_l1_reverse"));
  EXPECT_THAT(names_of(LSTMCell(3, 4)), ElementsAre("weight_ih", "weight_hh", "bias_ih", "bias_hh"));
}

// A layer is its cell, step by step.
TEST(Recurrent, LayersDoWhatTheirCellsDo) {
  LSTM layer(3, 20);
  LSTMCell cell(3, 20);
  const std::vector<Parameter> from = layer.get_parameters();
  std::vector<Parameter> to = cell.get_parameters();
  for (size_t i = 0; i < to.size(); ++i) to[i].set_data(from[i]);
  const Tensor x = varied({6, 2, 3});
  const auto [output, last] = layer(x);
  Tensor h = zeros({2, 20}), c = zeros({2, 20});
  for (int64_t t = 0; t < 6; ++t) {
    std::tie(h, c) = cell(ops::squeeze(ops::strided_slice(x, {t}, {t + 1}), {0}), std::tuple(h, c));
    EXPECT_THAT(ops::strided_slice(output, {t}, {t + 1}).to_vector<float>(),
                Pointwise(FloatNear(1e-6F), h.to_vector<float>()));
  }
  EXPECT_THAT(std::get<1>(last).to_vector<float>(), Pointwise(FloatNear(1e-6F), c.to_vector<float>()));
}

// What is cut off by its length is as if it were not there.
TEST(Recurrent, PaddingDoesNotMatter) {
  GRU net(3, 5, {.num_layers = 2, .bidirectional = true});
  const Tensor x = varied({6, 1, 3}), lengths = tensor({4}, int32);
  const Tensor alone = ops::strided_slice(x, {0}, {4});
  const auto [padded, padded_last] = net(x, Value(), lengths);
  const auto [plain, plain_last] = net(alone);
  EXPECT_EQ(ops::strided_slice(padded, {0}, {4}).to_vector<float>(), plain.to_vector<float>());
  EXPECT_THAT(ops::strided_slice(padded, {4}, {6}).to_vector<float>(), testing::Each(0.0F));
  EXPECT_EQ(padded_last.to_vector<float>(), plain_last.to_vector<float>());
}

TEST(Recurrent, DropoutActsBetweenLayersWhileTraining) {
  RnnOptions options;
  options.num_layers = 2;
  options.dropout = 0.5;
  RNN net(3, 40, options);
  const Tensor x = varied({2, 1, 3});
  const std::vector<float> still = std::get<0>(net(x)).to_vector<float>();
  EXPECT_EQ(std::get<0>(net(x)).to_vector<float>(), still);
  net.set_train();
  EXPECT_NE(std::get<0>(net(x)).to_vector<float>(), still);
}

TEST(Recurrent, SecondDerivativesOfALayer) {
  LSTM net(2, 2, {.dtype = float64});
  test::expect_gradients([&](const Tensors& in) { return Tensors{std::get<0>(net(in[0]))}; },
                         {varied({3, 2, 2}, float64)});
}

TEST(Recurrent, ErrorsNameWhatIsWrong) {
  LSTM net(3, 4);
  const Tensor x = zeros({5, 2, 3});
  EXPECT_THAT([] { LSTM(0, 4); }, ThrowsMessage<ValueError>(HasSubstr("'input_size'")));
  EXPECT_THAT([] { GRU(3, 4, {.dropout = 1}); }, ThrowsMessage<ValueError>(HasSubstr("'dropout'")));
  EXPECT_THAT([] { RNN(3, 4, {{}, "sigmoid"}); }, ThrowsMessage<ValueError>(HasSubstr("'nonlinearity'")));
  EXPECT_THAT([&] { net(zeros({5, 2, 7})); }, ThrowsMessage<ValueError>(HasSubstr("'x'")));
  EXPECT_THAT([&] { net(x, Value(x)); }, ThrowsMessage<TypeError>(HasSubstr("'hx' must be a tuple")));
  EXPECT_THAT([&] { net(x, std::tuple(x, x)); },
              ThrowsMessage<ValueError>(HasSubstr("'hx' must have the shape")));
  EXPECT_THAT([&] { net(x, Value(), tensor({5}, int32)); },
              ThrowsMessage<ValueError>(HasSubstr("'seq_length' must have the shape (2,)")));
  EXPECT_THAT([&] { net(x, Value(), zeros({2})); }, ThrowsMessage<TypeError>(HasSubstr("'seq_length'")));
}

}  // namespace
}  // namespace nucella::nn
