#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"
#include "tests/support/gradcheck.h"

namespace nucella {
namespace {

using test::channels_last;
using test::expect_error;
using test::expect_gradients;
using test::expect_near;
using test::reference;
using test::varied;

using Floats32 = std::vector<float>;

// 5 i mod 11, for which MindSpore gave the numbers below.
Tensor pattern(const Shape& shape) {
  Tensor t = Tensor::empty(shape);
  for (int64_t i = 0; i < t.size(); ++i) t.mutable_data<float>()[i] = static_cast<float>(5 * i % 11);
  return t;
}

TEST(MaxPool2d, MindSporesNumbers) {
  const Tensor x = pattern({1, 1, 5, 6});
  EXPECT_EQ(ops::max_pool2d(x, {2, 2}, {2, 2}).to_vector<float>(), (Floats32{8, 10, 9, 10, 9, 8}));
  EXPECT_EQ(ops::max_pool2d(x, {3, 3}, {2, 2}, "same").to_vector<float>(),
            (Floats32{10, 10, 9, 10, 9, 8, 10, 9, 8}));
  EXPECT_EQ(ops::max_pool2d(x, {3, 3}, {2, 2}, "pad", {1, 1, 1, 1}).to_vector<float>(),
            (Floats32{8, 10, 9, 10, 10, 9, 10, 9, 8}));
  EXPECT_EQ(ops::max_pool2d(x, {3, 3}, {2, 2}, "pad", {1, 1, 0, 0}).to_vector<float>(),
            (Floats32{10, 10, 10, 9, 10, 9}));
  EXPECT_EQ(ops::max_pool2d(x, {2, 2}, {2, 2}, "pad", {0, 0, 0, 0}, true).to_vector<float>(),
            (Floats32{8, 10, 9, 10, 9, 8, 10, 9, 8}));
  EXPECT_EQ(ops::max_pool2d(x, {2, 3}, {1, 2}).to_vector<float>(), (Floats32{10, 10, 10, 9, 10, 9, 10, 9}));
  EXPECT_EQ(
      ops::max_pool2d(pattern({1, 1, 6, 6}), {3, 3}, {3, 3}, "pad", {1, 1, 1, 1}, true).to_vector<float>(),
      (Floats32{8, 10, 3, 10, 9, 8, 7, 6, 10}));
}

TEST(AvgPool2d, MindSporesNumbers) {
  const Tensor x = pattern({1, 1, 5, 6}), square = pattern({1, 1, 6, 6});
  EXPECT_EQ(ops::avg_pool2d(x, {2, 2}, {2, 2}).to_vector<float>(), (Floats32{3.75, 5.5, 4.5, 6, 5, 4}));
  const auto near = [](const Tensor& y, const Floats32& expected) {
    expect_near(y, tensor_of(expected, y.shape()), 1e-6);
  };
  near(ops::avg_pool2d(x, {3, 3}, {2, 2}, "same"),
       {5.333333492f, 6.166666507f, 4.5f, 5.111111164f, 4.111111164f, 3.666666746f, 5.5f, 4.5f, 3.75f});
  near(ops::avg_pool2d(x, {3, 3}, {2, 2}, "pad", {1, 1, 1, 1}),
       {1.666666627f, 3.222222328f, 2.555555582f, 3.777777672f, 5.222222328f, 4.222222328f, 2.555555582f,
        3.333333254f, 2.666666746f});
  near(ops::avg_pool2d(x, {3, 3}, {2, 2}, "pad", {1, 1, 1, 1}, false, false),
       {3.75f, 4.833333492f, 3.833333254f, 5.666666508f, 5.222222328f, 4.222222328f, 5.75f, 5.0f, 4.0f});
  near(
      ops::avg_pool2d(square, {3, 3}, {3, 3}, "pad", {1, 1, 1, 1}, true),
      {1.666666627f, 4.111111164f, 0.5f, 4.222222328f, 4.777777672f, 2.5f, 1.333333373f, 1.833333373f, 2.5f});
  near(ops::avg_pool2d(square, {3, 3}, {3, 3}, "pad", {1, 1, 1, 1}, true, false),
       {3.75f, 6.166666508f, 1.5f, 6.333333492f, 4.777777672f, 5.0f, 4.0f, 3.666666746f, 10.0f});
  near(ops::avg_pool2d(x, {2, 2}, {2, 2}, "valid", {0, 0, 0, 0}, false, true, 3),
       {5.0f, 7.333333492f, 6.0f, 8.0f, 6.666666508f, 5.333333492f});
}

TEST(MaxPool2d, TheFirstOfEqualElementsTakesTheGradient) {
  const Tensor dx = ops::max_pool2d_grad(ones({1, 1, 2, 4}), tensor({1, 2, 3}, {1, 1, 1, 3}), {2, 2}, {1, 1},
                                         "valid", {0, 0, 0, 0}, false);
  EXPECT_EQ(dx.to_vector<float>(), (Floats32{1, 2, 3, 0, 0, 0, 0, 0}));
}

TEST(MaxPool2d, ANanIsTheLargest) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x = tensor({1, nan, 3, 4, nan, 2, 1, 1}, {1, 1, 2, 4});
  const auto y = ops::max_pool2d(x, {2, 2}, {2, 2}).to_vector<float>();
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], 4);
  EXPECT_EQ(ops::max_pool2d_grad(x, ones({1, 1, 1, 2}), {2, 2}, {2, 2}, "valid", {0, 0, 0, 0}, false)
                .to_vector<float>(),
            (Floats32{0, 1, 0, 1, 0, 0, 0, 0}));
}

