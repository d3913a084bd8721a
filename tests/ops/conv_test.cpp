#include <gtest/gtest.h>

#include <thread>

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

// (a * i mod m) / 4 - 1: exact in float32, so are the sums of products below.
Tensor pattern(const Shape& shape, int64_t a, int64_t m) {
  Tensor t = Tensor::empty(shape);
  for (int64_t i = 0; i < t.size(); ++i)
    t.mutable_data<float>()[i] = static_cast<float>(a * i % m) * 0.25f - 1;
  return t;
}

struct Setting {
  Shape x, weight;
  Ints stride = {1, 1};
  std::string pad_mode = "valid";
  Ints padding = {0, 0, 0, 0};
  Ints dilation = {1, 1};
  int64_t group = 1;

  std::vector<Attr> attrs() const { return {stride, pad_mode, padding, dilation, group}; }
  Tensor run(const Tensor& input, const Tensor& w, const Tensor& bias = {}) const {
    return ops::conv2d(input, w, bias, stride, pad_mode, padding, dilation, group);
  }
};

const Setting kSettings[] = {
    {{2, 1, 12, 10}, {6, 1, 5, 5}},
    {{2, 3, 9, 8}, {16, 3, 3, 3}, {1, 1}, "same"},
    {{3, 6, 14, 14}, {16, 6, 5, 5}},
    {{2, 64, 7, 7}, {48, 64, 1, 1}},
    {{1, 32, 9, 9}, {32, 32, 3, 3}, {2, 2}, "pad", {1, 1, 1, 1}},
    {{2, 8, 9, 11}, {12, 4, 3, 2}, {2, 1}, "same", {0, 0, 0, 0}, {1, 1}, 2},
    {{1, 16, 10, 10}, {16, 1, 3, 3}, {1, 1}, "pad", {2, 1, 0, 3}, {2, 2}, 16},
    {{2, 4, 8, 9}, {5, 4, 3, 3}, {3, 3}, "valid"},
    {{1, 2, 5, 5}, {3, 2, 2, 3}, {2, 2}, "same", {0, 0, 0, 0}, {3, 2}},
};

TEST(Conv2d, PyTorchsNumbers) {
  const Tensor y = ops::conv2d(pattern({1, 4, 4, 5}, 7, 11), pattern({4, 2, 2, 3}, 5, 13), pattern({4}, 3, 7),
                               {1, 2}, "pad", {1, 1, 1, 1}, {2, 1}, 2);
  ASSERT_EQ(y.shape(), (Shape{1, 4, 4, 3}));
  EXPECT_EQ(y.to_vector<float>(),
            (Floats32{3.625,   -3.875,  1.1875,  -2.4375, -0.0625, -0.625,  0.8125,  -1.4375, 1.5625, -4.1875,
                      0.5625,  0.5625,  2.5625,  2.5,     -2.6875, 1.5625,  -2.5,    2.25,    3.0625, 0.1875,
                      2.25,    0.75,    -1.3125, -4.0,    1.25,    0.5,     -1.5625, 1.625,   0.125,  2.0625,
                      -1.125,  2.5,     4.9375,  2.5,     0.8125,  -1.0625, 0.0625,  2.0,     0.75,   2.5,
                      -1.5625, -1.0625, -0.8125, -0.625,  0.0625,  -1.1875, 2.8125,  0.5625}));
}

TEST(Conv2d, PyTorchsWeightGradient) {
  const auto [dw, db] = ops::conv2d_weight_grad(pattern({1, 4, 4, 5}, 7, 11), pattern({1, 4, 4, 3}, 3, 5),
                                                {1, 2}, "pad", {1, 1, 1, 1}, {2, 1}, 2, {4, 2, 2, 3}, true);
  EXPECT_EQ(dw.to_vector<float>(),
            (Floats32{-1.75,   -1.5625, 0.25,    1.375,  -3.25,   -1.0,    -1.875,  0.9375,  -0.9375, -1.6875,
                      -2.625,  -0.3125, -0.4375, -1.0,   -0.3125, 0.8125,  -1.3125, 0.0,     -2.8125, -0.375,
                      -0.3125, -0.375,  -2.5625, -0.875, -1.4375, -0.0625, 0.1875,  -1.6875, -2.0,    -1.6875,
                      0.8125,  -1.3125, 0.0,     0.375,  -1.6875, 0.9375,  -0.3125, -2.25,   0.0625,  -1.0625,
                      -0.6875, -2.0,    -1.0,    -1.25,  1.3125,  0.8125,  -2.5,    0.4375}));
  EXPECT_EQ(db.to_vector<float>(), (Floats32{-6.25, -5.75, -6.5, -6.0}));
}

