#include "tests/support/optimizer_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/tensor/create.h"

namespace nucella::test {

using testing::FloatNear;
using testing::Pointwise;
using Floats = std::vector<float>;

Tensor step_values(const Shape& shape, int64_t step) {
  Floats numbers;
  for (int64_t i = 0; i < shape.numel(); ++i)
    numbers.push_back(static_cast<float>((7 * i + 13 * step) % 11 - 5) / 8);
  return tensor_of(numbers, shape);
}

std::vector<Parameter> fresh_parameters() {
  return {Parameter(step_values({3, 2}, 100), "w"), Parameter(step_values({2}, 200), "norm.gamma")};
}

void expect_recorded(const nlohmann::json& expected, const std::vector<Parameter>& params,
                     const nn::Optimizer& optimizer, const std::string& name, bool names_too) {
  EXPECT_THAT(params[0].to_vector<float>(), Pointwise(FloatNear(1e-5F), expected["w"].get<Floats>())) << name;
  EXPECT_THAT(params[1].to_vector<float>(), Pointwise(FloatNear(1e-5F), expected["gamma"].get<Floats>()))
      << name;
  if (!names_too) return;
  std::vector<std::string> names;
  for (const Parameter& p : optimizer.get_parameters()) names.push_back(p.name());
  EXPECT_EQ(names, expected["parameters"].get<std::vector<std::string>>()) << name;
}

}  // namespace nucella::test
