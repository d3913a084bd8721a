// Values and dtypes of element-wise ops where MindSpore 2.10 leaves a choice.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "nucella/base/parallel.h"
#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
const float kNan = std::numeric_limits<float>::quiet_NaN();

Tensor i32(std::initializer_list<float> values) { return tensor(values, int32); }
Tensor bools(std::initializer_list<float> values) { return tensor(values, bool_); }
std::vector<int64_t> ints(const Tensor& t) { return t.to_vector<int64_t>(); }

TEST(Pointwise, BoolArithmeticIsLogic) {
  const Tensor a = bools({1, 0, 1, 0}), b = bools({1, 1, 0, 0});
  EXPECT_EQ(ops::add(a, b).dtype(), bool_);
  EXPECT_EQ(ints(ops::add(a, b)), (std::vector<int64_t>{1, 1, 1, 0}));
  EXPECT_EQ(ints(ops::mul(a, b)), (std::vector<int64_t>{1, 0, 0, 0}));
  EXPECT_EQ(ints(ops::sub(a, b)), (std::vector<int64_t>{0, 1, 1, 0}));
  EXPECT_EQ(ints(ops::maximum(a, b)), (std::vector<int64_t>{1, 1, 1, 0}));
}

TEST(Pointwise, DivisionKnowsFourKinds) {
  const Tensor a = i32({7, -7, 5, 0}), b = i32({2, 2, 0, 0});
  EXPECT_EQ(ops::div(a, b).dtype(), float32);
  EXPECT_EQ(ops::div(a, b).to_vector<double>()[2], kInf);
  EXPECT_EQ(ints(ops::real_div(a, b)), (std::vector<int64_t>{3, -3, 2147483647, 0}));
  EXPECT_EQ(ints(ops::floor_div(a, b)), (std::vector<int64_t>{3, -4, 2147483647, 0}));
  EXPECT_EQ(ints(ops::mod(i32({7, -7, 7, -7}), i32({3, 3, -3, -3}))), (std::vector<int64_t>{1, 2, -2, -1}));
  EXPECT_EQ(ops::mod(tensor({7, -7}), tensor({2, -2})).to_vector<float>(), (std::vector<float>{1, -1}));
}

TEST(Pointwise, TheSmallestIntegerDividedByMinusOneWraps) {
  const Tensor smallest = full({1}, -2147483648.0, int32), minus_one = i32({-1});
  EXPECT_EQ(ints(ops::real_div(smallest, minus_one))[0], -2147483648);
  EXPECT_EQ(ints(ops::floor_div(smallest, minus_one))[0], -2147483648);
  EXPECT_EQ(ints(ops::mod(smallest, minus_one))[0], 0);
  EXPECT_EQ(ints(ops::neg(smallest))[0], -2147483648);
}

TEST(Pointwise, IntegersWrapInTheirOwnWidth) {
  EXPECT_EQ(ints(ops::add(tensor({100}, int8), tensor({100}, int8)))[0], -56);
  EXPECT_EQ(ints(ops::mul(full({1}, 65535, uint16), full({1}, 65535, uint16)))[0], 1);
  EXPECT_EQ(ints(ops::pow(i32({3, 2, -1}), i32({4, -1, -3}))), (std::vector<int64_t>{81, 0, -1}));
}

TEST(Pointwise, DtypesArePromoted) {
  EXPECT_EQ(ops::add(tensor({1}, float16), tensor({1}, bfloat16)).dtype(), float32);
  EXPECT_EQ(ops::mul(tensor({1}, int64), tensor({1}, float16)).dtype(), float16);
  EXPECT_EQ(ops::less(tensor({1}, int8), tensor({2}, float64)).dtype(), bool_);
  EXPECT_EQ(ops::exp(i32({1})).dtype(), float32);
  EXPECT_THROW(ops::add(tensor({1}, uint16), i32({1})), TypeError);
  EXPECT_THROW(ops::mod(bools({1}), bools({1})), TypeError);
}

TEST(Softmax, ANanMakesItsRowNan) {
  const Tensor y = ops::softmax(tensor({1, kNan, 3, 1, 2, 3}, Shape{2, 3}));
  const std::vector<float> values = y.to_vector<float>();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(values[i]));
  EXPECT_FLOAT_EQ(values[3] + values[4] + values[5], 1);
}

TEST(Pointwise, NanIsNotLost) {
  const Tensor x = tensor({kNan, 1}), y = tensor({2, kNan});
  for (const Tensor& t : {ops::maximum(x, y), ops::minimum(x, y)})
    for (float v : t.to_vector<float>()) EXPECT_TRUE(std::isnan(v));
  EXPECT_TRUE(std::isnan(ops::reduce_max(x).item<float>()));
  EXPECT_EQ(ops::argmax(tensor({1, kNan, 3})).item<int64_t>(), 1);
  EXPECT_EQ(ops::relu(tensor({kNan})).item<float>(), 0) << "as MindSpore";
}

