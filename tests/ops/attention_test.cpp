#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/grad/grad.h"
#include "nucella/ops/operators.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/allocator.h"
#include "nucella/tensor/create.h"
#include "tests/support/gradcheck.h"

namespace nucella::test {
namespace {

using testing::FloatNear;
using testing::Pointwise;

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask = {},
              bool causal = false) {
  return ops::scaled_dot_product_attention(q, k, v, mask, causal)[0];
}

TEST(Attention, MixesValuesByTheSharesOfTheirKeys) {
  const Tensor q = tensor({1, 0}, {1, 1, 1, 2}), k = tensor({2, 0, 0, 2}, {1, 1, 2, 2});
  const Tensor v = tensor({1, 10, 3, 30}, {1, 1, 2, 2});
  const float share = 1 / (1 + std::exp(-std::sqrt(2.0F)));
  EXPECT_THAT(attend(q, k, v).to_vector<float>(),
              Pointwise(FloatNear(1e-5F), {3 - 2 * share, 30 - 20 * share}));
}

TEST(Attention, CausalQueriesSeeNothingBehindThem) {
  const Tensor q = varied({2, 2, 70, 8}), k = varied({2, 2, 70, 8}, float32, 3),
               v = varied({2, 2, 70, 8}, float32, 9);
  const Tensor all = attend(q, k, v, {}, true);
  const auto first = [](const Tensor& t) { return ops::strided_slice(t, {0, 0, 0}, {2, 2, 40}); };
  EXPECT_EQ(first(all).to_vector<float>(), attend(first(q), first(k), first(v), {}, true).to_vector<float>());
}

TEST(Attention, AQueryWithoutKeysGivesZerosAndNoGradient) {
  const Tensor q = varied({1, 1, 2, 4}), mask = ops::cast(tensor({0, 0, 0, 1, 0, 1}, {2, 3}), bool_);
  const Tensor kv = varied({1, 1, 3, 4}, float32, 5);
  const auto both = ops::scaled_dot_product_attention(q, kv, kv, mask);
  EXPECT_EQ(ops::strided_slice(both[0], {0, 0, 0}, {1, 1, 1}).to_vector<float>(), std::vector<float>(4, 0));
  EXPECT_EQ(both[1].to_vector<float>()[0], -INFINITY);
  const Tensors g =
      grad([&](const Tensors& in) { return Tensors{ops::reduce_sum(attend(in[0], kv, kv, mask))}; }, {q});
  EXPECT_EQ(ops::strided_slice(g[0], {0, 0, 0}, {1, 1, 1}).to_vector<float>(), std::vector<float>(4, 0));
}

TEST(Attention, WithoutKeysThereIsNothingToMix) {
  const Tensor q = varied({1, 2, 3, 4}), none = zeros({1, 2, 0, 4});
  EXPECT_EQ(attend(q, none, none).to_vector<float>(), std::vector<float>(24, 0));
}

TEST(Attention, TakesHeadsOutOfOneProjectionAndGivesThemBackInThatOrder) {
  const Tensor packed = varied({2, 5, 24});  // (N, L, 3 heads of q, k, v by 2 by 4)
  const Tensors parts = ops::split_views(packed, {8, 8, 8});
  const auto by_head = [](const Tensor& t) {
    return ops::transpose(ops::reshape(t, {2, 5, 2, 4}), {0, 2, 1, 3});
  };
  const Tensor out = attend(by_head(parts[0]), by_head(parts[1]), by_head(parts[2]));
  EXPECT_TRUE(ops::transpose(out, {0, 2, 1, 3}).is_contiguous());
  const Tensor plain =
      attend(by_head(parts[0]).contiguous(), by_head(parts[1]).contiguous(), by_head(parts[2]).contiguous());
  EXPECT_EQ(out.to_vector<float>(), plain.to_vector<float>());
}

// What follows from the formula with all scores in memory, as a function of query, key, value and mask.
Tensor plainly(const Tensors& in) {
  const Tensor scores = ops::batch_matmul(in[0], in[1], false, true) * (1 / std::sqrt(3.0)) + in[3];
  return ops::batch_matmul(ops::softmax(scores), in[2]);
}

TEST(Attention, GradientsAreThoseOfTheFormula) {
  const Tensors in{varied({2, 2, 75, 3}), varied({2, 2, 90, 3}, float32, 4),
                   varied({2, 2, 90, 5}, float32, 8), varied({75, 90}, float32, 2)};
  const auto by = [&](auto f) {
    const TensorFn loss = [&](const Tensors& x) {
      return Tensors{ops::reduce_sum(f(x) * varied({2, 2, 75, 5}, float32, 6))};
    };
    return grad(loss, in, {.grad_position = {0, 1, 2}});
  };
  const Tensors got = by([](const Tensors&x) { return attend(x[0], x[1], x[2], x[3]); }), want = by(plainly);
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_THAT(got[i].to_vector<float>(), Pointwise(FloatNear(2e-5F), want[i].to_vector<float>()))
        << "input " << i;
}

TEST(Attention, AFloatMaskHasAGradientToo) {
  expect_gradients([](const Tensors& in) { return Tensors{attend(in[0], in[1], in[2], in[3])}; },
                   {varied({1, 1, 2, 2}, float64), varied({1, 1, 3, 2}, float64, 4),
                    varied({1, 1, 3, 2}, float64, 8), varied({2, 3}, float64, 2)});
}

TEST(Attention, MemoryGrowsWithTheSequenceAlone) {
  constexpr int64_t kLength = 4096;
  const Tensor q = varied({1, 1, kLength, 8});
  reset_peak_memory();
  const uint64_t before = memory_stats().used_bytes;
  const Tensors g =
      grad([&](const Tensors& in) { return Tensors{ops::reduce_sum(attend(in[0], q, q, {}, true))}; }, {q});
  EXPECT_LT(memory_stats().peak_bytes - before, uint64_t{kLength * kLength * 4 / 8});
  EXPECT_EQ(g[0].shape().str(), q.shape().str());
}

}  // namespace
}  // namespace nucella::test
