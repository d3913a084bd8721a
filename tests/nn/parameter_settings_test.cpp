#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/nn/parameter.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

Parameter declared_ones() {
  const NoInitParameters lazy;
  return Parameter(initializer("ones", {2}), "q");
}

TEST(ParameterSettings, HaveMindSporesDefaults) {
  const Parameter p(tensor({1, 2}), "p");
  EXPECT_FALSE(p.is_init());
  EXPECT_FALSE(p.inited_param().defined());
  EXPECT_FALSE(p.unique());
  EXPECT_FALSE(p.cache_enable());
  EXPECT_THAT(p.cache_shape(), IsEmpty());
  EXPECT_EQ(p.key(), -1);
  EXPECT_TRUE(p.requires_aggr());
  EXPECT_FALSE(p.parallel_optimizer_comm_recompute());
  EXPECT_EQ(p.storage_format(), "");
  EXPECT_EQ(p.device(), "");
  EXPECT_THAT(p.pipeline_stages(), IsEmpty());
}

TEST(ParameterSettings, AreKept) {
  Parameter p(tensor({1, 2}), "p");
  p.set_is_init(true);
  p.set_unique(true);
  p.set_cache_enable(true);
  p.set_cache_shape({1, 2});
  p.set_key(7);
  p.set_requires_aggr(false);
  p.set_parallel_optimizer_comm_recompute(true);
  p.set_storage_format("NZ");
  p.set_device("Remote");
  p.add_pipeline_stage(2);
  EXPECT_TRUE(p.is_init() && p.unique() && p.cache_enable() && p.parallel_optimizer_comm_recompute());
  EXPECT_FALSE(p.requires_aggr());
  EXPECT_THAT(p.cache_shape(), ElementsAre(1, 2));
  EXPECT_EQ(p.key(), 7);
  EXPECT_EQ(p.storage_format(), "NZ");
  EXPECT_EQ(p.device(), "Remote");
  EXPECT_THAT(p.pipeline_stages(), ElementsAre(2));
  EXPECT_THROW(p.set_device("GPU"), ValueError);
  EXPECT_THROW(p.add_pipeline_stage(-1), TypeError);
  EXPECT_THAT([&] { p.set_param_ps(); }, ThrowsMessage<RuntimeError>(HasSubstr("parameter server mode")));
}

TEST(ParameterSettings, ACloneHasThoseThatBelongToTheParameterAndNotToItsData) {
  Parameter p(tensor({1, 2}), "p");
  p.set_is_init(true);
  p.set_unique(true);
  p.set_sliced(true);
  p.set_cache_enable(true);
  p.set_cache_shape({4});
  p.set_key(-7);
  p.set_requires_aggr(false);
  p.set_parallel_optimizer_comm_recompute(true);
  p.set_comm_fusion(3);
  p.add_pipeline_stage(1);
  for (const Parameter& c : {p.clone(), p.copy(), p.clone("zeros"), p.clone(tensor({5, 6}))}) {
    EXPECT_FALSE(c.is_init() || c.unique() || c.sliced() || c.requires_aggr());
    EXPECT_TRUE(c.cache_enable() && c.parallel_optimizer_comm_recompute());
    EXPECT_THAT(c.cache_shape(), ElementsAre(4));
    EXPECT_EQ(c.comm_fusion(), 3);
    EXPECT_THAT(c.pipeline_stages(), IsEmpty());
    EXPECT_GE(c.key(), 0);
  }
  EXPECT_NE(p.clone().key(), p.clone().key());
}

TEST(Parameter, SetDtypeConvertsInPlace) {
  Parameter p(tensor({1.7F, -2.5F}), "p");
  const Parameter other = p;
  EXPECT_EQ(p.set_dtype(int32), int32);
  EXPECT_EQ(other.dtype(), int32);
  EXPECT_THAT(values(other), ElementsAre(1, -2));
  p.set_dtype(float16);
  EXPECT_EQ(p.repr(), "Parameter (name=p, shape=(2,), dtype=Float16, requires_grad=True)");
  EXPECT_THAT(values(p), ElementsAre(1, -2));
}

TEST(Parameter, SetDtypeOfADeclaredOneChangesWhatItWillBe) {
  Parameter p = declared_ones();
  p.set_dtype(float16);
  EXPECT_TRUE(p.has_init());
  EXPECT_THAT(values(p.init_data()), ElementsAre(1, 1));
  EXPECT_EQ(p.dtype(), float16);
}

TEST(Parameter, AssignValueTakesValueShapeAndDtype) {
  Parameter p(tensor({1, 2}), "p");
  const void* id = p.id();
  const Tensor value = tensor({3, 4});
  EXPECT_EQ(&p.assign_value(value), &p);
  EXPECT_THAT(values(p), ElementsAre(3, 4));
  p.assign_value(tensor({1, 2, 3}, float16));
  EXPECT_EQ(p.shape(), (Shape{3}));
  EXPECT_EQ(p.dtype(), float16);
  EXPECT_EQ(p.id(), id);
  p.assign_value(value);
  ops::assign_add(p, tensor({1, 1}));
  EXPECT_THAT(values(value), ElementsAre(3, 4)) << "a copy";
  Parameter lazy = declared_ones();
  lazy.assign_value(tensor({5, 6}));
  EXPECT_FALSE(lazy.has_init());
  EXPECT_THAT(values(lazy), ElementsAre(5, 6));
  EXPECT_THROW(p.assign_value(Tensor()), TypeError);
}

TEST(Parameter, InitDataChecksItsLayout) {
  Parameter p = declared_ones();
  EXPECT_THAT([&] { p.init_data(3); },
              ThrowsMessage<TypeError>(HasSubstr("'layout' for 'q' must be a tuple, got int")));
  EXPECT_THAT(
      [&] {
        p.init_data(Values{1, 2});
      },
      ThrowsMessage<ValueError>(HasSubstr("must have at least 6 entries, got 2")));
  EXPECT_THAT(
      [&] {
        p.init_data(Values{Values{2}, Values{0}, Values{1}, 0, true, ""});
      },
      ThrowsMessage<NotImplementedError>(HasSubstr("several processes")));
  EXPECT_TRUE(p.has_init());
  EXPECT_EQ(&p.init_data(Value(), true), &p);
  EXPECT_TRUE(p.sliced());
  EXPECT_THAT(values(p), ElementsAre(1, 1));
  p.init_data(3);
}

}  // namespace
}  // namespace nucella
