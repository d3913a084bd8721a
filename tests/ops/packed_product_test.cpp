// Products of matrices that are large enough to be packed into panels, against plain sums in float64.
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/base/parallel.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

struct Extents {
  int64_t rows, inner, columns;
};

// Neither rows nor columns fill tiles; the last two need several panels of steps, and of columns.
constexpr Extents kExtents[] = {
    {256, 64, 256}, {259, 70, 301}, {66, 129, 512}, {257, 1027, 262}, {260, 65, 2085}};

class Threads {
 public:
  explicit Threads(int n) : before_(num_threads()) { set_num_threads(n); }
  ~Threads() { set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

Tensor varied(const Shape& shape, int64_t seed) {
  Tensor t = Tensor::empty(shape);
  for (int64_t i = 0; i < t.size(); ++i)
    t.mutable_data<float>()[i] = static_cast<float>((i + seed) * (37 + seed) % 1009) / 500 - 1;
  return t;
}
Tensor wide(const Tensor& t) { return ops::cast(t, float64); }

// Sums of `inner` products of numbers of up to 1; a wrong index would be off by that much.
void expect_close(const Tensor& got, const Tensor& want, int64_t inner) {
  ASSERT_EQ(got.shape(), want.shape());
  const std::vector<double> a = got.to_vector<double>(), b = want.to_vector<double>();
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  EXPECT_LE(worst, 4e-7 * static_cast<double>(inner));
}

TEST(PackedProduct, EveryTransposeGivesPlainSums) {
  for (const Extents& e : kExtents)
    for (const bool ta : {false, true})
      for (const bool tb : {false, true}) {
        const Tensor a = varied(ta ? Shape{e.inner, e.rows} : Shape{e.rows, e.inner}, 1),
                     b = varied(tb ? Shape{e.columns, e.inner} : Shape{e.inner, e.columns}, 2);
        expect_close(ops::matmul(a, b, ta, tb), ops::matmul(wide(a), wide(b), ta, tb), e.inner);
      }
}

TEST(PackedProduct, ReadsRowsOfAWiderMatrix) {
  const Tensor a = ops::strided_slice(varied({300, 200}, 1), {10, 20}, {290, 190}),
               b = ops::strided_slice(varied({170, 700}, 2), {0, 30}, {170, 330});
  expect_close(ops::matmul(a, b), ops::matmul(wide(a), wide(b)), 170);
}

TEST(PackedProduct, DenseAddsItsBias) {
  for (const Extents& e : kExtents) {
    const Tensor x = varied({e.rows, e.inner}, 1), w = varied({e.columns, e.inner}, 2),
                 b = varied({e.columns}, 3);
    expect_close(ops::dense(x, w, b), ops::dense(wide(x), wide(w), wide(b)), e.inner);
    const Tensor g = varied({e.rows, e.columns}, 4);
    expect_close(ops::dense_input_grad(g, w), ops::dense_input_grad(wide(g), wide(w)), e.columns);
    expect_close(ops::dense_weight_grad(x, g, false)[0], ops::dense_weight_grad(wide(x), wide(g), false)[0],
                 e.rows);
  }
}

TEST(PackedProduct, TheNumberOfThreadsChangesNoBit) {
  for (const Extents& e : kExtents) {
    const Tensor a = varied({e.rows, e.inner}, 1), b = varied({e.inner, e.columns}, 512);
    std::vector<float> alone;
    for (const int threads : {1, 2, 3, 4, 6}) {
      const Threads scope(threads);
      const std::vector<float> got = ops::matmul(a, b).to_vector<float>();
      if (threads == 1) alone = got;
      EXPECT_EQ(got, alone) << threads << " threads";
    }
  }
}

}  // namespace
}  // namespace nucella
