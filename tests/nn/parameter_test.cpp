#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "nucella/grad/tape.h"
#include "nucella/nn/cell.h"
#include "nucella/nn/parameter_impl.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/allocator.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

TEST(Parameter, PrintsAsMindSpore) {
  const Tensor data = arange(0, 6, 1, int32).as_strided({2, 3}, {3, 1}, 0);
  EXPECT_EQ(Parameter(data, "x").repr(), "Parameter (name=x, shape=(2, 3), dtype=Int32, requires_grad=True)");
  EXPECT_EQ(Parameter(initializer("ones", {1, 2, 3}), "y").repr(),
            "Parameter (name=y, shape=(1, 2, 3), dtype=Float32, requires_grad=True)");
  EXPECT_EQ(Parameter(2.0, "z").repr(), "Parameter (name=z, shape=(), dtype=Float32, requires_grad=True)");
  EXPECT_EQ(Parameter(3).repr(), "Parameter (name=Parameter, shape=(), dtype=Int32, requires_grad=True)");
}

TEST(Parameter, HasMindSporesDefaults) {
  const Parameter p(tensor({1, 2}));
  EXPECT_EQ(p.name(), "Parameter");
  EXPECT_TRUE(p.is_unnamed());
  EXPECT_TRUE(p.requires_grad());
  EXPECT_FALSE(p.layerwise_parallel());
  EXPECT_TRUE(p.parallel_optimizer());
  EXPECT_EQ(p.comm_fusion(), 1);
  EXPECT_FALSE(p.sliced());
  EXPECT_FALSE(p.has_init());
  EXPECT_EQ(p.init_mode(), nullptr);
}

TEST(Parameter, NamesAreTrimmedAndBounded) {
  EXPECT_EQ(Parameter(tensor({1}), " a ").name(), "a");
  EXPECT_EQ(Parameter(tensor({1}), "  ").name(), "Parameter");
  EXPECT_EQ(Parameter(tensor({1}), std::string(1024, 'n')).name().size(), 1024u);
  EXPECT_THROW(Parameter(tensor({1}), std::string(1025, 'n')), ValueError);
  Parameter p(tensor({1}), "kept");
  EXPECT_THROW(p.set_name(std::string(1025, 'n')), ValueError);
  EXPECT_EQ(p.name(), "kept");
  p.set_name("");
  EXPECT_TRUE(p.is_unnamed());
}

TEST(Parameter, CopiesItsDataAndRefusesUnknownShapes) {
  const Tensor data = tensor({1, 2});
  Parameter p(data);
  p.set_data(tensor({7, 8}));
  EXPECT_THAT(values(data), ElementsAre(1, 2));
  EXPECT_THROW(Parameter(Tensor::placeholder({3, kUnknownDim}, float32)), ValueError);
  EXPECT_THROW(Parameter{Tensor()}, TypeError);
  EXPECT_EQ(Parameter(Tensor::empty({0, 3})).size(), 0);
}

TEST(Parameter, IsATensor) {
  const Parameter p(tensor({1, 2}), "p");
  EXPECT_THAT(values(ops::add(p, p)), ElementsAre(2, 4));
  const Tensor t = p;
  EXPECT_TRUE(same(Parameter::of(t), p));
  EXPECT_EQ(Parameter::of(t).name(), "p");
  EXPECT_FALSE(Parameter::of(tensor({1})).defined());
  EXPECT_FALSE(Parameter::of(Tensor()).defined());
}

TEST(Parameter, SetDataKeepsIdentityShapeAndDtype) {
  Parameter p(tensor({1, 2, 3}), "p", {.requires_grad = false});
  const void* id = p.id();
  p.set_data(tensor({4, 5, 6}, int64));
  EXPECT_EQ(p.id(), id);
  EXPECT_EQ(p.dtype(), float32);
  EXPECT_FALSE(p.requires_grad());
  EXPECT_THAT(values(p), ElementsAre(4, 5, 6));

  EXPECT_THROW(p.set_data(tensor({1, 2})), ValueError);
  EXPECT_THROW(p.set_data(tensor({1, 2, 3}, float64)), TypeError);
  EXPECT_THROW(p.set_data(tensor({1, 2, 3}, bfloat16)), TypeError);
  EXPECT_THROW(p.set_data(Tensor()), TypeError);
  EXPECT_THROW(p.set_data(1.0), ValueError);
  EXPECT_THAT(values(p), ElementsAre(4, 5, 6)) << "a refused write changes nothing";

  p.set_data(tensor({9, 9}), true);
  EXPECT_EQ(p.shape(), Shape({2}));
  EXPECT_TRUE(p.sliced());
  EXPECT_EQ(p.id(), id);
}

