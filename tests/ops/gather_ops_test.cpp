// gather, gather_nd, scatter_nd, scatter_nd_update, one_hot, nonzero, masked_select, select.
#include <gtest/gtest.h>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using Floats32 = std::vector<float>;
std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }
Tensor integers(const std::vector<int64_t>& v, const Shape& shape) { return tensor_of(v, shape); }

TEST(Gather, TakesSlicesOfAnyAxis) {
  const Tensor x = tensor({0, 1, 2, 3, 4, 5}, {2, 3});
  EXPECT_EQ(values(ops::gather(x, integers({1, -2, 1}, {3}), 0)), (Floats32{3, 4, 5, 0, 1, 2, 3, 4, 5}));
  const Tensor y = ops::gather(x, integers({2, 0, 0, 1}, {2, 2}), -1);
  EXPECT_EQ(y.shape(), (Shape{2, 2, 2}));
  EXPECT_EQ(values(y), (Floats32{2, 0, 0, 1, 5, 3, 3, 4}));
}

TEST(Gather, NeverReadsOutside) {
  const Tensor x = tensor({0, 1, 2});
  for (int64_t index : {3l, -4l, INT64_MAX, INT64_MIN})
    EXPECT_THROW(ops::gather(x, integers({0, index}, {2}), 0), IndexError) << index;
  EXPECT_THROW(ops::gather(zeros({0}), integers({0}, {1}), 0), IndexError);
}

TEST(Gather, GradientAddsUpRepeatedRows) {
  const Tensor table = zeros({3, 2});
  Tape tape;
  tape.watch(table);
  Tensor loss;
  {
    TapeScope scope(tape);
    loss = ops::sum_to(
        ops::mul(ops::gather(table, integers({2, 0, 2}, {3}), 0), tensor({1, 2, 3, 4, 5, 6}, {3, 2})), {});
  }
  EXPECT_EQ(values(tape.backward({loss}, {}, {table})[0]), (Floats32{3, 4, 0, 0, 6, 8}));
}

TEST(ScatterNd, AddsHalfPrecisionInFloat) {
  // 2048 + 1 is not a float16: adding 1 four times one by one would be lost.
  const Tensor updates = tensor({2048, 1, 1, 1, 1}, float16);
  EXPECT_EQ(values(ops::scatter_nd(integers({0, 0, 0, 0, 0}, {5, 1}), updates, {1})), (Floats32{2052}));
}

TEST(ScatterNdUpdate, LeavesXUnchangedWhenAnIndexIsWrong) {
  const Tensor x = tensor({1, 2, 3});
  EXPECT_THROW(ops::scatter_nd_update(x, integers({0, 3}, {2, 1}), tensor({8, 9})), IndexError);
  EXPECT_EQ(values(x), (Floats32{1, 2, 3}));
}

TEST(ScatterNdUpdate, WritesIntoAStridedViewAndTheLastValueStays) {
  const Tensor x = zeros({2, 3}), column = ops::transpose(x, {1, 0});
  ops::scatter_nd_update(column, integers({2, 0, 2}, {3, 1}), tensor({1, 2, 3, 4, 5, 6}, {3, 2}));
  EXPECT_EQ(values(x), (Floats32{3, 0, 5, 4, 0, 6}));
}

TEST(ScatterNdUpdate, OnlyTheValuesThatStayGetAGradient) {
  const Tensor x = zeros({3, 2}), updates = zeros({3, 2});
  Tape tape;
  tape.watch(x);
  tape.watch(updates);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::add(x, x);
    ops::scatter_nd_update(y, integers({1, 0, 1}, {3, 1}), updates);
  }
  const Tensors g = tape.backward({y}, {tensor({1, 2, 3, 4, 5, 6}, {3, 2})}, {x, updates});
  EXPECT_EQ(values(g[0]), (Floats32{0, 0, 0, 0, 10, 12}));
  EXPECT_EQ(values(g[1]), (Floats32{0, 0, 1, 2, 3, 4}));
}

TEST(OneHot, IndicesOutsideGiveTheOffValue) {
  const Tensor y = ops::one_hot(integers({0, 2, 5, -1}, {4}), 3);
  EXPECT_EQ(values(y), (Floats32{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
  const Tensor first = ops::one_hot(integers({0, 2}, {2}), 3, 5, -1, 0, float16);
  EXPECT_EQ(first.shape(), (Shape{3, 2}));
  EXPECT_EQ(values(first), (Floats32{5, -1, -1, -1, -1, 5}));
}

TEST(Nonzero, RowMajorPositions) {
  const Tensor y = ops::nonzero(tensor({1, 0, 0, 2}, {2, 2}));
  EXPECT_EQ(y.shape(), (Shape{2, 2}));
  EXPECT_EQ(y.to_vector<int64_t>(), (std::vector<int64_t>{0, 0, 1, 1}));
  EXPECT_EQ(ops::nonzero(zeros({3})).shape(), (Shape{0, 1}));
}

TEST(MaskedSelect, BroadcastsAndDifferentiates) {
  const Tensor x = tensor({0, 1, 2, 3, 4, 5}, {2, 3}), mask = tensor({1, 0, 1}, bool_);
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::masked_select(x, mask);
  }
  EXPECT_EQ(values(y), (Floats32{0, 2, 3, 5}));
  EXPECT_EQ(values(tape.backward({y}, {tensor({1, 2, 3, 4})}, {x})[0]), (Floats32{1, 0, 2, 3, 0, 4}));
}

TEST(Select, BroadcastsConditionAndBranches) {
  const Tensor condition = tensor({1, 0}, {2, 1}, bool_);
  EXPECT_EQ(values(ops::select(condition, tensor({1, 2, 3}), scalar(9))), (Floats32{1, 2, 3, 9, 9, 9}));
}

TEST(Select, GradientGoesToTheChosenBranch) {
  const Tensor x = tensor({1, 2, 3}), y = scalar(9), condition = tensor({1, 0, 0}, bool_);
  Tape tape;
  tape.watch(x);
  tape.watch(y);
  Tensor z;
  {
    TapeScope scope(tape);
    z = ops::select(condition, x, y);
  }
  const Tensors g = tape.backward({z}, {tensor({1, 10, 100})}, {x, y});
  EXPECT_EQ(values(g[0]), (Floats32{1, 0, 0}));
  EXPECT_EQ(g[1].item<float>(), 110);
}

}  // namespace
}  // namespace nucella
