// Convolutions and gradients of their weights at sizes that matrix products are used for, against plain sums.
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

struct Case {
  const char* name;
  int64_t inputs, outputs, size, kernel, stride, padding, dilation;
};

// Channels innermost, as a convolution leaves them.
Tensor image(int64_t channels, int64_t height, int64_t width, int64_t seed) {
  Tensor t = Tensor::empty({3, height, width, channels});
  for (int64_t i = 0; i < t.size(); ++i)
    t.mutable_data<float>()[i] = static_cast<float>((i + seed) * (37 + seed) % 101) / 50 - 1;
  return ops::transpose(t, {0, 3, 1, 2});
}

class WideConvolution : public testing::TestWithParam<Case> {
 protected:
  const Case& c = GetParam();
  const Shape weight{c.outputs, c.inputs, c.kernel, c.kernel};
  const int64_t out = (c.size + 2 * c.padding - c.dilation * (c.kernel - 1) - 1) / c.stride + 1;
  const Tensor x = image(c.inputs, c.size, c.size + 1, 0),
               grad = image(c.outputs, out,
                            (c.size + 2 * c.padding - c.dilation * (c.kernel - 1)) / c.stride + 1, 5);

  Tensor output(const Tensor& from, const Tensor& w) const {
    const int64_t p = c.padding;
    return ops::conv2d(from, w, {}, {c.stride, c.stride}, "pad", {p, p, p, p}, {c.dilation, c.dilation});
  }
  Tensor gradient(const Tensor& from, const Tensor& g) const {
    const int64_t p = c.padding;
    return ops::conv2d_weight_grad(from, g, {c.stride, c.stride}, "pad", {p, p, p, p},
                                   {c.dilation, c.dilation}, 1, weight, false)[0];
  }
};

void expect_close(const std::vector<double>& got, const std::vector<double>& want) {
  ASSERT_EQ(got.size(), want.size());
  double most = 0, worst = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    most = std::max(most, std::abs(want[i]));
    worst = std::max(worst, std::abs(got[i] - want[i]));
  }
  EXPECT_LE(worst, 4e-6 * most);
}

TEST_P(WideConvolution, GivesPlainSums) {
  Tensor w = Tensor::empty(weight);
  for (int64_t i = 0; i < w.size(); ++i)
    w.mutable_data<float>()[i] = static_cast<float>(i * 53 % 97) / 50 - 1;
  expect_close(output(x, w).to_vector<double>(),
               output(ops::cast(x, float64), ops::cast(w, float64)).to_vector<double>());
}

TEST_P(WideConvolution, GradientOfTheWeightIsThatOfPlainSums) {
  expect_close(gradient(x, grad).to_vector<double>(),
               gradient(ops::cast(x, float64), ops::cast(grad, float64)).to_vector<double>());
}

TEST_P(WideConvolution, DoesNotDependOnLayout) {
  const auto last = gradient(x, grad).to_vector<double>(),
             rows = gradient(x.contiguous(), grad.contiguous()).to_vector<double>();
  for (size_t i = 0; i < last.size(); ++i) ASSERT_NEAR(rows[i], last[i], 1e-3);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, WideConvolution,
    testing::Values(Case{"same", 20, 17, 11, 3, 1, 1, 1}, Case{"stride", 33, 40, 12, 3, 2, 1, 1},
                    Case{"dilation", 16, 18, 13, 3, 1, 2, 2}, Case{"five", 16, 16, 9, 5, 2, 0, 1},
                    Case{"pointwise", 192, 200, 10, 1, 1, 0, 1}, Case{"sparse", 195, 192, 9, 1, 2, 0, 1}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace nucella
