#include "nucella/op/signature.h"

#include <gtest/gtest.h>

#include "nucella/ops/ops.h"

namespace nucella {
namespace {

TEST(Signature, NamesKindsAndDefaultsOfAReduction) {
  const auto params = parse_signature(entry_of(Op::reduce_sum));
  ASSERT_EQ(params.size(), 3u);
  EXPECT_EQ(params[0].name, "x");
  EXPECT_EQ(params[0].kind, ParamKind::kTensor);
  EXPECT_FALSE(params[0].is_attr() || params[0].has_default());
  EXPECT_EQ(params[1].name, "axis");
  EXPECT_EQ(params[1].kind, ParamKind::kInts);
  EXPECT_EQ(params[1].default_text, "{}");
  EXPECT_EQ(params[2].kind, ParamKind::kBool);
  EXPECT_EQ(parse_attr(params[2].kind, params[2].default_text), Attr(false));
}

TEST(Signature, ListsCallbacksAndOpsWithoutInputs) {
  const auto params = parse_signature(entry_of(Op::with_bprop));
  ASSERT_EQ(params.size(), 3u);
  EXPECT_EQ(params[0].kind, ParamKind::kTensors);
  EXPECT_EQ(params[2].kind, ParamKind::kCallback);
  EXPECT_TRUE(parse_signature(entry_of(Op::npu_alloc_float_status)).empty());
}

TEST(Signature, EveryOpOfTheTableCanBeRead) {
  for (const OpEntry& entry : op_table()) {
    for (const Param& param : parse_signature(entry)) {
      EXPECT_FALSE(param.name.empty()) << entry.name;
      if (!param.is_attr() || !param.has_default()) continue;
      EXPECT_NO_THROW(parse_attr(param.kind, param.default_text)) << entry.name << "." << param.name;
    }
  }
}

TEST(Signature, AttributesInTheFormTheyPrint) {
  EXPECT_EQ(parse_attr(ParamKind::kInts, "(1, -2)"), Attr(Ints{1, -2}));
  EXPECT_EQ(parse_attr(ParamKind::kInts, "(3,)"), Attr(Ints{3}));
  EXPECT_EQ(parse_attr(ParamKind::kInts, "()"), Attr(Ints{}));
  EXPECT_EQ(parse_attr(ParamKind::kFloat, "1e-8"), Attr(1e-8));
  EXPECT_EQ(parse_attr(ParamKind::kString, "'a, b'"), Attr("a, b"));
  EXPECT_EQ(parse_attr(ParamKind::kDType, "Float16"), Attr(float16));
  EXPECT_THROW(parse_attr(ParamKind::kInt, "3x"), ValueError);
  EXPECT_THROW(parse_attr(ParamKind::kBool, "yes"), ValueError);
  EXPECT_THROW(parse_attr(ParamKind::kDType, "float17"), ValueError);
}

}  // namespace
}  // namespace nucella
