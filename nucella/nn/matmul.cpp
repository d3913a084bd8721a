#include "nucella/nn/matmul.h"

#include "nucella/ops/ops.h"

namespace nucella::nn {
namespace {

Tensor swapped(const Tensor& x) {
  if (x.ndim() < 2) return x;
  Shape perm;
  for (int i = 0; i < x.ndim() - 2; ++i) perm.push_back(i);
  perm.push_back(x.ndim() - 1);
  perm.push_back(x.ndim() - 2);
  return ops::transpose(x, perm);
}

}  // namespace

Tensor MatMul::construct(const Tensor& x1, const Tensor& x2) {
  return ops::matmul_ext(transpose_x1_ ? swapped(x1) : x1, transpose_x2_ ? swapped(x2) : x2);
}

}  // namespace nucella::nn
