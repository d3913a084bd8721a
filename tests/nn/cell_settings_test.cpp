#include "nucella/nn/cell_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/base/context.h"
#include "nucella/base/log.h"
#include "nucella/nn/dense.h"
#include "tests/nn/small_nets.h"

namespace nucella {
namespace {

using test::Net;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class InGraphMode {
 public:
  InGraphMode() { set_context({.mode = Mode::kGraph}); }
  ~InGraphMode() { set_context({.mode = Mode::kPynative}); }
};

class Warnings {
 public:
  Warnings() : before_(set_log_sink([this](LogLevel, std::string_view text) { lines.emplace_back(text); })) {}
  ~Warnings() { set_log_sink(before_); }
  std::vector<std::string> lines;

 private:
  LogSink before_;
};

struct Add : CellOf<Add> {
  static constexpr std::array kArguments{"x", "y"};
  Tensor construct(const Tensor& x, const Value& y) {
    return y.is<Tensor>() ? ops::add(x, y.as<Tensor>()) : x;
  }
};

Tensor declared(const Shape& shape, DType dtype = float32) { return Tensor::placeholder(shape, dtype); }

// --- inputs ------------------------------------------------------------------------------------------------

TEST(CellInputs, AreGivenBackAsDeclared) {
  Add net;
  EXPECT_TRUE(net.get_inputs().is_none());
  const Tensor x = declared({3, kUnknownDim});
  net.set_inputs({x, 5});
  const Values inputs = net.get_inputs().as<Values>();
  ASSERT_EQ(inputs.size(), 2u);
  EXPECT_TRUE(same(inputs[0].as<Tensor>(), x));
  EXPECT_EQ(inputs[1].as<int64_t>(), 5);
  net.set_inputs({}, {{"y", x}});
  const ValueDict named = net.get_inputs().as<ValueDict>();
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].first, "y");
}

TEST(CellInputs, ACallInGraphModeMustFitTheShapesThatAreKnown) {
  Add net;
  const InGraphMode graph;
  net.set_inputs({declared({3, kUnknownDim}), declared({kUnknownRank})});
  EXPECT_EQ(net(zeros({3, 2}), zeros({3, 2})).shape(), (Shape{3, 2}));
  EXPECT_EQ(net(zeros({3, 5}), zeros({1})).shape(), (Shape{3, 5})) << "another shape needs nothing new";
  EXPECT_THAT(
      [&] {
        net(zeros({4, 5}), zeros({1}));
      },
      ThrowsMessage<ValueError>(HasSubstr("Add: input 1 must have the shape (3, -1), got (4, 5)")));
  EXPECT_THAT([&] { net(zeros({3}), zeros({1})); },
              ThrowsMessage<ValueError>(HasSubstr("input 1 must have 2 dimensions (shape (3, -1)), got 1")));
  EXPECT_THAT(
      [&] {
        net(zeros({3, 2}, int32), zeros({1}));
      },
      ThrowsMessage<TypeError>(HasSubstr("input 1 must be of dtype Float32, got Int32")));
  EXPECT_THAT(
      [&] {
        net.call({zeros({3, 2}), 2});
      },
      ThrowsMessage<TypeError>(HasSubstr("input 2 must be a Tensor, got int")));
}

TEST(CellInputs, PlainValuesMustBeEqual) {
  Add net;
  const InGraphMode graph;
  net.set_inputs({declared({kUnknownDim}), 3});
  EXPECT_EQ(net.call({zeros({2}), 3}).as<Tensor>().shape(), (Shape{2}));
  EXPECT_THAT(
      [&] {
        net.call({zeros({2}), 4});
      },
      ThrowsMessage<ValueError>(HasSubstr("input 2 must be 3, got 4")));
  EXPECT_THAT(
      [&] {
        net.call({zeros({2}), zeros({2})});
      },
      ThrowsMessage<TypeError>(HasSubstr("input 2 must be a int, got a Tensor")));
  net.set_inputs({declared({kUnknownDim}), Values{declared({2}), "mode"}});
  net.call({zeros({2}), Values{zeros({2}), "mode"}});
  EXPECT_THAT(
      [&] {
        net.call({zeros({2}), Values{zeros({3}), "mode"}});
      },
      ThrowsMessage<ValueError>(HasSubstr("input 2[0] must have the shape (2,), got (3,)")));
  EXPECT_THAT(
      [&] {
        net.call({zeros({2}), Values{zeros({2})}});
      },
      ThrowsMessage<ValueError>(HasSubstr("input 2 must have 2 elements, got 1")));
}