TEST(Conv2d, PadModes) {
  const auto sum_kernel = [](const Shape& x, const Shape& w, const Ints& stride) {
    return ops::conv2d(ones(x), ones(w), {}, stride, "same").to_vector<float>();
  };
  EXPECT_EQ(sum_kernel({1, 1, 3, 3}, {1, 1, 2, 2}, {1, 1}), (Floats32{4, 4, 2, 4, 4, 2, 2, 2, 1}));
  EXPECT_EQ(sum_kernel({1, 1, 4, 4}, {1, 1, 3, 3}, {2, 2}), (Floats32{9, 6, 6, 4}));
  const Tensor wide = ops::conv2d(ones({1, 3, 16, 50}), ones({64, 3, 3, 3}), {}, {1, 1}, "same");
  EXPECT_EQ(wide.shape(), (Shape{1, 64, 16, 50}));
  const auto values = wide.to_vector<float>();
  EXPECT_EQ(values[0], 12);
  EXPECT_EQ(values[1], 18);
  EXPECT_EQ(values[51], 27);
}

TEST(Conv2d, EveryLayoutAgreesWithPlainLoops) {
  for (const Setting& s : kSettings) {
    SCOPED_TRACE(str(s.x, " * ", s.weight, " stride ", Attr(s.stride), " ", s.pad_mode));
    const Tensor x = varied(s.x), weight = varied(s.weight, float32, 3),
                 bias = varied({s.weight[0]}, float32, 9);
    const Tensor expected = reference(Op::conv2d, {x, weight, bias}, s.attrs())[0];
    const Tensor grad = varied(expected.shape(), float32, 5);
    std::vector<Attr> to_input = s.attrs(), to_weight = s.attrs();
    to_input.push_back(s.x);
    to_weight.insert(to_weight.end(), {s.weight, true});
    const Tensor dx = reference(Op::conv2d_input_grad, {grad, weight}, to_input)[0];
    const Tensors dw = reference(Op::conv2d_weight_grad, {x, grad}, to_weight);

    const Tensor gap =
        ops::strided_slice(varied({s.x[0] * 2, s.x[1], s.x[2], s.x[3]}), {0}, {s.x[0] * 2}, {2});
    expect_near(s.run(gap, weight, bias), reference(Op::conv2d, {gap, weight, bias}, s.attrs())[0], 1e-4);
    for (const Tensor& input :
         {x, channels_last(x), ops::transpose(ops::transpose(x, {3, 2, 1, 0}).contiguous(), {3, 2, 1, 0})}) {
      expect_near(s.run(input, weight, bias), expected, 1e-4);
      for (const Tensor& g : {grad, channels_last(grad)}) {
        const auto [w_grad, b_grad] = ops::conv2d_weight_grad(input, g, s.stride, s.pad_mode, s.padding,
                                                              s.dilation, s.group, s.weight, true);
        expect_near(w_grad, dw[0], 1e-3);
        expect_near(b_grad, dw[1], 1e-3);
        expect_near(ops::conv2d_input_grad(g, channels_last(weight), s.stride, s.pad_mode, s.padding,
                                           s.dilation, s.group, s.x),
                    dx, 1e-4);
      }
    }
  }
}

TEST(Conv2d, AChainStaysChannelsLast) {
  const Tensor weight = varied({16, 16, 3, 3});
  Tensor y = ops::conv2d(varied({2, 16, 12, 12}), weight);
  const Shape strides{10 * 10 * 16, 1, 10 * 16, 16};
  EXPECT_EQ(y.strides(), strides);
  y = ops::max_pool2d(ops::add(y, y), {2, 2}, {2, 2});
  EXPECT_EQ(y.strides(), (Shape{5 * 5 * 16, 1, 5 * 16, 16}));
  EXPECT_EQ(ops::conv2d(y, weight).strides(), (Shape{3 * 3 * 16, 1, 3 * 16, 16}));
}

TEST(Conv2d, OtherDtypes) {
  const Setting s = kSettings[5];
  const Tensor x = varied(s.x, float64), weight = varied(s.weight, float64, 3);
  const Tensor exact = s.run(x, weight);
  EXPECT_EQ(exact.dtype(), float64);
  for (const DType dtype : {float32, float16, bfloat16}) {
    const Tensor y = s.run(ops::cast(x, dtype), ops::cast(weight, dtype));
    EXPECT_EQ(y.dtype(), dtype);
    expect_near(ops::cast(y, float64), exact, dtype == float32 ? 1e-5 : 0.1);
  }
}

