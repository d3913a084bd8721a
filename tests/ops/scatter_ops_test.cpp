// gather_elements, scatter_elements, scatter_nd_reduce and what is made of them.
#include <gtest/gtest.h>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using Floats32 = std::vector<float>;
std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }
Tensor integers(const std::vector<int64_t>& v, const Shape& shape) { return tensor_of(v, shape); }
const std::vector<int64_t> kWrong = {3, -4, INT64_MAX, INT64_MIN};

TEST(GatherElements, NeverReadsOutside) {
  for (int64_t index : kWrong)
    EXPECT_THROW(ops::gather_elements(tensor({0, 1, 2}), 0, integers({0, index}, {2})), IndexError) << index;
  EXPECT_THROW(ops::gather_elements(zeros({0}), 0, integers({0}, {1})), IndexError);
}

TEST(ScatterElements, NeverWritesOutside) {
  for (const char* reduction : {"none", "add"})
    for (int64_t index : kWrong) {
      const Tensor x = tensor({1, 2, 3}), at = integers({0, index}, {2});
      EXPECT_THROW(ops::scatter_elements(x, 0, at, tensor({8, 9}), reduction), IndexError) << index;
      EXPECT_EQ(values(x), (Floats32{1, 2, 3}));
    }
}

TEST(ScatterElements, KeepsTheLastOrAddsAll) {
  const Tensor x = tensor({1, 2, 3, 4}, {2, 2}), at = integers({0, 1, 0, 0}, {2, 2});
  const Tensor updates = tensor({10, 20, 30, 40}, {2, 2});
  EXPECT_EQ(values(ops::scatter_elements(x, 0, at, updates)), (Floats32{30, 40, 3, 20}));
  EXPECT_EQ(values(ops::scatter_elements(x, 1, at, updates, "add")), (Floats32{11, 22, 73, 4}));
}

TEST(ScatterElements, AddsHalfPrecisionInFloat) {
  // 2048 + 1 is not a float16: adding 1 four times one by one would be lost.
  const Tensor x = tensor({2048}, float16), at = integers({0, 0, 0, 0}, {4});
  EXPECT_EQ(values(ops::scatter_elements(x, 0, at, ones({4}, float16), "add")), (Floats32{2052}));
}

TEST(ScatterNdReduce, JoinsOneAfterTheOther) {
  const Tensor at = integers({0, 2, 0}, {3, 1}), updates = tensor({2, 3, 4});
  const auto joined = [&](const char* reduction) {
    const Tensor x = tensor({16, 8, 6});
    ops::scatter_nd_reduce(x, at, updates, reduction);
    return values(x);
  };
  EXPECT_EQ(joined("add"), (Floats32{22, 8, 9}));
  EXPECT_EQ(joined("sub"), (Floats32{10, 8, 3}));
  EXPECT_EQ(joined("mul"), (Floats32{128, 8, 18}));
  EXPECT_EQ(joined("div"), (Floats32{2, 8, 2}));
  EXPECT_EQ(joined("max"), (Floats32{16, 8, 6}));
  EXPECT_EQ(joined("min"), (Floats32{2, 8, 3}));
}

TEST(ScatterNdReduce, LeavesXUnchangedWhenAnIndexIsWrong) {
  for (int64_t index : kWrong) {
    const Tensor x = tensor({1, 2, 3});
    EXPECT_THROW(ops::scatter_nd_reduce(x, integers({0, index}, {2, 1}), tensor({8, 9}), "add"), IndexError);
    EXPECT_EQ(values(x), (Floats32{1, 2, 3}));
  }
}

TEST(ScatterNdReduce, SaysThatAProductHasNoGradient) {
  const Tensor x = tensor({1, 2, 3});
  Tape tape;
  tape.watch(x);
  Tensor out;
  {
    TapeScope scope(tape);
    const Tensor copy = ops::mul(x, tensor({1, 1, 1}));
    out = ops::scatter_nd_reduce(copy, integers({0}, {1, 1}), tensor({8}), "mul");
  }
  EXPECT_THROW(tape.backward({out}, {ones({3})}, {x}), NotImplementedError);
}

TEST(TensorScatter, LeavesItsInputAlone) {
  const Tensor x = tensor({1, 2, 3}), at = integers({0, 0}, {2, 1});
  EXPECT_EQ(values(ops::tensor_scatter(x, at, tensor({5, 6}))), (Floats32{6, 2, 3}));
  EXPECT_EQ(values(ops::tensor_scatter(x, at, tensor({5, 6}), "add")), (Floats32{12, 2, 3}));
  EXPECT_EQ(values(x), (Floats32{1, 2, 3}));
}

TEST(IndexAdd, AddsSlicesOfAnyAxis) {
  const Tensor x = zeros({2, 3}), y = tensor({1, 2, 3, 4}, {2, 2});
  EXPECT_EQ(values(ops::index_add(x, integers({2, 2}, {2}), y, 1, 10)), (Floats32{0, 0, 30, 0, 0, 70}));
}

TEST(MaskedScatter, TakesTheFirstElementsInOrder) {
  const Tensor mask = ops::greater(tensor({1, -1, 1}), scalar(0));
  EXPECT_EQ(values(ops::masked_scatter(tensor({1, 2, 3}), mask, tensor({8, 9, 7}))), (Floats32{8, 2, 9}));
}

}  // namespace
}  // namespace nucella
