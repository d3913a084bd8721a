// reshape, transpose, expand_dims, squeeze, flatten, slices, concat, stack, tile.
#include <gtest/gtest.h>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

Tensor counting(const Shape& shape) {
  return ops::reshape(arange(0, static_cast<double>(shape.numel()), 1, float32), shape);
}
std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }
bool shares_storage(const Tensor& a, const Tensor& b) {
  return a.impl()->storage.get() == b.impl()->storage.get();
}
using Floats32 = std::vector<float>;

// d/dx sum(f(x) * weight): weight tells the elements apart.
template <class F>
Tensor weighted_gradient(const Tensor& x, F f) {
  Tape tape;
  tape.watch(x);
  Tensor loss;
  {
    TapeScope scope(tape);
    const Tensor y = f(x);
    loss = ops::sum_to(ops::mul(y, counting(y.shape())), {});
  }
  return tape.backward({loss}, {}, {x})[0];
}

TEST(Reshape, IsAViewOfAContiguousTensor) {
  const Tensor x = counting({2, 3}), y = ops::reshape(x, {3, -1});
  EXPECT_EQ(y.shape(), (Shape{3, 2}));
  EXPECT_TRUE(shares_storage(x, y));
  EXPECT_EQ(values(y), values(x));
}

TEST(Reshape, SplitsAndJoinsAxesOfAStridedTensorWithoutACopy) {
  const Tensor x = ops::transpose(counting({6, 4}), {1, 0});  // strides 1, 4
  const Tensor split = ops::reshape(x, {2, 2, 3, 2});
  EXPECT_TRUE(shares_storage(x, split));
  EXPECT_EQ(values(split), values(x));
  EXPECT_TRUE(shares_storage(x, ops::reshape(split, {4, 1, 6})));
  EXPECT_EQ(values(ops::reshape(split, {4, 1, 6})), values(x));
}

TEST(Reshape, CopiesWhenTheLayoutAllowsNoView) {
  const Tensor x = ops::transpose(counting({2, 3}), {1, 0}), y = ops::reshape(x, {-1});
  EXPECT_FALSE(shares_storage(x, y));
  EXPECT_EQ(values(y), (Floats32{0, 3, 1, 4, 2, 5}));
}

TEST(Reshape, EmptyTensors) {
  EXPECT_EQ(ops::reshape(zeros({0, 3}), {-1, 3}).shape(), (Shape{0, 3}));
  EXPECT_EQ(ops::reshape(zeros({0, 3}), {0, -1}).shape(), (Shape{0, 0}));
  EXPECT_THROW(ops::reshape(zeros({0, 3}), {1, 2}), ValueError);
}

TEST(Reshape, RefusesHugeExtents) {
  constexpr int64_t huge = int64_t{1} << 62;
  EXPECT_THROW(ops::reshape(zeros({4}), {huge, huge}), ValueError);
  EXPECT_THROW(ops::reshape(zeros({4}), {huge, huge, -1}), ValueError);
}

TEST(Transpose, GradientComesBackInTheOldOrder) {
  const Tensor x = counting({2, 3});
  const Tensor g = weighted_gradient(x, [](const Tensor& t) { return ops::transpose(t, {1, 0}); });
  EXPECT_EQ(values(g), (Floats32{0, 2, 4, 1, 3, 5}));
}

TEST(ExpandDims, ThenSqueezeGivesTheSameView) {
  const Tensor x = counting({2, 3});
  for (int64_t axis : {0, 1, 2, -1, -2, -3}) {
    const Tensor y = ops::expand_dims(x, axis);
    EXPECT_EQ(y.ndim(), 3);
    EXPECT_EQ(y.shape(static_cast<int>(axis)), 1);
    EXPECT_TRUE(shares_storage(x, y));
    EXPECT_EQ(ops::squeeze(y, {axis}).shape(), x.shape());
  }
  EXPECT_THROW(ops::expand_dims(zeros({1, 1, 1, 1, 1, 1, 1, 1}), 0), ValueError);
}

TEST(Flatten, KeepsTheBatchAndMakesScalarsVectors) {
  EXPECT_EQ(ops::flatten(zeros({2, 3, 4})).shape(), (Shape{2, 12}));
  EXPECT_EQ(ops::flatten(zeros({2, 3, 4}), 0, 1).shape(), (Shape{6, 4}));
  EXPECT_EQ(ops::flatten(zeros({5})).shape(), (Shape{5}));
  EXPECT_EQ(ops::flatten(scalar(1)).shape(), (Shape{1}));
}