TEST(CellInputs, ByNameStandAtTheirArgument) {
  Add net;
  const InGraphMode graph;
  net.set_inputs({}, {{"y", declared({2})}});
  net(zeros({5, 2}), zeros({2}));
  EXPECT_THAT(
      [&] {
        net(zeros({5, 2}), zeros({1}));
      },
      ThrowsMessage<ValueError>(HasSubstr("input 2 must have the shape (2,), got (1,)")));
  EXPECT_THAT(
      [&] {
        net.set_inputs({}, {{"q", declared({2})}});
      },
      ThrowsMessage<ValueError>(HasSubstr("the arguments of construct are ['x', 'y'], got 'q'")));
  EXPECT_THAT(
      [&] {
        net.set_inputs({declared({2})}, {{"y", declared({2})}});
      },
      ThrowsMessage<ValueError>(HasSubstr("by position or by name")));
  Net unnamed;
  EXPECT_THAT(
      [&] {
        unnamed.set_inputs({}, {{"x", declared({2})}});
      },
      ThrowsMessage<TypeError>(HasSubstr("does not tell the names")));
  EXPECT_THROW(Cell().set_inputs({}, {{"x", declared({2})}}), TypeError);
}

TEST(CellInputs, AWrongNumberIsRefusedInGraphMode) {
  Add net;
  const InGraphMode graph;
  EXPECT_THAT([&] { net.set_inputs({declared({2})}); },
              ThrowsMessage<TypeError>(HasSubstr("construct requires 2 positional arguments, got 1")));
  EXPECT_THROW(net.set_inputs({}), TypeError);
  EXPECT_THAT(
      [&] {
        net.set_inputs({1, 2, 3});
      },
      ThrowsMessage<TypeError>(HasSubstr("construct takes at most 2 positional arguments, got 3")));
  EXPECT_TRUE(net.get_inputs().is_none());
}

TEST(CellInputs, PynativeModeIgnoresThem) {
  Add net;
  net.set_inputs({declared({3, kUnknownDim}), declared({3, kUnknownDim})});
  EXPECT_EQ(net(zeros({4}), zeros({4})).shape(), (Shape{4}));
  net.set_inputs({declared({3})});
}

TEST(CellCompile, ChecksInputsAndFillsParametersInAnyMode) {
  struct Lazy : CellOf<Lazy> {
    Tensor construct(const Tensor& x) {
      ++runs;
      return dense(x);
    }
    int runs = 0;
    nn::Dense dense{*this, "dense", 2, 3};
  };
  const NoInitParameters lazy;
  Lazy net;
  net.set_inputs({declared({kUnknownDim, 2})});
  EXPECT_THAT([&] { net.compile({zeros({2})}); }, ThrowsMessage<ValueError>(HasSubstr("input 1")));
  EXPECT_TRUE(net.dense.weight.has_init());
  net.compile({zeros({5, 2})});
  EXPECT_FALSE(net.dense.weight.has_init());
  EXPECT_EQ(net.runs, 0);
  EXPECT_EQ(net.compile_and_run({zeros({5, 2})}).as<Tensor>().shape(), (Shape{5, 3}));
  EXPECT_THROW(net.compile({}), TypeError);
}

// --- settings ----------------------------------------------------------------------------------------------

const Value* find(const ValueDict& dict, std::string_view key) {
  for (const auto& [k, v] : dict)
    if (k == key) return &v;
  return nullptr;
}

