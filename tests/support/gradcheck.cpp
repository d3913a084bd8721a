#include "tests/support/gradcheck.h"

#include <gtest/gtest.h>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::test {
namespace {

// A scalar that every element of the outputs takes part in, each with another weight and not linearly.
TensorFn weighted_sum(const TensorFn& fn) {
  return [fn](const Tensors& in) {
    Tensor total = scalar(0, float64);
    for (const Tensor& y : fn(in)) {
      const Tensor weighted = ops::mul(ops::mul(y, y), varied(y.shape(), float64, 7));
      total = ops::add(total, ops::sum_to(ops::add(weighted, y), {}));
    }
    return Tensors{total};
  };
}

void expect_first(const TensorFn& scalar_fn, const Tensors& inputs, const char* order) {
  constexpr double kStep = 1e-5;
  GradOptions options;
  options.grad_position.clear();
  for (size_t i = 0; i < inputs.size(); ++i) options.grad_position.push_back(static_cast<int>(i));
  const Tensors grads = grad(scalar_fn, inputs, options);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<double> got = grads[i].to_vector<double>();
    Tensors moved = inputs;
    for (int64_t j = 0; j < inputs[i].size(); ++j) {
      const auto value_at = [&](double step) {
        moved[i] = inputs[i].clone();
        moved[i].mutable_data<double>()[j] += step;
        return scalar_fn(moved)[0].item<double>();
      };
      const double expected = (value_at(kStep) - value_at(-kStep)) / (2 * kStep);
      ASSERT_NEAR(got[static_cast<size_t>(j)], expected, 1e-6 * (1 + std::abs(expected)))
          << order << " derivative, input " << i << ", element " << j;
    }
    moved[i] = inputs[i];
  }
}

}  // namespace

Tensor varied(const Shape& shape, DType dtype, int64_t seed) {
  const Tensor t = Tensor::empty(shape, float64);
  double* data = t.mutable_data<double>();
  constexpr int64_t kPrime = 1009;
  for (int64_t i = 0; i < t.size(); ++i)
    data[i] = static_cast<double>((i + seed) * 367 % kPrime) * 2 / static_cast<double>(kPrime) - 1;
  return ops::cast(t, dtype);
}

void expect_gradients(const TensorFn& fn, const Tensors& inputs) {
  const TensorFn first = weighted_sum(fn);
  expect_first(first, inputs, "first");
  const TensorFn gradients = [first](const Tensors& in) {
    GradOptions options;
    options.grad_position.clear();
    for (size_t i = 0; i < in.size(); ++i) options.grad_position.push_back(static_cast<int>(i));
    return grad(first, in, options);
  };
  expect_first(weighted_sum(gradients), inputs, "second");
}

}  // namespace nucella::test