TEST(Parameter, SetDataErrorsSayWhatWasExpected) {
  Parameter p(tensor({1, 2, 3}), "fc.weight");
  EXPECT_EQ(test::message<ValueError>([&] {
              p.set_data(tensor({1, 2}));
            }),
            "Parameter.set_data: 'data' for 'fc.weight' must have the shape (3,), got (2,)");
}

TEST(Parameter, ScalarsGoIntoParametersTheyFit) {
  Parameter i(3), f(1.5);
  i.set_data(7);
  f.set_data(2);
  EXPECT_EQ(i.item<int>(), 7);
  EXPECT_EQ(f.item<float>(), 2);
  EXPECT_THROW(i.set_data(2.5), TypeError);
}

TEST(Parameter, SetDataCopies) {
  const Tensor data = tensor({1, 2});
  Parameter p(tensor({0, 0}));
  p.set_data(data);
  p.mutable_data<float>()[0] = 5;
  EXPECT_THAT(values(data), ElementsAre(1, 2));
}

TEST(Parameter, AdoptDataSharesStorage) {
  const Tensor data = tensor({1, 2});
  Parameter p(tensor({0, 0}));
  p.adopt_data(data);
  EXPECT_EQ(p.raw_data(), data.raw_data());
  EXPECT_THROW(p.adopt_data(tensor({1, 2}, float64)), TypeError);
  EXPECT_THROW(p.adopt_data(tensor({1})), ValueError);
}

TEST(Parameter, CloneIsIndependentAndKeepsNameAndFlags) {
  const Parameter p(tensor({1, 2}), "p", {.requires_grad = false, .layerwise_parallel = true});
  Parameter copy = p.clone();
  EXPECT_EQ(copy.name(), "p");
  EXPECT_FALSE(copy.requires_grad());
  EXPECT_TRUE(copy.layerwise_parallel());
  copy.set_data(tensor({3, 4}));
  EXPECT_THAT(values(p), ElementsAre(1, 2));
  EXPECT_THAT(values(p.clone("ones")), ElementsAre(1, 1));
  EXPECT_THAT(values(p.clone(3)), ElementsAre(3, 3));
  EXPECT_THAT(values(p.clone(tensor({8, 9}))), ElementsAre(8, 9));
  EXPECT_THROW(p.clone("nonsense"), ValueError);
  EXPECT_THROW(p.clone(tensor({1})), ValueError);
}

TEST(Parameter, AnUndefinedOneSaysSo) {
  const Parameter none;
  EXPECT_EQ(none.repr(), "None");
  EXPECT_THROW(none.name(), AttributeError);
}

// --- declared parameters -----------------------------------------------------------------------------------

TEST(NoInitParameters, OnlyLazyDataStayDeclared) {
  const NoInitParameters scope;
  EXPECT_TRUE(Parameter(initializer("normal", {2})).has_init());
  EXPECT_FALSE(Parameter(tensor({1})).has_init());
  EXPECT_FALSE(Parameter(1.0).has_init());
}

TEST(NoInitParameters, NestsAndSurvivesExceptions) {
  {
    const NoInitParameters outer;
    try {
      const NoInitParameters inner;
      throw 1;
    } catch (int) {
    }
    EXPECT_TRUE(NoInitParameters::active()) << "leaving the inner scope does not end the outer one";
  }
  EXPECT_FALSE(NoInitParameters::active());
}

TEST(NoInitParameters, HoldsForItsOwnThread) {
  const NoInitParameters scope;
  bool elsewhere = true;
  std::thread([&] { elsewhere = NoInitParameters::active(); }).join();
  EXPECT_FALSE(elsewhere);
}

