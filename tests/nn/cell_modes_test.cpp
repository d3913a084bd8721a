#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/nn/cell.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/nn/small_nets.h"
#include "tests/support/expect.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

using test::Block, test::Linear, test::message, test::Net, test::Twice;

// --- repr --------------------------------------------------------------------------------------------------

TEST(CellRepr, IndentsChildren) {
  EXPECT_EQ(Linear().repr(), "Linear(size=1)");
  EXPECT_EQ(Twice().repr(), "Twice()");
  EXPECT_EQ(Net().repr(),
            "Net(\n"
            "  (head): Linear(size=1)\n"
            "  (block): Block(\n"
            "    (fc): Linear(size=1)\n"
            "    (relu): Twice()\n"
            "  )\n"
            ")");
}

TEST(CellRepr, ExtraLines) {
  struct Two : Cell {
    std::string extend_repr() const override { return "x=1\ny=2"; }
  };
  EXPECT_EQ(Two().repr(), "Two(\n  x=1\n  y=2\n)");
  struct WithChild : Cell {
    std::string extend_repr() const override { return "x=1"; }
    Child<Twice> r{*this, "r"};
  };
  EXPECT_EQ(WithChild().repr(), "WithChild(\n  x=1\n  (r): Twice()\n)");
}

template <class T>
struct Holds : Cell {};
TEST(CellRepr, ClassNamesComeWithoutNamespacesAndArguments) {
  EXPECT_EQ((Holds<Holds<int>>().class_name()), "Holds");
  struct Owner : Cell {
    Child<Holds<std::string>> h{*this, "h"};
  };
  EXPECT_EQ(Owner().h.class_name(), "Holds");
}

// --- modes and flags ---------------------------------------------------------------------------------------

TEST(CellModes, FreshCellsAreAsInMindSpore) {
  Net net;
  EXPECT_FALSE(net.training());
  EXPECT_EQ(net.phase(), "train");
  EXPECT_FALSE(net.requires_grad());
  EXPECT_THAT(net.get_flags(), IsEmpty());
}

TEST(CellModes, SetTrainReachesAllAndSetGradOnlyItself) {
  Net net;
  EXPECT_EQ(&net.set_train(), &net);
  EXPECT_TRUE(net.block.fc.training());
  EXPECT_TRUE(net.find_flag("training")->as<bool>());
  net.set_train(false);
  EXPECT_FALSE(net.block.fc.training());
  EXPECT_EQ(net.phase(), "predict");
  net.set_grad();
  EXPECT_TRUE(net.requires_grad());
  EXPECT_FALSE(net.head.requires_grad());
}

TEST(CellModes, FlagsAccumulateInOrder) {
  struct Flagged : Cell {
    Flagged() : Cell(true, {{"sink_mode", true}}) {}
    Child<Twice> child{*this, "child"};
  } cell;
  cell.add_flags({{"level", 3}, {"sink_mode", false}});
  ASSERT_EQ(cell.get_flags().size(), 2u);
  EXPECT_EQ(cell.get_flags()[0].first, "sink_mode");
  EXPECT_FALSE(cell.find_flag("sink_mode")->as<bool>());
  EXPECT_EQ(cell.find_flag("level")->as<int64_t>(), 3);
  EXPECT_EQ(cell.find_flag("other"), nullptr);
  cell.add_flags_recursive({{"deep", "yes"}});
  EXPECT_EQ(cell.child.find_flag("deep")->as<std::string>(), "yes");
}

TEST(CellModes, ToFloatCastsInputsAndParametersOnTheFly) {
  Net net;
  EXPECT_EQ(net(tensor({1})).dtype(), float32);
  EXPECT_EQ(&net.to_float(float16), &net);
  const Tensor y = net(tensor({1}));
  EXPECT_EQ(y.dtype(), float16);
  EXPECT_THAT(values(y), ElementsAre(14));
  EXPECT_EQ(net.head.weight.dtype(), float32) << "the parameters stay as they are";
  EXPECT_EQ(net.cast_param(net.scale).dtype(), float16);
  const Values casted = net.auto_cast_inputs({tensor({1}), Values{tensor({1}, int32), tensor({1})}, 3});
  EXPECT_EQ(casted[0].as<Tensor>().dtype(), float16);
  EXPECT_EQ(casted[1].tensors()[0].dtype(), int32) << "integers are left alone";
  EXPECT_EQ(casted[1].tensors()[1].dtype(), float16);
  EXPECT_EQ(Cell::cast_inputs({tensor({1}, int32)}, float64)[0].as<Tensor>().dtype(), float64);
  net.to_float(float32);
  EXPECT_EQ(net(tensor({1})).dtype(), float32);
  EXPECT_THAT(message<ValueError>([&] { net.to_float(int32); }),
              HasSubstr("must be Float16, Float32 or BFloat16, got Int32"));
}

TEST(CellModes, CommFusionAndBoost) {
  Net net;
  net.head.weight.set_requires_grad(false);
  net.set_comm_fusion(2);
  EXPECT_EQ(net.block.fc.bias.comm_fusion(), 2);
  EXPECT_EQ(net.head.weight.comm_fusion(), 1);
  net.set_comm_fusion(3, false);
  EXPECT_EQ(net.scale.comm_fusion(), 3);
  EXPECT_EQ(net.block.fc.bias.comm_fusion(), 2);
  EXPECT_THROW(net.set_comm_fusion(-1), ValueError);
  EXPECT_EQ(&net.set_boost("less_bn"), &net);
  EXPECT_THROW(net.set_boost("more"), ValueError);
}

TEST(CellModes, FlattenWeightsPutsThemIntoOneBlockWithoutChangingThem) {
  Net net;
  net.insert_param_to_cell("half", Parameter(tensor({1, 2}, float16)));
  net.flatten_weights();
  const auto weight = reinterpret_cast<uintptr_t>(net.head.weight.raw_data());
  const auto bias = reinterpret_cast<uintptr_t>(net.head.bias.raw_data());
  EXPECT_EQ(bias - weight, 64u);
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(14));
  net.head.weight.set_data(tensor({1}));
  EXPECT_THAT(values(net.head.bias), ElementsAre(0));
  net.flatten_weights(64);
  EXPECT_THAT(values(net(tensor({1}))), ElementsAre(6));
  EXPECT_THROW(net.flatten_weights(-1), ValueError);
}

}  // namespace
}  // namespace nucella
