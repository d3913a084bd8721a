#include "nucella/base/convert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace nucella {
namespace {

template <class From, class To>
std::vector<To> converted(const std::vector<From>& from) {
  std::vector<To> to(from.size());
  convert_row(dtype_of<From>, reinterpret_cast<const std::byte*>(from.data()), dtype_of<To>,
              reinterpret_cast<std::byte*>(to.data()), static_cast<int64_t>(from.size()));
  return to;
}

// Numbers of all magnitudes, in rows that end within a vector and within a block.
template <class T>
std::vector<T> numbers(size_t n) {
  std::vector<T> out;
  for (size_t i = 0; i < n; ++i)
    out.push_back(
        static_cast<T>(std::ldexp(1 + static_cast<double>(i % 1009) / 1009, static_cast<int>(i % 31) - 15) *
                       (i % 2 ? -1 : 1)));
  return out;
}

template <class From, class To>
void expect_as_cast(size_t n) {
  const auto from = numbers<From>(n);
  const auto to = converted<From, To>(from);
  for (size_t i = 0; i < n; ++i)
    ASSERT_EQ(static_cast<float>(to[i]), static_cast<float>(static_cast<To>(static_cast<float>(from[i]))))
        << i;
}

TEST(ConvertRow, RoundsAsACastDoes) {
  for (size_t n : {0u, 1u, 7u, 64u, 2048u, 5000u}) {
    expect_as_cast<float, BFloat16>(n);
    expect_as_cast<float, Half>(n);
    expect_as_cast<BFloat16, float>(n);
    expect_as_cast<Half, float>(n);
    expect_as_cast<Half, BFloat16>(n);
    expect_as_cast<BFloat16, Half>(n);
    expect_as_cast<double, float>(n);
    expect_as_cast<double, Half>(n);
    expect_as_cast<Half, double>(n);
    expect_as_cast<float, float>(n);
  }
  EXPECT_EQ((converted<float, double>({0.1f})), std::vector<double>{0.1f});
}

TEST(ConvertRow, KeepsInfinityAndNan) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> back =
      converted<BFloat16, float>(converted<float, BFloat16>({infinity, -infinity, NAN}));
  EXPECT_EQ(back[0], infinity);
  EXPECT_EQ(back[1], -infinity);
  EXPECT_TRUE(std::isnan(back[2]));
}

TEST(ConvertRow, SignedIntegersWrapAround) {
  EXPECT_EQ((converted<int64_t, int32_t>({-5, (int64_t{1} << 32) + 3})), (std::vector<int32_t>{-5, 3}));
  EXPECT_EQ((converted<int8_t, int64_t>({-128, 127})), (std::vector<int64_t>{-128, 127}));
}

TEST(ConvertRow, OtherKindsAreRefused) {
  EXPECT_THROW((converted<int32_t, float>({1})), TypeError);
  EXPECT_THROW((converted<uint8_t, int32_t>({1})), TypeError);
}

}  // namespace
}  // namespace nucella