TEST(NoInitParameters, ADeclaredParameterShowsWhatItWillBe) {
  const NoInitParameters scope;
  Parameter p(initializer("normal", {300, 400}), "w");
  EXPECT_FALSE(p.has_data());
  EXPECT_EQ(p.shape(), Shape({300, 400}));
  EXPECT_EQ(p.nbytes(), 480000);
  EXPECT_EQ(p.init_mode()->class_name(), "Normal");
  EXPECT_EQ(p.repr(), "Parameter (name=w, shape=(300, 400), dtype=Float32, requires_grad=True)");
  p.init_data();
  EXPECT_FALSE(p.has_init());
  EXPECT_EQ(p.init_mode(), nullptr);
}

TEST(NoInitParameters, ADeclaredParameterCostsLessThanAKibibyte) {
  constexpr int kCount = 1000;
  struct Net : Cell {};
  Net net;
  std::vector<std::string> names;
  for (int i = 0; i < kCount; ++i) names.push_back(str("parameter_number_", i));
  const NoInitParameters scope;
  const uint64_t before = memory_stats().used_bytes;
  for (const std::string& name : names)
    net.insert_param_to_cell(name, Parameter(initializer("normal", {1024, 1024})));
  const uint64_t counted =
      (memory_stats().used_bytes - before) / kCount;  // the body; name and entry lie on the heap
  EXPECT_GE(counted, sizeof(ParameterImpl));
  EXPECT_LT(counted + 256, 1024u);
}

TEST(NoInitParameters, NumbersDoNotDependOnWhenAndWhereTheyAreFilled) {
  auto declare = [] {
    set_seed(7);
    const NoInitParameters scope;
    return std::array{Parameter(initializer("normal", {50})), Parameter(initializer("zeros", {3})),
                      Parameter(initializer("he_uniform", {20, 30})), Parameter(initializer("normal", {50}))};
  };
  set_seed(7);
  const Parameter a(initializer("normal", {50})), b(initializer("zeros", {3})),
      c(initializer("he_uniform", {20, 30})), d(initializer("normal", {50}));
  EXPECT_NE(values(a), values(d));

  auto late = declare();
  EXPECT_EQ(values(late[3]), values(d)) << "last first, the others never";
  EXPECT_EQ(values(late[0]), values(a));

  auto parallel = declare();
  std::vector<std::thread> threads;
  for (auto& p : parallel) threads.emplace_back([&] { p.init_data(); });
  for (auto& t : threads) t.join();
  EXPECT_EQ(values(parallel[0]), values(a));
  EXPECT_EQ(values(parallel[2]), values(c));
  EXPECT_EQ(values(parallel[3]), values(d));
}

TEST(NoInitParameters, FirstUseFills) {
  const NoInitParameters scope;
  const Parameter p(initializer("ones", {2}));
  EXPECT_THAT(values(ops::add(p, tensor({1, 2}))), ElementsAre(2, 3));
  EXPECT_FALSE(p.has_init());
}

TEST(NoInitParameters, TwoThreadsMayTouchAParameterFirst) {
  set_seed(3);
  const Tensor expected = initializer("normal", {1000}).init_data();
  for (int round = 0; round < 20; ++round) {
    set_seed(3);
    std::optional<Parameter> p;
    {
      const NoInitParameters scope;
      p.emplace(initializer("normal", {1000}));
    }
    std::vector<float> seen[2];
    std::thread one([&] { seen[0] = values(*p); }), other([&] { seen[1] = values(ops::add(*p, scalar(0))); });
    one.join();
    other.join();
    EXPECT_EQ(seen[0], values(expected));
    EXPECT_EQ(seen[1], values(expected));
  }
}

