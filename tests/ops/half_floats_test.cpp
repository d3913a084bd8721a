// 16-bit floats give what float32 gives of the same numbers, rounded, at sizes that go through in stretches.
#include <gtest/gtest.h>

#include <functional>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"

namespace nucella {
namespace {

Tensor numbers(const Shape& shape, DType dtype, int64_t seed = 0) {
  Tensor t = Tensor::empty(shape);
  for (int64_t i = 0; i < t.size(); ++i)
    t.mutable_data<float>()[i] = static_cast<float>((i + seed) * (37 + seed) % 1009) / 500 - 1;
  return ops::cast(t, dtype);
}

// Of numbers up to about 1: one step of the dtype.
double step(DType dtype) { return dtype == float16 ? 1e-3 : 8e-3; }

void expect_as_in_float32(const std::function<Tensor(const Tensor&)>& f, const Shape& shape) {
  for (DType dtype : {float16, bfloat16}) {
    const Tensor x = numbers(shape, dtype), got = f(x), want = f(ops::cast(x, float32));
    const bool is_half = want.dtype() == float32 && got.dtype() != float32;
    EXPECT_EQ(got.dtype(), is_half ? dtype : want.dtype());
    const auto a = got.to_vector<double>(), b = want.to_vector<double>();
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i)
      ASSERT_NEAR(a[i], b[i], is_half ? step(dtype) * std::max(1.0, std::abs(b[i])) : 0) << i;
  }
}

TEST(HalfFloats, RowsInStretches) {
  const Shape rows{1000, 301}, images{3, 5, 100, 211};
  expect_as_in_float32([](const Tensor& x) { return ops::softmax(x, -1); }, rows);
  expect_as_in_float32([](const Tensor& x) { return ops::log_softmax(x, -1); }, images);
  for (int64_t axis : {0, 1, 3, -1})
    expect_as_in_float32([axis](const Tensor& x) { return ops::argmax(x, axis); }, images);
  expect_as_in_float32(
      [](const Tensor& x) { return ops::softmax_cross_entropy_with_logits(x, ops::softmax(x))[0]; }, rows);
}

TEST(HalfFloats, ReductionsOverAnyAxes) {
  for (const Shape& axes : {Shape{}, Shape{0}, Shape{1}, Shape{0, 2}, Shape{1, 3}}) {
    expect_as_in_float32([&](const Tensor& x) { return ops::reduce_mean(x, axes); }, {3, 5, 100, 211});
    expect_as_in_float32([&](const Tensor& x) { return ops::reduce_max(x, axes); }, {3, 5, 100, 211});
  }
}

TEST(HalfFloats, NormsInBothLayouts) {
  const auto batch_norm = [](const Tensor& x) { return ops::batch_norm(x)[0]; };
  expect_as_in_float32(batch_norm, {3, 5, 100, 211});
  expect_as_in_float32(
      [&](const Tensor& x) {
        return batch_norm(ops::transpose(x, {0, 3, 1, 2}));
      },
      {3, 100, 21, 70});
  expect_as_in_float32([](const Tensor& x) { return ops::layer_norm(x)[0]; }, {1000, 301});
}

TEST(HalfFloats, ConvolutionsKeepTheLayoutOfFloat32) {
  const Tensor x = numbers({2, 32, 20, 21}, float16), w = numbers({48, 32, 3, 3}, float16, 3);
  const Tensor wide = ops::conv2d(ops::cast(x, float32), ops::cast(w, float32));
  EXPECT_EQ(ops::conv2d(x, w).strides().str(), wide.strides().str());
}

TEST(HalfFloats, AWrongLabelIsNamedByItsPlaceAmongAll) {
  Tensor labels = zeros({1000}, int32);
  labels.mutable_data<int32_t>()[900] = 301;
  test::expect_error<ValueError>(
      [&] {
        ops::sparse_softmax_cross_entropy(numbers({1000, 301}, float16), labels);
      },
      {"got 301 at 900"});
}

}  // namespace
}  // namespace nucella