TEST(JitConfig, ChecksItsChoicesAndTellsThem) {
  const ValueDict defaults = JitConfig().jit_config_dict();
  EXPECT_EQ(find(defaults, "exc_mode")->as<std::string>(), "auto");
  EXPECT_EQ(find(defaults, "debug_level")->as<std::string>(), "RELEASE");
  EXPECT_EQ(find(defaults, "backend"), nullptr);
  const JitConfig o2({.jit_level = "O2", .others = {{"option", 1}}});
  EXPECT_EQ(find(o2.jit_config_dict(), "backend")->as<std::string>(), "GE");
  EXPECT_EQ(find(o2.jit_config_dict(), "option")->as<int64_t>(), 1);
  EXPECT_THAT(
      [] { JitConfig({.jit_level = "O9"}); },
      ThrowsMessage<ValueError>(HasSubstr("'jit_level' must be one of '', 'O0', 'O1', 'O2', got 'O9'")));
  EXPECT_THROW(JitConfig({.exc_mode = "never"}), ValueError);
  EXPECT_THROW(JitConfig({.jit_syntax_level = "strict"}), ValueError);
  EXPECT_THROW(JitConfig({.debug_level = "INFO"}), ValueError);
  EXPECT_THROW(JitConfig({.infer_boost = "yes"}), ValueError);
}

TEST(CellSettings, TheFirstJitConfigStays) {
  Net net;
  EXPECT_EQ(net.jit_config(), nullptr);
  EXPECT_EQ(&net.set_jit_config(JitConfig({.jit_level = "O1"})), &net);
  Warnings warnings;
  net.set_jit_config(JitConfig({.jit_level = "O2"}));
  EXPECT_EQ(find(net.jit_config()->jit_config_dict(), "jit_level")->as<std::string>(), "O1");
  EXPECT_THAT(warnings.lines, ElementsAre(HasSubstr("the first one stays")));
}

TEST(CellSettings, OffloadTakesAutoOrAPositiveNumber) {
  Net net;
  EXPECT_TRUE(net.offloaded().is_none());
  net.offload();
  EXPECT_EQ(net.offloaded().as<std::string>(), "Auto");
  net.offload(20);
  EXPECT_EQ(net.offloaded().as<int64_t>(), 20);
  EXPECT_THROW(net.offload("auto"), ValueError);
  EXPECT_THROW(net.offload(0), ValueError);
  EXPECT_EQ(net(tensor({1})).item<float>(), 14) << "no numerical effect";
}

TEST(CellSettings, BpropDebugAndLazyInline) {
  Net net;
  EXPECT_FALSE(net.bprop_debug());
  net.set_bprop_debug(true);
  EXPECT_TRUE(net.bprop_debug());
  EXPECT_FALSE(net.is_lazy_inline());
  net.set_lazy_inline("front");
  EXPECT_TRUE(net.is_lazy_inline());
  EXPECT_THROW(net.set_lazy_inline("back"), ValueError);
}

TEST(CellPlacement, PlaceChecksRoleAndRank) {
  nn::Dense fc(2, 3);
  EXPECT_EQ(fc.placement(), nullptr);
  fc.place("MS_WORKER", 1);
  EXPECT_EQ(fc.placement()->role, "MS_WORKER");
  EXPECT_EQ(fc.placement()->rank_id, 1);
  EXPECT_THROW(fc.place("MS_SERVER", 0), ValueError);
  EXPECT_THROW(fc.place("MS_WORKER", -1), ValueError);
  EXPECT_EQ(fc(zeros({1, 2})).shape(), (Shape{1, 3}));
}

