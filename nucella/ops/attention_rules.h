// What the rules of attention and of its gradient share.
#pragma once
#include "nucella/ops/norm_rules.h"

namespace nucella::rules {

/// Throws unless query (N, H, L, D), key (N, H, S, D), value (N, H, S, E) and mask fit each other.
void check_attention(const Call& call, const Tensor& query, const Tensor& key, const Tensor& value,
                     const Tensor& mask);
/// 1 / sqrt(width) for 0, else `scale`.
double attention_scale(double scale, int64_t width);

}  // namespace nucella::rules
