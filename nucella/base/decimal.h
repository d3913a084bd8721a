// Decimal: the decimal digits of a floating-point number, shortest that round-trip or correctly rounded.
#pragma once
#include <string>

#include "nucella/base/half.h"

namespace nucella {

/// d.ddd... times 10^exponent; zero is the single digit 0.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;

  /// Digits behind the decimal point when written without an exponent.
  int fraction_size() const;
  /// Without an exponent and without trailing zeros: "120.", "0.5", "-3.25".
  std::string positional() const;
  /// With an exponent of a sign and at least `exponent_size` digits: "1.25e+00", "3.e-08".
  std::string scientific(size_t exponent_size = 2) const;
};

/// The fewest digits that read back as `value` in its own type, and of these the closest. `value` must be
/// finite.
Decimal shortest_decimal(double value);
Decimal shortest_decimal(float value);
Decimal shortest_decimal(Half value);
/// `value` rounded to `fraction` digits behind the first one (ties to even), trailing zeros kept.
Decimal rounded_scientific(double value, int fraction);
/// `value` rounded to `fraction` digits behind the decimal point (ties to even), trailing zeros dropped.
Decimal rounded_positional(double value, int fraction);

}  // namespace nucella