// The plain loops add the products in the order (channel, row, column), in float32.
TEST(Conv2d, TheReferenceAddsInPlainOrder) {
  const Tensor x = varied({1, 3, 4, 4}), weight = varied({2, 3, 3, 3});
  const Tensor y = reference(Op::conv2d, {x, weight, {}}, Setting{}.attrs())[0];
  float sum = 0;
  for (int64_t c = 0; c < 3; ++c)
    for (int64_t ky = 0; ky < 3; ++ky)
      for (int64_t kx = 0; kx < 3; ++kx)
        sum +=
            x.data<float>()[c * 16 + (ky + 1) * 4 + kx + 1] * weight.data<float>()[27 + c * 9 + ky * 3 + kx];
  EXPECT_EQ(y.data<float>()[7], sum);
}

TEST(Conv2d, AnEmptyBatch) {
  EXPECT_EQ(ops::conv2d(zeros({0, 2, 4, 5}), zeros({3, 2, 2, 3})).shape(), (Shape{0, 3, 3, 3}));
  const auto [dw, db] = ops::conv2d_weight_grad(zeros({0, 2, 4, 5}), zeros({0, 3, 3, 3}), {1, 1}, "valid",
                                                {0, 0, 0, 0}, {1, 1}, 1, {3, 2, 2, 3}, true);
  EXPECT_EQ(dw.to_vector<float>(), Floats32(36, 0));
  EXPECT_EQ(db.to_vector<float>(), Floats32(3, 0));
}

TEST(Conv2d, Gradients) {
  for (const Setting& s : {Setting{{2, 2, 4, 3}, {3, 2, 2, 2}, {2, 1}, "same"},
                           Setting{{1, 4, 4, 4}, {2, 2, 2, 2}, {1, 2}, "pad", {1, 0, 0, 2}, {2, 1}, 2}}) {
    expect_gradients([&](const Tensors& in) { return Tensors{s.run(in[0], in[1], in[2])}; },
                     {varied(s.x, float64), varied(s.weight, float64, 3), varied({s.weight[0]}, float64, 5)});
    expect_gradients([&](const Tensors& in) { return Tensors{s.run(in[0], in[1])}; },
                     {varied(s.x, float64), varied(s.weight, float64, 3)});
  }
}

TEST(Conv2d, WrongArguments) {
  const Tensor x = zeros({1, 2, 4, 5}), w = zeros({3, 2, 2, 3});
  expect_error<RuntimeError>(
      [&] {
        ops::conv2d(zeros({1, 3, 4, 5}), w);
      },
      {"conv2d", "'weight'", "3", "(3, 2, 2, 3)"});
  expect_error<ValueError>([&] { ops::conv2d(zeros({2, 4, 5}), w); }, {"conv2d", "'x'", "(2, 4, 5)"});
  expect_error<TypeError>(
      [&] {
        ops::conv2d(x, zeros({3, 2, 2, 3}, float16));
      },
      {"conv2d", "'weight'", "Float32", "Float16"});
  expect_error<TypeError>([&] { ops::conv2d(zeros({1, 2, 4, 5}, int32), w); }, {"conv2d", "'x'", "Int32"});
  expect_error<ValueError>([&] { ops::conv2d(x, zeros({3, 2, 6, 3})); }, {"conv2d", "6", "(1, 2, 4, 5)"});
  expect_error<ValueError>([&] { ops::conv2d(x, w, zeros({4})); }, {"conv2d", "'bias'", "(3,)", "(4,)"});
  expect_error<ValueError>([&] { ops::conv2d(x, w, {}, {0, 1}); }, {"conv2d", "'stride'", "(0, 1)"});
  expect_error<ValueError>(
      [&] {
        ops::conv2d(x, w, {}, {1, 1}, "full");
      },
      {"conv2d", "'pad_mode'", "'full'"});
  expect_error<ValueError>(
      [&] {
        ops::conv2d(x, w, {}, {1, 1}, "same", {1, 1, 1, 1});
      },
      {"conv2d", "'padding'", "same"});
  expect_error<ValueError>(
      [&] {
        ops::conv2d(x, w, {}, {1, 1}, "pad", {-1, 0, 0, 0});
      },
      {"conv2d", "'padding'", "-1"});
  expect_error<ValueError>(
      [&] {
        ops::conv2d(x, w, {}, {1, 1}, "valid", {0, 0, 0, 0}, {1, 1, 1});
      },
      {"conv2d", "'dilation'"});
  expect_error<ValueError>(
      [&] {
        ops::conv2d(x, w, {}, {1, 1}, "valid", {0, 0, 0, 0}, {1, 1}, 2);
      },
      {"conv2d", "'group'", "2"});
}

TEST(Conv2d, ManyThreadsShareNothing) {
  const Setting s = kSettings[2];
  const Tensor x = varied(s.x), weight = varied(s.weight),
               expected = reference(Op::conv2d, {x, weight, {}}, s.attrs())[0];
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) expect_near(s.run(x, weight), expected, 1e-4);
    });
  for (std::thread& t : threads) t.join();
}

}  // namespace
}  // namespace nucella
