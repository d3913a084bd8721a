#include "nucella/kernels/cpu/matrix_product.h"

#include "nucella/kernels/cpu/packed_product.h"

namespace nucella::cpu {
namespace {

template <class T>
Matrix<T> as_matrix(const onednn::Operand& o) {
  return {static_cast<T*>(o.data), o.strides[0], o.strides[1]};
}

}  // namespace

void matrix_product(const onednn::Operand& out, const onednn::Operand& a, const onednn::Operand& b,
                    const onednn::Operand& bias) {
  const bool plain = out.shape.ndim() == 2 && out.strides[1] == 1;
  if (!plain || !is_packed_faster(as_matrix<const float>(b), out.shape[0], a.shape[1], out.shape[1]))
    return onednn::matmul(out, a, b, bias);
  packed_product(as_matrix<float>(out), as_matrix<const float>(a), as_matrix<const float>(b),
                 static_cast<const float*>(bias.data), out.shape[0], a.shape[1], out.shape[1]);
}

}  // namespace nucella::cpu
