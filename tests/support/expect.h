// What tests of ops share: comparison with the plain loops, with tolerance, and of error texts.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/ops/ops.h"

namespace nucella::testing {

/// The results of the plain reference kernel of `op`.
Tensors reference(Op op, const Tensors& in, const std::vector<Attr>& attrs);

/// Expects equal shapes and dtypes, and elements that differ by at most `tolerance`.
void expect_near(const Tensor& got, const Tensor& expected, double tolerance = 1e-5);

/// Expects `call()` to throw exactly `E`, with every one of `parts` in the text.
template <class E, class Call>
void expect_error(Call call, std::initializer_list<const char*> parts) {
  try {
    call();
    FAIL() << "no error";
  } catch (const E& e) {
    EXPECT_EQ(typeid(e), typeid(E)) << e.what();
    for (const char* part : parts) EXPECT_THAT(e.what(), ::testing::HasSubstr(part));
  }
}

}  // namespace nucella::testing