TEST(StridedSlice, FollowsPython) {
  const Tensor x = counting({6});
  EXPECT_EQ(values(ops::strided_slice(x, {1}, {-1}, {2})), (Floats32{1, 3}));
  EXPECT_EQ(values(ops::strided_slice(x, {4}, {0}, {-2})), (Floats32{4, 2}));
  EXPECT_EQ(values(ops::strided_slice(x, {INT64_MAX}, {INT64_MIN}, {-1})), (Floats32{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(values(ops::strided_slice(x, {-100}, {100}, {INT64_MAX})), (Floats32{0}));
  EXPECT_EQ(values(ops::strided_slice(x, {5}, {-100}, {INT64_MIN})), (Floats32{5}));
  EXPECT_EQ(ops::strided_slice(x, {4}, {2}).shape(), (Shape{0}));
  EXPECT_TRUE(shares_storage(x, ops::strided_slice(x, {1}, {3})));
}

TEST(StridedSlice, GradientLandsInTheSlice) {
  const Tensor x = counting({4, 2});
  const Tensor g = weighted_gradient(x, [](const Tensor& t) {
    return ops::strided_slice(t, {3, 1}, {0, 2}, {-2, 1});
  });
  EXPECT_EQ(values(g), (Floats32{0, 0, 0, 1, 0, 0, 0, 0}));
}

TEST(StridedSliceUpdate, WritesInPlaceAlsoFromItself) {
  const Tensor x = counting({5});
  ops::strided_slice_update(x, ops::strided_slice(x, {0}, {4}), {1}, {5});
  EXPECT_EQ(values(x), (Floats32{0, 0, 1, 2, 3}));
}

TEST(StridedSliceUpdate, GradientOfWhatIsOverwrittenIsZero) {
  const Tensor x = counting({4}), value = tensor({7, 8});
  Tape tape;
  tape.watch(x);
  tape.watch(value);
  Tensor loss;
  {
    TapeScope scope(tape);
    const Tensor y = ops::add(x, x);
    ops::strided_slice_update(y, value, {1}, {3});
    loss = ops::sum_to(ops::mul(y, tensor({1, 10, 100, 1000})), {});
  }
  EXPECT_EQ(loss.item<float>(), 70 + 800 + 6000);
  const Tensors g = tape.backward({loss}, {}, {x, value});
  EXPECT_EQ(values(g[0]), (Floats32{2, 0, 0, 2000}));
  EXPECT_EQ(values(g[1]), (Floats32{10, 100}));
}

TEST(Concat, JoinsStridedAndEmptyTensors) {
  const Tensor a = ops::transpose(counting({2, 2}), {1, 0}), b = zeros({2, 0}), c = ones({2, 1});
  EXPECT_EQ(values(ops::concat({a, b, c}, 1)), (Floats32{0, 2, 1, 1, 3, 1}));
  EXPECT_THROW(ops::concat({}, 0), ValueError);
}

TEST(Concat, GradientIsCutApart) {
  const Tensor x = counting({2, 1});
  const Tensor g = weighted_gradient(x, [](const Tensor& t) { return ops::concat({t, ones({2, 2}), t}, 1); });
  EXPECT_EQ(values(g), (Floats32{0 + 3, 4 + 7}));
}

TEST(Stack, NewAxisAnywhere) {
  const Tensor a = tensor({1, 2}), b = tensor({3, 4});
  EXPECT_EQ(values(ops::stack({a, b}, 0)), (Floats32{1, 2, 3, 4}));
  EXPECT_EQ(values(ops::stack({a, b}, -1)), (Floats32{1, 3, 2, 4}));
}

TEST(Tile, RepeatsAndDifferentiates) {
  EXPECT_EQ(values(ops::tile(tensor({1, 2}), {2, 2})), (Floats32{1, 2, 1, 2, 1, 2, 1, 2}));
  const Tensor g = weighted_gradient(tensor({1, 2}), [](const Tensor& t) { return ops::tile(t, {3}); });
  EXPECT_EQ(values(g), (Floats32{0 + 2 + 4, 1 + 3 + 5}));
}

}  // namespace
}  // namespace nucella