TEST(CellPlacement, ShardReturnsTheCellAndKeepsTheStrategies) {
  nn::Dense fc(2, 6);
  fc.weight.set_name("weight");
  Warnings warnings;
  Cell& sharded =
      fc.shard(Values{Values{2, 1}},
               {.out_strategy = Values{Values{1, 1}},
                .parameter_plan = ValueDict{{"self.weight", Values{3, 1}}, {"other", Values{1}}}});
  EXPECT_EQ(&sharded, &fc);
  EXPECT_EQ(sharded(zeros({4, 2})).shape(), (Shape{4, 6}));
  EXPECT_THAT(fc.weight.param_strategy(), ElementsAre(3, 1));
  EXPECT_EQ(fc.in_strategy().as<Values>()[0].as<Values>()[0].as<int64_t>(), 2);
  EXPECT_FALSE(fc.out_strategy().is_none());
  fc.shard(Values{Values{2, 1}}, {.parameter_plan = ValueDict{{"weight", Values{2, 1}}}});
  EXPECT_THAT(fc.weight.param_strategy(), ElementsAre(3, 1)) << "the first one stays";
  EXPECT_THAT(warnings.lines,
              ElementsAre(HasSubstr("there is no parameter 'other'"), HasSubstr("set already")));
}

TEST(CellPlacement, ShardRefusesWrongArguments) {
  nn::Dense fc(2, 6);
  fc.weight.set_name("weight");
  const Value good = Values{Values{2, 1}};
  EXPECT_THROW(fc.shard(3), TypeError);
  EXPECT_THROW(fc.shard(Values{3}), TypeError);
  EXPECT_THROW(fc.shard(Values{Values{"2"}}), TypeError);
  EXPECT_THROW(fc.shard(good, {.out_strategy = 3}), TypeError);
  EXPECT_THROW(fc.shard(good, {.parameter_plan = 3}), TypeError);
  EXPECT_THROW(fc.shard(good, {.parameter_plan = ValueDict{{"weight", 3}}}), TypeError);
  EXPECT_THROW(fc.shard(good, {.parameter_plan = ValueDict{{"weight", Values{3}}}}), ValueError);
  EXPECT_THAT(
      [&] {
        fc.shard(good, {.parameter_plan = ValueDict{{"weight", Values{4, 1}}}});
      },
      ThrowsMessage<ValueError>(HasSubstr("cannot be cut into 4 parts along axis 0")));
  EXPECT_THROW(fc.shard(good, {.device = "TPU"}), ValueError);
  EXPECT_THROW(fc.shard(good, {.level = 3}), ValueError);
  EXPECT_TRUE(fc.in_strategy().is_none());
  EXPECT_THAT(fc.weight.param_strategy(), IsEmpty());
}

TEST(CellPlacement, SetDataParallel) {
  Net net;
  EXPECT_FALSE(net.data_parallel());
  net.set_data_parallel();
  EXPECT_TRUE(net.data_parallel());
}

TEST(CellPlacement, PipelineStagesReachTheParameters) {
  Net net;
  EXPECT_THAT([&] { net.pipeline_stage(); },
              ThrowsMessage<AttributeError>("The 'Net' object has no attribute 'pipeline_stage'."));
  EXPECT_THAT([&] { net.infer_param_pipeline_stage(); },
              ThrowsMessage<RuntimeError>(HasSubstr("'scale' belongs to no stage")));
  net.head.set_pipeline_stage(0);
  net.block.set_pipeline_stage(1);
  net.scale.add_pipeline_stage(1);
  EXPECT_EQ(net.block.pipeline_stage(), 1);
  std::vector<std::string> names;
  for (const Parameter& p : net.infer_param_pipeline_stage()) names.push_back(p.name());
  EXPECT_THAT(names, ElementsAre("head.weight", "head.bias"));
  EXPECT_THROW(net.set_pipeline_stage(-1), ValueError);
}

TEST(CellPlacement, ParameterLayoutDict) {
  Net net;
  EXPECT_THAT(net.parameter_layout_dict(), IsEmpty());
  net.set_parameter_layout_dict({{"head.weight", Values{1}}});
  EXPECT_EQ(net.parameter_layout_dict().size(), 1u);
}

TEST(CellPlacement, SetParamPsNeedsAParameterServer) {
  Net net;
  EXPECT_THAT([&] { net.set_param_ps(); }, ThrowsMessage<RuntimeError>(HasSubstr("parameter server mode")));
  test::Twice without;
  without.set_param_ps();
}

}  // namespace
}  // namespace nucella
