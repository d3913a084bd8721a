#include "nucella/nn/orthogonal.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "nucella/base/parallel.h"

namespace nucella::init {
namespace {

constexpr int64_t kGrain = 1 << 14;  // multiplications worth a thread

/// `count` vectors of `length` >= count elements, one behind the other.
struct Columns {
  Columns(int64_t count, int64_t length)
      : count(count), length(length), values(static_cast<size_t>(count * length)) {}
  /// Elements `from`... of vector `i`.
  std::span<double> tail(int64_t i, int64_t from) {
    return {values.data() + i * length + from, static_cast<size_t>(length - from)};
  }
  int64_t count, length;
  std::vector<double> values;
};

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Turns `x` into the unit normal of the mirror that maps it onto the first axis; returns where it lands
/// there.
double make_mirror(std::span<double> x) {
  const double image = std::copysign(std::sqrt(dot(x, x)), -x[0]);
  x[0] -= image;
  const double length = std::sqrt(dot(x, x));
  if (length > 0)
    for (double& v : x) v /= length;
  return image;
}

/// Mirrors the tails of vectors [first, count).
void apply_mirror(std::span<const double> normal, Columns& columns, int64_t first, int64_t from) {
  const int64_t grain = kGrain / static_cast<int64_t>(normal.size()) + 1;
  parallel_for(first, columns.count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t j = begin; j < end; ++j) {
      const std::span<double> x = columns.tail(j, from);
      const double factor = 2 * dot(normal, x);
      for (size_t i = 0; i < x.size(); ++i) x[i] -= factor * normal[i];
    }
  });
}

/// Householder's QR (Golub and Van Loan, "Matrix Computations", 5.2): the columns of Q.
Columns orthonormal(Columns a) {
  std::vector<double> diagonal;
  for (int64_t k = 0; k < a.count; ++k) {
    diagonal.push_back(make_mirror(a.tail(k, k)));
    apply_mirror(a.tail(k, k), a, k + 1, k);
  }
  Columns q(a.count, a.length);
  for (int64_t k = a.count - 1; k >= 0; --k) {
    q.tail(k, k)[0] = 1;
    apply_mirror(a.tail(k, k), q, k, k);
  }
  for (int64_t k = 0; k < q.count; ++k)
    if (diagonal[static_cast<size_t>(k)] < 0)
      for (double& v : q.tail(k, 0)) v = -v;
  return q;
}

}  // namespace

void orthogonalize(std::span<float> matrix, int64_t rows) {
  if (matrix.empty()) return;
  const int64_t columns = static_cast<int64_t>(matrix.size()) / rows;
  const bool wide = rows < columns;
  Columns a(std::min(rows, columns), std::max(rows, columns));
  const auto at = [&](int64_t i, int64_t k) {
    return static_cast<size_t>(wide ? i * columns + k : k * columns + i);
  };
  for (int64_t i = 0; i < a.count; ++i)
    for (int64_t k = 0; k < a.length; ++k) a.tail(i, 0)[static_cast<size_t>(k)] = matrix[at(i, k)];
  Columns q = orthonormal(std::move(a));
  for (int64_t i = 0; i < q.count; ++i)
    for (int64_t k = 0; k < q.length; ++k)
      matrix[at(i, k)] = static_cast<float>(q.tail(i, 0)[static_cast<size_t>(k)]);
}

}  // namespace nucella::init
