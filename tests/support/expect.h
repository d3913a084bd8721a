// What tests of ops share: comparison with the plain loops, with tolerance, and of error texts.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/ops/ops.h"

namespace nucella::test {

/// The results of the plain reference kernel of `op`.
Tensors reference(Op op, const Tensors& in, const std::vector<Attr>& attrs);

/// The same image (N, C, H, W) with its channels innermost in memory.
Tensor channels_last(const Tensor& image);

/// Expects equal shapes and dtypes, and elements that differ by at most `tolerance`.
void expect_near(const Tensor& got, const Tensor& expected, double tolerance = 1e-5);

/// The text of the E that `call()` throws; fails the running test if it throws none.
template <class E, class Call>
std::string message(Call call) {
  try {
    call();
  } catch (const E& e) {
    return e.what();
  }
  ADD_FAILURE() << "nothing, or something else, was thrown";
  return "";
}

/// Expects `call()` to throw exactly `E`, with every one of `parts` in the text.
template <class E, class Call>
void expect_error(Call call, std::initializer_list<const char*> parts) {
  try {
    call();
    FAIL() << "no error";
  } catch (const E& e) {
    EXPECT_EQ(typeid(e), typeid(E)) << e.what();
    for (const char* part : parts) EXPECT_THAT(e.what(), testing::HasSubstr(part));
  }
}

}  // namespace nucella::test
