#include <gtest/gtest.h>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

TEST(Depend, ReturnsTheValueItselfAndItsGradient) {
  const Tensor x = tensor({1, 2}), other = tensor({5});
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::mul(ops::depend(x, {other}), x);
  }
  EXPECT_TRUE(same(ops::depend(x, {other}), x));
  EXPECT_EQ(values(tape.backward({y}, {}, {x})[0]), (std::vector<float>{2, 4}));
}

TEST(FloatStatus, TheExampleOfTheParameterGuide) {
  const Tensor x = ones({3, 3}), y = ones({3, 3});
  Tensor status = ops::npu_alloc_float_status();
  Tensor sum = ops::add(x, y), product = ops::matmul(x, y);
  status = ops::depend(ops::depend(status, {sum}), {product});
  const Tensor got = ops::npu_get_float_status(status);
  sum = ops::depend(sum, {got});
  product = ops::depend(product, {got});
  Tensor out = ops::add(sum, product);
  const Tensor cleared = ops::npu_clear_float_status(ops::depend(status, {out}));
  out = ops::depend(out, {cleared});
  EXPECT_EQ(values(out), std::vector<float>(9, 5));
}

TEST(FloatStatus, RemembersAnOverflowUntilItIsCleared) {
  const Tensor status = ops::npu_alloc_float_status();
  ops::npu_clear_float_status(status);
  ops::mul(tensor({3e38f}), tensor({3e38f}));
  EXPECT_EQ(values(ops::npu_get_float_status(status)), (std::vector<float>{1, 0, 0, 0, 0, 0, 0, 0}));
  ops::npu_clear_float_status(status);
  EXPECT_EQ(values(ops::npu_get_float_status(status)), std::vector<float>(8, 0));
}

}  // namespace
}  // namespace nucella
