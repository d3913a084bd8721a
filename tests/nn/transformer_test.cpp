#include "nucella/nn/transformer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/gradcheck.h"

namespace nucella::nn {
namespace {

using test::varied;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;

Tensor first(const Value& made) { return made.as<Values>("test")[0].as<Tensor>("test"); }

TEST(MultiheadAttention, IsTheSameWithAndWithoutTheShares) {
  MultiheadAttention net(8, 2);
  const Tensor x = varied({5, 3, 8}), hidden = ops::cast(ops::triu(ones({5, 5}), 1), bool_);
  const Value with = net(x, x, x, Tensor(), true, hidden, Value());
  EXPECT_THAT(first(net(x, x, x, Tensor(), false, hidden, Value())).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), first(with).to_vector<float>()));
  const Tensor shares = with.as<Values>("test")[1].as<Tensor>("test");
  EXPECT_EQ(shares.shape().str(), "(3, 5, 5)");
  EXPECT_THAT(ops::reduce_sum(shares, {2}).to_vector<float>(), testing::Each(FloatNear(1, 1e-5F)));
}

TEST(MultiheadAttention, TakesBatchesFirst) {
  MultiheadAttention net(8, 2), turned(8, 2, {.batch_first = true});
  const std::vector<Parameter> from = net.get_parameters();
  std::vector<Parameter> to = turned.get_parameters();
  for (size_t i = 0; i < to.size(); ++i) to[i].set_data(from[i]);
  const Tensor x = varied({5, 3, 8}), y = ops::transpose(x, {1, 0, 2});
  const Tensor got = first(turned(y, y, y));
  EXPECT_THAT(ops::transpose(got, {1, 0, 2}).to_vector<float>(),
              Pointwise(FloatNear(1e-6F), first(net(x, x, x)).to_vector<float>()));
}

TEST(MultiheadAttention, ErrorsNameWhatIsWrong) {
  MultiheadAttention net(8, 2);
  const Tensor x = zeros({5, 3, 8});
  EXPECT_THAT([] { MultiheadAttention(8, 3); }, ThrowsMessage<ValueError>(HasSubstr("'num_heads'")));
  EXPECT_THAT([&] { net(x, x, zeros({4, 3, 8})); }, ThrowsMessage<ValueError>(HasSubstr("same length")));
  EXPECT_THAT(
      [&] {
        net(x, x, x, zeros({3, 4}));
      },
      ThrowsMessage<ValueError>(HasSubstr("'key_padding_mask'")));
  EXPECT_THAT(
      [&] {
        net(x, x, x, Tensor(), false, zeros({4, 5}), Value());
      },
      ThrowsMessage<ValueError>(HasSubstr("'attn_mask'")));
}

TEST(Transformer, MasksArriveInEveryLayer) {
  Transformer net(8, 2, {{.dim_feedforward = 16, .batch_first = true}, 2, 2});
  const Tensor src = varied({2, 6, 8}), tgt = varied({2, 5, 8}, float32, 4);
  const Tensor hidden = ops::cast(ops::triu(ones({5, 5}), 1), bool_);
  const auto run = [&](const Tensor& t) { return net(src, t, Tensor(), hidden); };
  const Tensor all = run(tgt);
  EXPECT_EQ(all.shape().str(), "(2, 5, 8)");
  const Tensor changed = ops::concat({ops::strided_slice(tgt, {0, 0}, {2, 4}), zeros({2, 1, 8})}, 1);
  const auto begin = [](const Tensor& t) { return ops::strided_slice(t, {0, 0}, {2, 4}).to_vector<float>(); };
  EXPECT_THAT(begin(run(changed)), Pointwise(FloatNear(1e-6F), begin(all)));
}

TEST(Transformer, LayersOfAStackStartApart) {
  const TransformerEncoderLayer layer(8, 2);
  TransformerEncoder stack(layer, 2);
  const auto weights = [&](int64_t i) {
    return static_cast<TransformerEncoderLayer&>(*stack.layers.values()[static_cast<size_t>(i)])
        .dense1.weight.to_vector<float>();
  };
  EXPECT_NE(weights(0), weights(1));
}

TEST(Transformer, RefusesOtherActivations) {
  EXPECT_THAT([] { TransformerEncoderLayer(8, 2, {.activation = "tanh"}); },
              ThrowsMessage<ValueError>(HasSubstr("'relu' or 'gelu'")));
  EXPECT_THAT([] { TransformerEncoderLayer(8, 2, {.activation_cell = cell<Tanh>()}); },
              ThrowsMessage<ValueError>(HasSubstr("nn.ReLU or nn.GELU")));
}

}  // namespace
}  // namespace nucella::nn
