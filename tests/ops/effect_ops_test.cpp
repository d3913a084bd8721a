// Ops that draw random numbers, write in place, print or watch the processor.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "nucella/base/parallel.h"
#include "nucella/grad/tape.h"
#include "nucella/op/print_stream.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

TEST(Dropout, KeepsTheShareAndTheMean) {
  const std::vector<float> y = ops::dropout(ones({100'000}), 0.2, 5).to_vector<float>();
  const auto kept = std::ranges::count(y, 1.25f);
  EXPECT_EQ(kept + std::ranges::count(y, 0.f), 100'000);
  EXPECT_NEAR(static_cast<double>(kept), 80'000, 600);  // five standard deviations
}

TEST(Dropout, TheSeedAloneDecides) {
  const Tensor x = ones({1000, 100});
  const int before = num_threads();
  set_num_threads(1);
  const std::vector<float> one = ops::dropout(x, 0.5, 9).to_vector<float>();
  set_num_threads(4);
  EXPECT_EQ(ops::dropout(x, 0.5, 9).to_vector<float>(), one);
  set_num_threads(before);
  EXPECT_NE(ops::dropout(x, 0.5, 10).to_vector<float>(), one);
}

TEST(Dropout, TheGradientFallsThroughTheSameMask) {
  const Tensor x = ones({50});
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::dropout(x, 0.5, 3);
  }
  EXPECT_EQ(tape.backward({y}, {}, {x})[0].to_vector<float>(), y.to_vector<float>());
}

TEST(StopGradient, IsANewTensorWithoutAGradient) {
  const Tensor x = tensor({3});
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    TapeScope scope(tape);
    const Tensor stopped = ops::stop_gradient(x);
    EXPECT_FALSE(same(stopped, x));
    y = ops::mul(stopped, x);
  }
  EXPECT_EQ(tape.backward({y}, {}, {x})[0].item<float>(), 3);
}

TEST(AssignAdd, WritesInPlaceAndReturnsTheVariable) {
  const Tensor v = tensor({1, 2, 3});
  const Tensor result = ops::assign_add(v, tensor({1, 1, 1}, int32));
  EXPECT_TRUE(same(result, v));
  ops::assign_sub(v, tensor({0, 0, 5}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{2, 3, -1}));
}

TEST(Print, EachTensorInItsPlace) {
  std::ostringstream text;
  std::ostream* before = set_print_stream(&text);
  ops::print({tensor({1, 2.5f}), scalar(3, int64)}, "x: {}\nn: {}");
  ops::print({}, "only text");
  set_print_stream(before);
  EXPECT_EQ(text.str(),
            "x: Tensor(shape=[2], dtype=Float32, value= [ 1.00000000e+00,  2.50000000e+00])\n"
            "n: Tensor(shape=[], dtype=Int64, value= 3)\nonly text\n");
}

// The example of MindSpore's documentation of Depend, with the sum in place of the matrix product.
TEST(FloatStatus, ACleanComputationLeavesZeros) {
  const Tensor x = ones({3, 3}), y = ones({3, 3});
  Tensor init = ops::npu_alloc_float_status();
  ops::npu_clear_float_status(init);
  Tensor sum = ops::add(x, y);
  Tensor product = full({3, 3}, 3);
  init = ops::depend(init, {sum, product});
  const Tensor status = ops::npu_get_float_status(init);
  sum = ops::depend(sum, {status});
  const Tensor out = ops::add(sum, product);
  const Tensor clear = ops::npu_clear_float_status(ops::depend(init, {out}));
  EXPECT_EQ(ops::depend(out, {clear}).to_vector<float>(), std::vector<float>(9, 5));
  EXPECT_EQ(status.to_vector<float>(), std::vector<float>(8, 0));
}

TEST(FloatStatus, ReportsWhatKernelsRaisedOnAnyThread) {
  const Tensor status = ops::npu_alloc_float_status();
  const auto raised = [&](auto compute) {
    ops::npu_clear_float_status(status);
    compute();
    std::vector<float> flags = ops::npu_get_float_status(status).to_vector<float>();
    flags.resize(3);
    return flags;
  };
  const int before = num_threads();
  set_num_threads(4);
  // Large enough for several threads; only the last piece overflows.
  Tensor large = ones({1 << 20});
  large.mutable_data<float>()[(1 << 20) - 1] = 3e38f;
  EXPECT_EQ(raised([&] { ops::add(large, large); }), (std::vector<float>{1, 0, 0}));
  EXPECT_EQ(raised([&] { ops::div(ones({40}), zeros({40})); }), (std::vector<float>{0, 0, 1}));
  EXPECT_EQ(raised([&] { ops::sqrt(full({40}, -1)); }), (std::vector<float>{0, 1, 0}));
  EXPECT_EQ(raised([&] { ops::exp(full({40}, 100)); }), (std::vector<float>{1, 0, 0}));
  set_num_threads(before);
}

TEST(FloatStatus, VectorCodeRaisesNothingThatTheDataDoNot) {
  const Tensor status = ops::npu_alloc_float_status();
  for (int64_t n : {1, 3, 16, 19}) {
    ops::npu_clear_float_status(status);
    const Tensor x = full({n}, 0.5), huge = full({n}, -1e30);
    for (const Tensor& t : {ops::log(x), ops::reciprocal(x), ops::exp(huge), ops::tanh(huge),
                            ops::sigmoid(huge), ops::div(x, x), ops::softmax(huge), ops::rsqrt(x)})
      EXPECT_EQ(t.size(), n);
    EXPECT_EQ(ops::npu_get_float_status(status).to_vector<float>(), std::vector<float>(8, 0)) << n;
  }
}

TEST(FloatStatus, OfOneTensor) {
  EXPECT_EQ(ops::float_status(tensor({1, 2})).item<float>(), 0);
  EXPECT_EQ(ops::float_status(ops::div(tensor({1}), tensor({0}))).item<float>(), 1);
}

}  // namespace
}  // namespace nucella
