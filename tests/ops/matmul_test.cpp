#include <gtest/gtest.h>

#include <thread>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"
#include "tests/support/gradcheck.h"

namespace nucella {
namespace {

using test::expect_error;
using test::expect_gradients;
using test::expect_near;
using test::reference;
using test::varied;

using Floats32 = std::vector<float>;

TEST(Matmul, MindSporesNumbers) {
  const Tensor x = tensor({0, 1, 2, 3, 4, 5}, {2, 3}),
               y = tensor({0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4}, {3, 4});
  EXPECT_EQ(ops::matmul(x, y).to_vector<float>(), (Floats32{6, 9, 12, 8, 21, 33, 45, 29}));
  const Tensor xt = ops::transpose(x, {1, 0}), yt = ops::transpose(y, {1, 0});
  EXPECT_EQ(ops::matmul(xt, yt, true, true).to_vector<float>(), (Floats32{6, 9, 12, 8, 21, 33, 45, 29}));
  EXPECT_EQ(ops::matmul(ops::cast(x, int32), ops::cast(y, int32)).to_vector<float>(),
            (Floats32{6, 9, 12, 8, 21, 33, 45, 29}));
}

TEST(Matmul, EveryTransposeStrideAndDtypeAgreesWithPlainLoops) {
  for (const DType dtype : {float32, float64, float16, bfloat16, int64})
    for (const bool ta : {false, true})
      for (const bool tb : {false, true}) {
        const Tensor big = varied({23, 31}, dtype), other = varied({40, 37}, dtype, 5);
        // Columns with a step, and rows that run backward.
        const Tensor x = ops::strided_slice(big, {0, 1}, {23, 31}, {1, ta ? 2 : 1}),
                     y = ops::strided_slice(other, {39, 0}, {39 - 23, 37}, {-1, 1});
        const Tensor a = ta ? x : ops::transpose(x, {1, 0}), b = tb ? ops::transpose(y, {1, 0}) : y;
        expect_near(ops::matmul(a, b, ta, tb), reference(Op::matmul, {a, b}, {ta, tb})[0],
                    dtype == float16 || dtype == bfloat16 ? 0.1 : 1e-5);
      }
}

TEST(Matmul, AnEmptySumIsZero) {
  EXPECT_EQ(ops::matmul(zeros({2, 0}), zeros({0, 2})).to_vector<float>(), (Floats32{0, 0, 0, 0}));
  EXPECT_EQ(ops::matmul(zeros({0, 3}), zeros({3, 4})).shape(), (Shape{0, 4}));
}

TEST(Matmul, WrongArguments) {
  const Tensor x = zeros({2, 3});
  expect_error<ValueError>([&] { ops::matmul(x, zeros({4, 3})); }, {"matmul", "'x'", "'y'", "3", "4"});
  expect_error<ValueError>([&] { ops::matmul(zeros({3}), x); }, {"matmul", "'x'", "(3,)"});
  expect_error<TypeError>(
      [&] {
        ops::matmul(x, zeros({3, 4}, float16));
      },
      {"matmul", "'y'", "Float32", "Float16"});
  expect_error<TypeError>(
      [&] {
        ops::matmul(zeros({2, 3}, bool_), zeros({3, 4}, bool_));
      },
      {"matmul", "Bool"});
}

TEST(Matmul, Gradients) {
  for (const bool ta : {false, true})
    for (const bool tb : {false, true})
      expect_gradients(
          [=](const Tensors& in) { return Tensors{ops::matmul(in[0], in[1], ta, tb)}; },
          {varied(ta ? Shape{3, 2} : Shape{2, 3}, float64), varied(tb ? Shape{4, 3} : Shape{3, 4}, float64)});
}

TEST(BatchMatmul, BroadcastsTheLeadingAxes) {
  const Tensor x = varied({5, 1, 2, 3}), y = varied({4, 3, 6});
  const Tensor out = ops::batch_matmul(x, y);
  ASSERT_EQ(out.shape(), (Shape{5, 4, 2, 6}));
  expect_near(out, reference(Op::batch_matmul, {x, y}, {false, false})[0]);
  expect_near(ops::batch_matmul(varied({7, 3, 2}), varied({7, 6, 3}), true, true),
              reference(Op::batch_matmul, {varied({7, 3, 2}), varied({7, 6, 3})}, {true, true})[0]);
  expect_error<ValueError>(
      [&] {
        ops::batch_matmul(varied({2, 2, 3}), varied({3, 3, 4}));
      },
      {"batch_matmul"});
  expect_error<ValueError>(
      [&] {
        ops::batch_matmul(varied({3}), varied({3, 4}));
      },
      {"batch_matmul", "'x'", "(3,)"});
}

TEST(BatchMatmul, Gradients) {
  expect_gradients([](const Tensors& in) { return Tensors{ops::batch_matmul(in[0], in[1])}; },
                   {varied({2, 1, 2, 3}, float64), varied({2, 3, 2}, float64)});
  expect_gradients([](const Tensors& in) { return Tensors{ops::batch_matmul(in[0], in[1], true, true)}; },
                   {varied({2, 3, 2}, float64), varied({2, 2, 3}, float64)});
}

TEST(Dense, AnyNumberOfLeadingAxes) {
  const Tensor weight = varied({5, 3}), bias = varied({5}, float32, 3);
  for (const Shape& shape : {Shape{3}, Shape{7, 3}, Shape{2, 4, 3}, Shape{0, 3}}) {
    const Tensor x = varied(shape);
    const Tensor y = ops::dense(x, weight, bias);
    Shape expected = shape;
    expected[shape.ndim() - 1] = 5;
    ASSERT_EQ(y.shape(), expected);
    expect_near(y, reference(Op::dense, {x, weight, bias}, {})[0]);
  }
  const Tensor strided = ops::transpose(varied({3, 2, 4}), {2, 1, 0});
  expect_near(ops::dense(strided, weight), reference(Op::dense, {strided, weight, {}}, {})[0]);
  EXPECT_EQ(ops::dense(zeros({2, 0}), zeros({5, 0}), bias).to_vector<float>()[4], bias.to_vector<float>()[4]);
}

TEST(Dense, WrongArguments) {
  const Tensor weight = zeros({4, 3});
  expect_error<ValueError>([&] { ops::dense(zeros({2, 2}), weight); }, {"dense", "'x'", "3", "(2, 2)"});
  expect_error<IndexError>([&] { ops::dense(zeros({}), weight); }, {"dense", "'x'"});
  expect_error<TypeError>(
      [&] {
        ops::dense(zeros({2, 3}, float16), weight);
      },
      {"dense", "Float16", "Float32"});
  expect_error<ValueError>(
      [&] {
        ops::dense(zeros({2, 3}), weight, zeros({3}));
      },
      {"dense", "'bias'", "(4,)", "(3,)"});
}

TEST(Dense, Gradients) {
  const TensorFn with_bias = [](const Tensors& in) { return Tensors{ops::dense(in[0], in[1], in[2])}; };
  expect_gradients(with_bias, {varied({4, 3}, float64), varied({2, 3}, float64), varied({2}, float64)});
  expect_gradients(with_bias, {varied({2, 2, 3}, float64), varied({2, 3}, float64), varied({2}, float64)});
  expect_gradients([](const Tensors& in) { return Tensors{ops::dense(in[0], in[1])}; },
                   {varied({3}, float64), varied({2, 3}, float64)});
}

TEST(Dense, FastGradientsAgreeWithPlainLoops) {
  const Tensor x = varied({9, 4, 33}), grad = varied({9, 4, 17}, float32, 3), weight = varied({17, 33});
  expect_near(ops::dense_input_grad(grad, weight), reference(Op::dense_input_grad, {grad, weight}, {})[0]);
  const auto [dw, db] = ops::dense_weight_grad(x, grad, true);
  expect_near(dw, reference(Op::dense_weight_grad, {x, grad}, {true})[0], 1e-4);
  expect_near(db, ops::sum_to(grad, {17}));
}

TEST(BiasAdd, AlongAxisOne) {
  const Tensor y = ops::bias_add(tensor({0, 1, 2, 3, 4, 5, 6, 0}, {1, 2, 2, 2}), tensor({10, 20}));
  EXPECT_EQ(y.to_vector<float>(), (Floats32{10, 11, 12, 13, 24, 25, 26, 20}));
  expect_error<ValueError>(
      [] {
        ops::bias_add(zeros({2, 3}), zeros({2}));
      },
      {"bias_add", "'bias'", "(3,)", "(2,)"});
  expect_error<ValueError>([] { ops::bias_add(zeros({3}), zeros({3})); }, {"bias_add", "'x'", "(3,)"});
  expect_error<TypeError>([] { ops::bias_add(zeros({2, 3}), zeros({3}, float16)); }, {"bias_add", "Float16"});
}

// More shapes than the cache of primitives holds, from several threads at once.
TEST(Dense, ManyShapesOnManyThreads) {
  const auto work = [](int64_t seed) {
    for (int64_t i = 0; i < 600; ++i) {
      const int64_t n = 1 + (i * seed) % 31, k = 1 + i % 29;
      const Tensor x = full({n, k}, 2), weight = full({3, k}, 0.5);
      ASSERT_EQ(ops::dense(x, weight).to_vector<float>(),
                Floats32(static_cast<size_t>(3 * n), static_cast<float>(k)));
    }
  };
  std::vector<std::thread> threads;
  for (int64_t seed : {3, 5, 7}) threads.emplace_back(work, seed);
  for (std::thread& t : threads) t.join();
}

}  // namespace
}  // namespace nucella
