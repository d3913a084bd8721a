#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/op/signature.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"

namespace nucella {
namespace {

TEST(Apply, AnUndefinedTensorIsRefusedByName) {
  EXPECT_EQ(test::message<TypeError>([] { ops::add(tensor({1}), Tensor()); }),
            "add: 'y' must be a Tensor, got an undefined one");
  EXPECT_EQ(test::message<TypeError>([] { ops::matmul(Tensor(), Tensor()); }),
            "matmul: 'x' must be a Tensor, got an undefined one");
  EXPECT_THAT(test::message<TypeError>([] {
                ops::concat({tensor({1}), Tensor()}, 0);
              }),
              testing::StartsWith("concat: '"));
  EXPECT_THAT(test::message<TypeError>([] { ops::flatten(Tensor()); }), testing::StartsWith("flatten: '"));
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
    EXPECT_THROW(call_op(static_cast<Op>(i), Tensors(inputs), attrs), TypeError) << entry.name;
  }
}

TEST(Apply, AnOptionalInputMayBeLeftOut) {
  const Tensor x = tensor({1, 2}, Shape{1, 2}), weight = tensor({3, 4}, Shape{1, 2});
  EXPECT_EQ(ops::dense(x, weight).item<float>(), 11);
}

}  // namespace
}  // namespace nucella
