#include "nucella/nn/matmul.h"

#include <gtest/gtest.h>

#include "nucella/nucella.h"

namespace nucella {
namespace {

TEST(MatMulLayer, MultipliesMatricesVectorsAndBatches) {
  nn::MatMul plain, second_transposed(false, true);
  const Tensor a = tensor({1, 2, 3, 4}, {2, 2}), v = tensor({1, 1});
  EXPECT_EQ(plain(a, a).to_vector<float>(), (std::vector<float>{7, 10, 15, 22}));
  EXPECT_EQ(second_transposed(a, a).to_vector<float>(), (std::vector<float>{5, 11, 11, 25}));
  EXPECT_EQ(plain(a, v).to_vector<float>(), (std::vector<float>{3, 7}));
  EXPECT_EQ(plain(v, v).item<float>(), 2);
  EXPECT_EQ(plain(tensor({1, 2, 3, 4}, {2, 1, 2}), a).shape(), (Shape{2, 1, 2}));
  EXPECT_THROW(plain(a, tensor({1, 2, 3})), ValueError);
}

}  // namespace
}  // namespace nucella
