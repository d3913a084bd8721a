#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/op/signature.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

// The text of the TypeError that `call` throws.
template <class F>
std::string refusal(F call) {
  try {
    call();
  } catch (const TypeError& e) {
    return e.what();
  }
  return "no TypeError";
}

TEST(Apply, AnUndefinedTensorIsRefusedByName) {
  EXPECT_EQ(refusal([] { ops::add(tensor({1}), Tensor()); }),
            "add: 'y' must be a Tensor, got an undefined one");
  EXPECT_EQ(refusal([] { ops::matmul(Tensor(), Tensor()); }),
            "matmul: 'x' must be a Tensor, got an undefined one");
  EXPECT_THAT(refusal([] { ops::concat({tensor({1}), Tensor()}, 0); }), testing::StartsWith("concat: '"));
  EXPECT_THAT(refusal([] { ops::flatten(Tensor()); }), testing::StartsWith("flatten: '"));
}

TEST(Apply, EveryOpWithInputsRefusesUndefinedOnes) {
  for (size_t i = 0; i < op_table().size(); ++i) {
    const OpEntry& entry = op_table()[i];
    size_t inputs = 0;
    std::vector<Attr> attrs;
    for (const Param& p : parse_signature(entry)) {
      if (p.is_attr()) {
        attrs.emplace_back(0);
      } else {
        ++inputs;
      }
    }
    if (inputs == 0 || entry.outputs == kVariadic) continue;
    EXPECT_NE(refusal([&] { call_op(static_cast<Op>(i), Tensors(inputs), attrs); }), "no TypeError")
        << entry.name;
  }
}

TEST(Apply, AnOptionalInputMayBeLeftOut) {
  const Tensor x = tensor({1, 2}, Shape{1, 2}), weight = tensor({3, 4}, Shape{1, 2});
  EXPECT_EQ(ops::dense(x, weight).item<float>(), 11);
}

}  // namespace
}  // namespace nucella
