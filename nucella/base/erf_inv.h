// Inverse of the complementary error function in double precision, and the approximations it is made of.
#pragma once
#include <array>

namespace nucella {

/// x with erfc(x) == z, for 0 < z < 2, to about the precision of double.
double erfc_inv(double z);

namespace erf_inv {

/// One range of the approximation: numerator p and denominator q, lowest power first, in (variable - offset).
struct Range {
  float y;
  double offset;
  std::array<double, 11> p;
  std::array<double, 11> q;
};
/// [0]: erf_inv(p) for p <= 0.5; [1]: by q = 1 - p >= 0.25; [2]...[6]: by sqrt(-log q) up to 3, 6, 18, 44 and
/// beyond.
extern const std::array<Range, 7> kRanges;

}  // namespace erf_inv
}  // namespace nucella
