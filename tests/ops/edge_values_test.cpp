// Where formulas have no slope or no number: norms of nothing but zeros, logarithms of 0, infinities.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using Floats32 = std::vector<float>;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

// The gradient of the sum of what `f` makes of `x`.
template <class F>
std::vector<float> slope(const Tensor& x, F f) {
  Tape tape;
  tape.watch(x);
  Tensor sum;
  {
    TapeScope scope(tape);
    sum = ops::reduce_sum(f(x));
  }
  return values(tape.backward({sum}, {}, {x})[0]);
}

TEST(VectorNorm, HasNoSlopeAtZero) {
  const auto norm = [](const Tensor& x) { return ops::vector_norm(x); };
  EXPECT_EQ(slope(zeros({3}), norm), (Floats32{0, 0, 0}));
  EXPECT_EQ(slope(tensor({3, 4}), norm), (Floats32{0.6f, 0.8f}));
  EXPECT_EQ(values(ops::vector_norm(zeros({0}))), (Floats32{0}));
}

TEST(Xlogy, IsZeroWhereXIs) {
  const std::vector<float> got = values(ops::xlogy(zeros({4}), tensor({0, -1, kInf, kNaN})));
  EXPECT_EQ((Floats32{got[0], got[1], got[2]}), (Floats32{0, 0, 0}));
  EXPECT_TRUE(std::isnan(got[3]));
  EXPECT_EQ(slope(tensor({0, 0}),
                  [](const Tensor& x) {
                    return ops::xlogy(x, tensor({0, 1}));
                  }),
            (Floats32{0, 0}));
}

TEST(KlDiv, TakesTargetsOfZero) {
  const Tensor logits = tensor({-1, -2}), target = tensor({0, 1});
  EXPECT_EQ(values(ops::kl_div(logits, target, "none")), (Floats32{0, 2}));
  EXPECT_EQ(slope(logits, [&](const Tensor& x) { return ops::kl_div(x, target, "sum"); }), (Floats32{0, -1}));
}

TEST(ErfInv, EndsAtInfinity) {
  const std::vector<float> got = values(ops::erfinv(tensor({1, -1, 0, 2})));
  EXPECT_EQ((Floats32{got[0], got[1], got[2]}), (Floats32{kInf, -kInf, 0}));
  EXPECT_TRUE(std::isnan(got[3]));
}

TEST(LogAddExp, AddsInfinities) {
  const Tensor x = tensor({kInf, -kInf, 1000}), y = tensor({kInf, -kInf, 1000});
  const std::vector<float> got = values(ops::logaddexp(x, y));
  EXPECT_EQ(got[0], kInf);
  EXPECT_EQ(got[1], -kInf);
  EXPECT_NEAR(got[2], 1000.6931f, 1e-3);
}

TEST(Hypot, DoesNotOverflow) {
  EXPECT_NEAR(values(ops::hypot(tensor({3e30f}), tensor({4e30f})))[0], 5e30f, 1e25f);
  EXPECT_EQ(values(ops::hypot(zeros({1}), zeros({1}))), (Floats32{0}));
}

TEST(NanToNum, TakesTheLimitsOfTheDtype) {
  const Tensor x = tensor({kNaN, kInf, -kInf, 1}, float16);
  EXPECT_EQ(values(ops::nan_to_num(x)), (Floats32{0, 65504, -65504, 1}));
  EXPECT_EQ(values(ops::nan_to_num(x, {5, 6, 7})), (Floats32{5, 6, 7, 1}));
}

TEST(Shifts, BeyondTheBitsLeaveNothing) {
  const auto numbers = [](const std::vector<int32_t>& v) {
    return tensor_of(v, {static_cast<int64_t>(v.size())});
  };
  const Tensor x = numbers({1, -8, -8, 5}), by = numbers({31, 1, 40, -1});
  EXPECT_EQ(ops::bitwise_left_shift(x, by).to_vector<int32_t>(),
            (std::vector<int32_t>{INT32_MIN, -16, 0, 0}));
  EXPECT_EQ(ops::bitwise_right_shift(x, by).to_vector<int32_t>(), (std::vector<int32_t>{0, -4, -1, 0}));
}

}  // namespace
}  // namespace nucella