TEST(NoInitParameters, AWriteEndsTheDeclarationAndTheInitializerNeverComesBack) {
  const NoInitParameters scope;
  auto declared = [] { return Parameter(initializer("normal", {3})); };
  const Tensor loaded = tensor({5, 6, 7});
  Parameter by_set = declared(), by_assign = declared(), by_copy = declared(), by_adopt = declared();
  by_set.set_data(loaded);
  ops::assign(by_assign, loaded);
  by_copy.copy_from(loaded);
  by_adopt.adopt_data(loaded);
  for (Parameter* p : {&by_set, &by_assign, &by_copy, &by_adopt}) {
    EXPECT_FALSE(p->has_init());
    p->init_data();
    EXPECT_THAT(values(*p), ElementsAre(5, 6, 7));
  }
}

TEST(NoInitParameters, ARefusedWriteLeavesItDeclared) {
  const NoInitParameters scope;
  Parameter p(initializer("ones", {3}));
  EXPECT_THROW(p.set_data(tensor({1})), ValueError);
  EXPECT_THROW(ops::assign(p, tensor({1})), ValueError);
  EXPECT_TRUE(p.has_init());
}

TEST(NoInitParameters, ACloneOfADeclaredOneIsDeclaredAndGetsTheSameNumbers) {
  const NoInitParameters scope;
  Parameter p(initializer("normal", {4}));
  Parameter copy = p.clone();
  EXPECT_TRUE(copy.has_init());
  EXPECT_EQ(values(copy), values(p));
  copy.mutable_data<float>()[0] = 100;
  EXPECT_NE(values(copy), values(p));
}

TEST(NoInitParameters, FillingWhileATapeRecordsLeavesNoTrace) {
  const NoInitParameters scope;
  const Parameter w(initializer("ones", {2}));
  Tape tape;
  tape.watch(w);
  Tensor y;
  {
    TapeScope recording(tape);
    y = ops::mul(w, tensor({3, 4}));
  }
  EXPECT_EQ(tape.size(), 1u);
  EXPECT_THAT(values(tape.backward({y}, {}, {w})[0]), ElementsAre(3, 4));
}

TEST(Initializer, GoldenNumbersOfMindSpore) {
  set_seed(0);
  EXPECT_THAT(values(Parameter(initializer("normal", {4}))),
              ElementsAre(-0.0049091060645878315f, -0.004230218473821878f, -0.014807187020778656f,
                          0.006712398026138544f));
  EXPECT_THROW(initializer("truncated_normal", {2}), ValueError);
  EXPECT_THROW(initializer("ones", {0, 2}), ValueError);
  EXPECT_EQ(initializer("NORMAL", {2}).init->class_name(), "Normal");
  EXPECT_THAT(initializer(3, {2}, int32).init_data().to_vector<int>(), ElementsAre(3, 3));
}

// --- ParameterTuple ----------------------------------------------------------------------------------------

TEST(ParameterTuple, PrintsAndClonesAsInMindSpore) {
  const ParameterTuple params{Parameter(arange(0, 6, 1, int32), "x"), Parameter(2.0, "z")};
  EXPECT_EQ(params.repr(),
            "(Parameter (name=x, shape=(6,), dtype=Int32, requires_grad=True), "
            "Parameter (name=z, shape=(), dtype=Float32, requires_grad=True))");
  const ParameterTuple copy = params.clone("params_copy");
  EXPECT_EQ(copy[0].name(), "params_copy.x");
  EXPECT_EQ(copy[1].name(), "params_copy.z");
  EXPECT_EQ(copy[1].item<float>(), 2);
  EXPECT_EQ(params.clone("a.b", "zeros")[1].item<float>(), 0);
  EXPECT_EQ(params.clone("1a", 4)[1].item<float>(), 4);
  for (const char* bad : {"", "a b", "a-b", "."}) EXPECT_THROW(params.clone(bad), ValueError) << bad;
}

TEST(ParameterTuple, TwoOfOneNameAreRefusedButNotTheSameTwice) {
  const Parameter a(tensor({1}), "a"), b(tensor({2}), "a");
  EXPECT_THROW((ParameterTuple{a, b}), ValueError);
  EXPECT_EQ((ParameterTuple{a, a}).size(), 2u);
  EXPECT_EQ(ParameterTuple().repr(), "()");
  EXPECT_EQ(ParameterTuple{a}.repr(), "(Parameter (name=a, shape=(1,), dtype=Float32, requires_grad=True),)");
}

}  // namespace
}  // namespace nucella
