#include "nucella/grad/recompute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/base/random.h"
#include "nucella/grad/grad.h"
#include "nucella/grad/tensor_hook.h"
#include "nucella/nn/parameter.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

using Fn = std::function<Tensor(const Tensor&)>;

Fn recomputed(const Fn& fn) {
  return [fn](const Tensor& x) { return recompute([=] { return Tensors{fn(x)}; })[0]; };
}

TEST(Recompute, GivesTheSameGradientsOfAnyOrder) {
  const Fn cube = [](const Tensor& x) { return ops::mul(ops::square(x), x); };
  const Tensor x = tensor({3});
  EXPECT_THAT(values(recomputed(cube)(x)), ElementsAre(27));
  EXPECT_THAT(values(grad(recomputed(cube))(x)), ElementsAre(27));
  EXPECT_THAT(values(grad(grad(recomputed(cube)))(x)), ElementsAre(18));
  EXPECT_THAT(values(grad(grad(grad(recomputed(cube))))(x)), ElementsAre(6));
  EXPECT_THAT(values(grad(recomputed(recomputed(cube)))(x)), ElementsAre(27)) << "nested";
}

TEST(Recompute, ReachesWhatTheComputationReadsWithoutBeingGivenIt) {
  const Tensor x = tensor({2}), captured = tensor({5});
  Parameter w(tensor({3}), "w");
  const TensorFn fn = [&](const Tensors& in) {
    return recompute([&, t = in[0]] { return Tensors{ops::mul(ops::mul(t, w), captured)}; });
  };
  const Tensors g = grad(fn, {x}, {.weights = {w, captured}});
  EXPECT_THAT(values(g[0]), ElementsAre(15));
  EXPECT_THAT(values(g[1]), ElementsAre(10));
  EXPECT_THAT(values(g[2]), ElementsAre(6));
}

TEST(Recompute, RunsAgainOnlyInTheBackwardPass) {
  int runs = 0;
  const Fn counted = recomputed([&](const Tensor& x) {
    ++runs;
    return ops::square(x);
  });
  counted(tensor({1}));
  EXPECT_EQ(runs, 1) << "nothing is recorded";
  grad(counted)(tensor({1}));
  EXPECT_EQ(runs, 3);
}

TEST(Recompute, HandsThroughInputsAndConstants) {
  const Tensor x = tensor({2});
  const TensorFn fn = [](const Tensors& in) {
    return recompute([x = in[0]] { return Tensors{x, tensor({7}), ops::square(x)}; });
  };
  const GradResult r = value_and_grad(fn, {x});
  EXPECT_THAT(values(r.value[1]), ElementsAre(7));
  EXPECT_THAT(values(r.input_grads[0]), ElementsAre(5));
}

TEST(Recompute, RandomOpsGetTheSameSeeds) {
  set_seed(3);
  const Fn fn = [](const Tensor& x) {
    const Tensor y = ops::dropout(x, 0.5, static_cast<int64_t>(draw_op_seed()));
    return ops::dropout(y, 0.5, static_cast<int64_t>(draw_op_seed()));
  };
  const Tensor x = ones({64});
  const GradResult r = value_and_grad([&](const Tensors& in) { return Tensors{recomputed(fn)(in[0])}; }, {x});
  EXPECT_EQ(values(r.value[0]), values(r.input_grads[0])) << "linear: each is 4 or 0";
  const uint64_t next = draw_op_seed();
  set_seed(3);
  fn(x);
  EXPECT_EQ(draw_op_seed(), next) << "the second run draws nothing";
}

TEST(Recompute, ACallInTheBackwardPassOfAnotherIsNotMixedUpWithIt) {
  set_seed(3);
  const Fn inner = recomputed([](const Tensor& x) {
    return ops::dropout(ops::square(x), 0.5, static_cast<int64_t>(draw_op_seed()));
  });
  const Fn outer = [&](const Tensor& x) { return ops::mul(inner(x), inner(ops::mul(x, scalar(2)))); };
  const Tensor x = full({64}, 1.5);
  set_seed(4);
  const Tensor expected = grad(outer)(x);
  set_seed(4);
  EXPECT_EQ(values(grad(recomputed(outer))(x)), values(expected));
}

TEST(Recompute, HooksOfWhatItReadsRunOnce) {
  const Tensor x = tensor({3});
  int calls = 0;
  register_hook(x, [&](const Tensor& g) {
    ++calls;
    return ops::mul(g, scalar(2));
  });
  const Fn fn = [](const Tensor& t) {
    const Tensor z = ops::square(t);
    register_hook(z, [](const Tensor& g) { return ops::mul(g, scalar(10)); });
    return ops::mul(z, scalar(1));
  };
  EXPECT_THAT(values(grad(recomputed(fn))(x)), ElementsAre(120));
  EXPECT_EQ(calls, 1);
}

TEST(Recompute, AChangeInPlaceIsAnError) {
  Parameter w(tensor({3}), "w");
  const TensorFn fn = [&](const Tensors& in) {
    const Tensors out = recompute([&, x = in[0]] { return Tensors{ops::mul(x, w)}; });
    w.set_data(tensor({4}));
    return out;
  };
  EXPECT_THAT([&] { grad(fn, {tensor({1})}); },
              ThrowsMessage<RuntimeError>(HasSubstr("has since been changed in place")));
}

TEST(Recompute, ItsOwnChangesInPlaceAreNoError) {
  const Tensor count = zeros({1});
  const Fn counting = recomputed([&](const Tensor& x) {
    ops::assign_add(count, ones({1}));
    return ops::square(x);
  });
  EXPECT_THAT(values(grad([&](const Tensor& x) { return counting(counting(x)); })(tensor({2}))),
              ElementsAre(32));
  EXPECT_THAT(values(count), ElementsAre(4)) << "changed again in the backward pass";
}

TEST(Recompute, AnotherNumberOfResultsIsAnError) {
  int runs = 0;
  const TensorFn fn = [&](const Tensors& in) {
    return recompute([&, x = in[0]] { return Tensors(static_cast<size_t>(++runs), ops::square(x)); });
  };
  EXPECT_THAT([&] { grad(fn, {tensor({1})}); },
              ThrowsMessage<RuntimeError>(HasSubstr("returned 1 tensors at first and 2")));
}

}  // namespace
}  // namespace nucella