// More than one vector, so that fast and scalar code both have their share.
TEST(Pointwise, FunctionsAtTheEndsOfTheirRange) {
  const Tensor x = tensor({-kInf, -200, -90, -0.f, 0, 1, 88.9f, 1e10f, kInf, kNan, -1, 20, -20, 3, 4, 5, 6});
  const std::vector<float> in = x.to_vector<float>();
  const auto check_all = [&](const Tensor& got, auto f, const char* name) {
    const std::vector<float> values = got.to_vector<float>();
    for (size_t i = 0; i < in.size(); ++i) {
      const float want = static_cast<float>(f(static_cast<double>(in[i])));
      if (std::isnan(want))
        EXPECT_TRUE(std::isnan(values[i])) << name << "(" << in[i] << ")";
      else if (std::isinf(want))
        EXPECT_EQ(values[i], want) << name << "(" << in[i] << ")";
      else
        EXPECT_NEAR(values[i], want, 1e-6f + 1e-6f * std::abs(want)) << name << "(" << in[i] << ")";
    }
  };
  check_all(
      ops::exp(x), [](double v) { return std::exp(v); }, "exp");
  check_all(
      ops::log(x), [](double v) { return std::log(v); }, "log");
  check_all(
      ops::tanh(x), [](double v) { return std::tanh(v); }, "tanh");
  check_all(
      ops::sigmoid(x), [](double v) { return 1 / (1 + std::exp(-v)); }, "sigmoid");
  check_all(
      ops::sin(x), [](double v) { return std::sin(v); }, "sin");
  check_all(
      ops::cos(x), [](double v) { return std::cos(v); }, "cos");
}

TEST(Pointwise, CastsRoundAndTruncateAsMindSpore) {
  EXPECT_EQ(ints(ops::cast(tensor({1.7f, -1.7f}), int32)), (std::vector<int64_t>{1, -1}));
  EXPECT_EQ(ints(ops::cast(tensor({300, -1}), uint8)), (std::vector<int64_t>{44, 255}));
  EXPECT_EQ(ops::cast(tensor({0.5f, 0, kNan}), bool_).to_vector<bool>(),
            (std::vector<bool>{true, false, true}));
  // 1 + 2^-11 lies halfway between two float16 numbers and goes to the even one; 70000 is beyond them.
  EXPECT_EQ(ops::cast(tensor({1.00048828125f, 70000}), float16).to_vector<double>(),
            (std::vector<double>{1, kInf}));
  EXPECT_EQ(ops::cast(tensor({1.00390625f}), bfloat16).to_vector<double>(), (std::vector<double>{1}));
}

// A tensor that is one long row goes to the threads in stretches.
TEST(Pointwise, LongRowsComeOutWholeOnAnyNumberOfThreads) {
  const int64_t n = 100'003;
  const Tensor every_second = ops::strided_slice(arange(0, 2 * n, 1, int64), {0}, {2 * n}, {2});
  const int before = num_threads();
  set_num_threads(3);
  const std::vector<int64_t> sums = ints(ops::add(every_second, scalar(1, int64)));
  const std::vector<float> roots = ops::sqrt(ops::cast(every_second, float32)).to_vector<float>();
  set_num_threads(before);
  for (int64_t i = 0; i < n; ++i) {
    ASSERT_EQ(sums[static_cast<size_t>(i)], 2 * i + 1);
    ASSERT_FLOAT_EQ(roots[static_cast<size_t>(i)], std::sqrt(static_cast<float>(2 * i)));
  }
}

TEST(Pointwise, ATieSharesTheGradient) {
  const Tensor x = tensor({1, 3, 3});
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::reduce_max(x);
  }
  EXPECT_EQ(tape.backward({y}, {}, {x})[0].to_vector<float>(), (std::vector<float>{0, 0.5f, 0.5f}));
}

TEST(Reduction, LongSumsOfFloatsKeepTheirDigits) {
  const int64_t n = 10'000'000;
  EXPECT_NEAR(ops::reduce_sum(full({n}, 0.1)).item<double>(), n * double{0.1f}, 1);
  const Tensor columns = ops::reduce_mean(full({n / 4, 4}, 0.1), {0});
  EXPECT_NEAR(columns.to_vector<float>()[3], 0.1f, 1e-7);
}

TEST(Reduction, NumbersDoNotDependOnTheThreads) {
  Tensor x = arange(0, 300'000, 1, float32);
  x = ops::sin(x);
  const int before = num_threads();
  set_num_threads(1);
  const float one = ops::reduce_sum(x).item<float>();
  set_num_threads(4);
  const float four = ops::reduce_sum(x).item<float>();
  set_num_threads(before);
  EXPECT_EQ(one, four);
}

TEST(CrossEntropy, LossAndSlopeOfMindSpore) {
  const auto [loss, slope] =
      ops::softmax_cross_entropy_with_logits(tensor({1, 2, 3}, Shape{1, 3}), tensor({0, 0, 1}, Shape{1, 3}));
  EXPECT_FLOAT_EQ(loss.item<float>(), 0.40760595f);
  EXPECT_FLOAT_EQ(slope.to_vector<float>()[0], 0.09003057f);
  EXPECT_FLOAT_EQ(slope.to_vector<float>()[2], -0.33475906f);
  const auto sparse = ops::sparse_softmax_cross_entropy(tensor({1, 2, 3}, Shape{1, 3}), i32({2}));
  EXPECT_FLOAT_EQ(sparse[0].item<float>(), 0.40760595f);
}

TEST(CrossEntropy, HugeLogitsDoNotOverflow) {
  const auto [loss, slope] =
      ops::sparse_softmax_cross_entropy(tensor({1e30f, -1e30f, 0}, Shape{1, 3}), i32({0}));
  EXPECT_EQ(loss.item<float>(), 0);
  EXPECT_EQ(slope.to_vector<float>(), (std::vector<float>{0, 0, 0}));
}

TEST(CrossEntropy, ALabelOutOfRangeIsNeverRead) {
  const Tensor logits = ones({2, 3});
  EXPECT_THROW(ops::sparse_softmax_cross_entropy(logits, i32({0, 3})), ValueError);
  EXPECT_THROW(ops::sparse_softmax_cross_entropy(logits, i32({-1, 0})), ValueError);
  EXPECT_THROW(ops::sparse_softmax_cross_entropy(logits, tensor({4e18f, 0}, int64)), ValueError);
}

}  // namespace
}  // namespace nucella
