#include "nucella/base/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace nucella {
namespace {

constexpr size_t kLongest = 400;  // more than the digits of any double in fixed form with a few decimals

// Reads what to_chars wrote as "d.ddde+xx".
Decimal parse_scientific(const char* first, const char* last) {
  Decimal out;
  if (*first == '-') {
    out.negative = true;
    ++first;
  }
  const char* e = std::find(first, last, 'e');
  for (; first != e; ++first)
    if (*first != '.') out.digits += *first;
  const char* exponent = e + (e[1] == '+' ? 2 : 1);
  std::from_chars(exponent, last, out.exponent);
  return out;
}

template <class T>
Decimal shortest(T value) {
  char text[kLongest];
  return parse_scientific(text,
                          std::to_chars(text, text + kLongest, value, std::chars_format::scientific).ptr);
}

void drop_trailing_zeros(std::string& digits) {
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
}

}  // namespace

int Decimal::fraction_size() const { return std::max(0, static_cast<int>(digits.size()) - 1 - exponent); }

std::string Decimal::positional() const {
  std::string out = negative ? "-" : "";
  const int size = static_cast<int>(digits.size());
  if (digits == "0") return out + "0.";
  if (exponent < 0) return out + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  if (size <= exponent + 1)
    return out + digits + std::string(static_cast<size_t>(exponent + 1 - size), '0') + ".";
  const auto point = static_cast<size_t>(exponent) + 1;
  return out + digits.substr(0, point) + "." + digits.substr(point);
}

std::string Decimal::scientific(size_t exponent_size) const {
  std::string power = std::to_string(std::abs(exponent));
  if (power.size() < exponent_size) power.insert(0, exponent_size - power.size(), '0');
  return (negative ? "-" : "") + digits.substr(0, 1) + "." + digits.substr(1) + (exponent < 0 ? "e-" : "e+") +
         power;
}

Decimal shortest_decimal(double value) { return shortest(value); }
Decimal shortest_decimal(float value) { return shortest(value); }

Decimal shortest_decimal(Half value) {
  const bool negative = value.bits & 0x8000u;
  const uint32_t biased = (value.bits >> 10) & 31u, mantissa = value.bits & 0x3FFu;
  if (biased == 0 && mantissa == 0) return {negative, "0", 0};
  // In units of 2^-26: the value, half the distance to its neighbours, and what lies between reads back as
  // it.
  const uint32_t shift = biased == 0 ? 2 : biased + 1;
  const uint64_t exact = static_cast<uint64_t>(biased == 0 ? mantissa : mantissa + 1024) << shift;
  const uint64_t above = uint64_t{1} << (shift - 1), below = mantissa == 0 && biased > 1 ? above / 2 : above;
  const bool even = mantissa % 2 == 0;
  for (int power = 4;; --power) {  // the largest float16 is 65504; the smallest ends this loop at 10^-8
    const uint64_t scale = static_cast<uint64_t>(std::llround(std::pow(10, std::max(0, -power))));
    const uint64_t unit =
        (uint64_t{1} << 26) * static_cast<uint64_t>(std::llround(std::pow(10, std::max(0, power))));
    const uint64_t down = exact * scale / unit, rest = exact * scale % unit, up_rest = unit - rest;
    const bool down_fits = even ? rest <= below * scale : rest < below * scale;
    const bool up_fits = even ? up_rest <= above * scale : up_rest < above * scale;
    const bool take_down =
        down_fits && down > 0 && (!up_fits || rest < up_rest || (rest == up_rest && down % 2 == 0));
    if (!take_down && !up_fits) continue;
    Decimal out{negative, std::to_string(take_down ? down : down + 1), 0};
    out.exponent = power + static_cast<int>(out.digits.size()) - 1;
    drop_trailing_zeros(out.digits);
    return out;
  }
}

Decimal rounded_scientific(double value, int fraction) {
  char text[kLongest];
  return parse_scientific(
      text, std::to_chars(text, text + kLongest, value, std::chars_format::scientific, fraction).ptr);
}

Decimal rounded_positional(double value, int fraction) {
  char text[kLongest];
  const char* last =
      std::to_chars(text, text + kLongest, std::abs(value), std::chars_format::fixed, fraction).ptr;
  Decimal out;
  out.negative = std::signbit(value);
  const char* point = std::find(static_cast<const char*>(text), last, '.');
  for (const char* p = text; p != last; ++p)
    if (*p != '.') out.digits += *p;
  out.exponent = static_cast<int>(point - text) - 1;
  const size_t leading = std::min(out.digits.find_first_not_of('0'), out.digits.size() - 1);
  out.digits.erase(0, leading);
  out.exponent -= static_cast<int>(leading);
  drop_trailing_zeros(out.digits);
  if (out.digits == "0") out.exponent = 0;
  return out;
}

}  // namespace nucella
