// Convolutions over three axes and transposed ones: every kernel, layouts, and relations to conv2d.
#include <gtest/gtest.h>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"
#include "tests/support/gradcheck.h"

namespace nucella {
namespace {

using test::expect_error;
using test::expect_gradients;
using test::expect_near;
using test::varied;

struct Setting {
  Shape x, weight;
  Ints stride = {1};
  std::string pad_mode = "valid";
  Ints padding = {0};
  Ints dilation = {1};
  int64_t group = 1;

  Tensor run(const Tensor& input, const Tensor& w) const {
    return ops::conv3d(input, w, {}, stride, pad_mode, padding, dilation, group);
  }
};

const Setting kSettings[] = {
    {{2, 1, 5, 8, 7}, {6, 1, 3, 3, 3}},
    {{1, 16, 4, 6, 6}, {16, 16, 3, 3, 3}, {1}, "same"},
    {{1, 32, 3, 5, 5}, {16, 32, 1, 1, 1}},
    {{1, 8, 4, 7, 5}, {12, 4, 2, 3, 2}, {1, 2, 1}, "same", {0}, {1}, 2},
    {{1, 4, 4, 6, 5}, {4, 1, 2, 2, 3}, {1}, "pad", {1, 0, 2, 1, 0, 2}, {1, 2, 1}, 4},
    {{1, 3, 5, 6, 7}, {5, 3, 2, 2, 2}, {2, 3, 2}, "pad", {1, 0, 1}},
};

// In float64 oneDNN declines and the plain loops run.
TEST(Conv3d, KernelsAgree) {
  for (const Setting& s : kSettings) {
    const Tensor x = varied(s.x), w = varied(s.weight);
    const auto both = [&](DType dtype) {
      const Tensor a = ops::cast(x, dtype), b = ops::cast(w, dtype), y = s.run(a, b);
      const Tensor dy = ops::cast(varied(y.shape()), dtype);
      const auto [dw, db] = ops::conv3d_weight_grad(a, dy, s.stride, s.pad_mode, s.padding, s.dilation,
                                                    s.group, s.weight, true);
      return Tensors{y,
                     ops::conv3d_input_grad(dy, b, s.stride, s.pad_mode, s.padding, s.dilation, s.group, s.x),
                     dw, db};
    };
    const Tensors fast = both(float32), plain = both(float64);
    for (size_t i = 0; i < fast.size(); ++i) expect_near(fast[i], ops::cast(plain[i], float32), 2e-4);
  }
}

TEST(Conv3d, OneSliceIsConv2d) {
  const Tensor x = varied({2, 4, 6, 7}), w = varied({6, 2, 3, 2}), bias = varied({6});
  const Tensor image = ops::conv2d(x, w, bias, {2, 1}, "pad", {1, 0}, {1}, 2);
  const Tensor volume =
      ops::conv3d(ops::expand_dims(x, 2), ops::expand_dims(w, 2), bias, {1, 2, 1}, "pad", {0, 1, 0}, {1}, 2);
  expect_near(ops::squeeze(volume, {2}), image, 1e-5);
}

TEST(Conv3d, SizesStandForAllAxes) {
  const Tensor x = varied({1, 2, 5, 6, 7}), w = varied({3, 2, 2, 2, 2});
  expect_near(ops::conv3d(x, w, {}, {2}, "pad", {1}),
              ops::conv3d(x, w, {}, {2, 2, 2}, "pad", {1, 1, 1, 1, 1, 1}), 0);
  expect_error<ValueError>([&] { ops::conv3d(x, w, {}, {2, 2}); }, {"conv3d", "stride"});
  expect_error<ValueError>([&] { ops::conv3d(x, w, {}, {1}, "pad", {1, 1}); }, {"conv3d", "padding"});
}

TEST(ConvTranspose, GoesBackOverEachTap) {
  const Tensor y = ops::conv_transpose2d(tensor({1, 2}, {1, 1, 1, 2}), tensor({1, 10, 100}, {1, 1, 1, 3}));
  EXPECT_EQ(y.contiguous().to_vector<float>(), (std::vector<float>{1, 12, 120, 200}));
  const Tensor spread = ops::conv_transpose1d(tensor({1, 2}, {1, 1, 2}), tensor({1, 10}, {1, 1, 2}), {}, {3});
  EXPECT_EQ(spread.contiguous().to_vector<float>(), (std::vector<float>{1, 10, 0, 2, 20}));
}

TEST(ConvTranspose, OutputPaddingBeyondTheStrideHoldsTheBias) {
  const Tensor x = varied({1, 2, 3, 3}), w = varied({2, 1, 2, 2}), bias = tensor({5});
  const Tensor y = ops::conv_transpose2d(x, w, bias, {2}, {0}, {2}, 1, {3});
  ASSERT_EQ(y.shape(), (Shape{1, 1, 10, 10}));
  EXPECT_EQ(ops::strided_slice(y, {0, 0, 8}, {1, 1, 10}).contiguous().to_vector<float>(),
            std::vector<float>(20, 5.0f));
}

TEST(ConvTranspose, Gradients) {
  expect_gradients(
      [](const Tensors& in) {
        return Tensors{ops::conv_transpose3d(in[0], in[1], in[2], {2, 1, 1}, {1, 0, 0}, {1, 0, 0}, 2)};
      },
      {varied({1, 2, 2, 3, 2}, float64), varied({2, 2, 3, 2, 2}, float64), varied({4}, float64)});
}

}  // namespace
}  // namespace nucella