TEST(MaxPool2d, PaddingNeverWins) {
  const Tensor x = full({1, 1, 2, 2}, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(ops::max_pool2d(x, {3, 3}, {1, 1}, "same").to_vector<float>(), x.to_vector<float>());
  EXPECT_EQ(ops::max_pool2d(full({1, 1, 2, 2}, -3), {3, 3}, {1, 1}, "same").to_vector<float>(),
            Floats32(4, -3));
}

struct Setting {
  Shape x;
  Ints kernel, stride;
  std::string pad_mode = "valid";
  Ints padding = {0, 0, 0, 0};
  bool ceil_mode = false;
  Ints dilation = {1, 1};

  std::vector<Attr> attrs() const { return {kernel, stride, pad_mode, padding, ceil_mode, dilation}; }
};

const Setting kSettings[] = {
    {{2, 6, 28, 28}, {2, 2}, {2, 2}},
    {{2, 16, 10, 10}, {2, 2}, {2, 2}},
    {{1, 64, 15, 13}, {3, 3}, {2, 2}, "same"},
    {{3, 5, 9, 11}, {3, 2}, {1, 2}, "pad", {1, 1, 1, 0}, true},
    {{1, 3, 7, 7}, {7, 7}, {1, 1}},
    {{1, 33, 8, 9}, {2, 3}, {3, 1}, "same"},
    {{2, 9, 12, 11}, {3, 2}, {1, 2}, "pad", {1, 1, 1, 1}, false, {3, 2}},
};

TEST(MaxPool2d, EveryLayoutAgreesWithPlainLoops) {
  for (const Setting& s : kSettings) {
    SCOPED_TRACE(str(s.x, " kernel ", Attr(s.kernel)));
    const Tensor x = varied(s.x), y = reference(Op::max_pool2d, {x}, s.attrs())[0];
    const Tensor grad = varied(y.shape(), float32, 5), values = varied(s.x, float32, 8);
    const Tensor dx = reference(Op::max_pool2d_grad, {x, grad}, s.attrs())[0];
    const Tensor picked = reference(Op::max_pool2d_pick, {x, values}, s.attrs())[0];
    for (const Tensor& input : {x, channels_last(x)}) {
      const Tensor got =
          ops::max_pool2d(input, s.kernel, s.stride, s.pad_mode, s.padding, s.ceil_mode, s.dilation);
      expect_near(got, y, 0);
      EXPECT_EQ(got.is_contiguous(), input.is_contiguous() || y.shape()[3] == 1);
      for (const Tensor& g : {grad, channels_last(grad)})
        expect_near(ops::max_pool2d_grad(input, g, s.kernel, s.stride, s.pad_mode, s.padding, s.ceil_mode,
                                         s.dilation),
                    dx, 1e-6);
      expect_near(ops::max_pool2d_pick(input, channels_last(values), s.kernel, s.stride, s.pad_mode,
                                       s.padding, s.ceil_mode, s.dilation),
                  picked, 0);
    }
  }
}

TEST(AvgPool2d, EveryLayoutAgreesWithPlainLoops) {
  for (const Setting& s : kSettings)
    for (const bool count_padding : {true, false}) {
      SCOPED_TRACE(str(s.x, " kernel ", Attr(s.kernel)));
      std::vector<Attr> attrs = s.attrs();
      attrs.pop_back();  // an average has no dilation
      attrs.insert(attrs.end(), {count_padding, 0});
      const Tensor x = varied(s.x), y = reference(Op::avg_pool2d, {x}, attrs)[0];
      const Tensor grad = varied(y.shape(), float32, 5);
      attrs.push_back(s.x);
      const Tensor dx = reference(Op::avg_pool2d_grad, {grad}, attrs)[0];
      for (const Tensor& input : {x, channels_last(x)})
        expect_near(
            ops::avg_pool2d(input, s.kernel, s.stride, s.pad_mode, s.padding, s.ceil_mode, count_padding), y,
            1e-6);
      for (const Tensor& g : {grad, channels_last(grad)})
        expect_near(ops::avg_pool2d_grad(g, s.kernel, s.stride, s.pad_mode, s.padding, s.ceil_mode,
                                         count_padding, 0, s.x),
                    dx, 1e-6);
    }
}

TEST(Pool2d, OtherDtypesAndEmptyBatches) {
  for (const DType dtype : {float64, float16, bfloat16}) {
    const Tensor x = ops::cast(pattern({1, 1, 5, 6}), dtype);
    EXPECT_EQ(ops::max_pool2d(x, {2, 2}, {2, 2}).to_vector<float>(), (Floats32{8, 10, 9, 10, 9, 8}));
    EXPECT_EQ(ops::avg_pool2d(x, {2, 2}, {2, 2}).to_vector<float>(), (Floats32{3.75, 5.5, 4.5, 6, 5, 4}));
  }
  EXPECT_EQ(ops::max_pool2d(zeros({0, 2, 4, 4}), {2, 2}, {2, 2}).shape(), (Shape{0, 2, 2, 2}));
  EXPECT_EQ(ops::avg_pool2d(zeros({0, 2, 4, 4}), {2, 2}, {2, 2}).shape(), (Shape{0, 2, 2, 2}));
}

TEST(Pool2d, Gradients) {
  expect_gradients(
      [](const Tensors& in) {
        return Tensors{ops::max_pool2d(in[0], {2, 2}, {2, 1}, "same")};
      },
      {varied({2, 2, 4, 3}, float64)});
  expect_gradients(
      [](const Tensors& in) {
        return Tensors{ops::avg_pool2d(in[0], {3, 2}, {1, 2}, "pad", {1, 0, 1, 1}, true)};
      },
      {varied({1, 2, 4, 5}, float64)});
}

TEST(Pool2d, WrongArguments) {
  const Tensor x = zeros({1, 1, 5, 6});
  expect_error<ValueError>(
      [&] {
        ops::max_pool2d(zeros({5, 6}), {2, 2}, {2, 2});
      },
      {"max_pool2d", "'x'", "(5, 6)"});
  expect_error<ValueError>(
      [&] {
        ops::max_pool2d(x, {7, 7}, {1, 1});
      },
      {"max_pool2d", "'kernel_size'", "(7, 7)"});
  expect_error<ValueError>(
      [&] {
        ops::max_pool2d(x, {0, 2}, {1, 1});
      },
      {"max_pool2d", "'kernel_size'", "(0, 2)"});
  expect_error<ValueError>([&] { ops::max_pool2d(x, {2, 2}, {0, 1}); }, {"max_pool2d", "'stride'", "(0, 1)"});
  expect_error<ValueError>(
      [&] {
        ops::max_pool2d(x, {3, 3}, {2, 2}, "pad", {2, 2, 2, 2});
      },
      {"max_pool2d", "'padding'", "half"});
  expect_error<ValueError>(
      [&] {
        ops::max_pool2d(x, {2, 2}, {2, 2}, "valid", {1, 1, 1, 1});
      },
      {"max_pool2d", "'padding'", "valid"});
  expect_error<ValueError>(
      [&] {
        ops::avg_pool2d(x, {2, 2}, {2, 2}, "valid", {0, 0, 0, 0}, true);
      },
      {"avg_pool2d", "'ceil_mode'"});
  expect_error<TypeError>(
      [&] {
        ops::avg_pool2d(zeros({1, 1, 5, 6}, int32), {2, 2}, {2, 2});
      },
      {"avg_pool2d", "Int32"});
}

}  // namespace
}  // namespace nucella
