// matrix_product: products of float matrices by whichever code is fastest for them.
#pragma once
#include "nucella/kernels/cpu/onednn.h"

namespace nucella::cpu {

/// out = a b + bias under the conditions of onednn::matmul.
void matrix_product(const onednn::Operand& out, const onednn::Operand& a, const onednn::Operand& b,
                    const onednn::Operand& bias = {});

}  // namespace nucella::cpu
