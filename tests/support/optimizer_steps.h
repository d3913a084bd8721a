// What tests of optimizers share: the numbers that the scripts in tests/golden gave to MindSpore, and its
// results.
#pragma once
#include <nlohmann/json.hpp>

#include "nucella/optim/optimizer.h"

namespace nucella::test {

constexpr int kSteps = 20;

/// Parameters and gradients, as in make_training.py, make_groups.py and make_optimizers.py.
Tensor step_values(const Shape& shape, int64_t step);

/// "w" (3, 2) and "norm.gamma" (2), as the scripts begin with them.
std::vector<Parameter> fresh_parameters();

/// Expects that the two end where MindSpore's do, to 1e-5, and with `names_too` that the optimizer's
/// parameters have MindSpore's names and order.
void expect_recorded(const nlohmann::json& expected, const std::vector<Parameter>& params,
                     const nn::Optimizer& optimizer, const std::string& name, bool names_too = true);

}  // namespace nucella::test
