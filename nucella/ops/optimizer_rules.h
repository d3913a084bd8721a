// Argument checks that the fused optimizer updates share.
#pragma once
#include "nucella/ops/rules.h"

namespace nucella::rules {

/// The inputs of a call are `lists` lists of equal length, the first of parameters and the last of gradients,
/// and the learning rate. ValueError or TypeError names the op unless all tensors at one place of the lists
/// have one shape and one floating dtype, and the learning rate is a float32 scalar.
void check_update(const Call& call, size_t lists);
/// ValueError unless `value` >= 0.
void check_not_negative(const Call& call, double value, std::string_view name);
/// ValueError unless `value` <= 0.
void check_not_positive(const Call& call, double value, std::string_view name);
/// ValueError unless `value` > 0.
void check_positive(const Call& call, double value, std::string_view name);
/// ValueError unless `value` is in (0, 1).
void check_fraction(const Call& call, double value, std::string_view name);
/// ValueError unless `value` is in [0, 1].
void check_share(const Call& call, double value, std::string_view name);

}  // namespace nucella::rules
