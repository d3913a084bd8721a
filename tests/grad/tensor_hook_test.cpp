#include "nucella/grad/tensor_hook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/grad/grad.h"
#include "nucella/grad/no_grad.h"
#include "nucella/grad/tape.h"
#include "nucella/nn/parameter.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

TensorHook times(float factor) {
  return [factor](const Tensor& g) { return ops::mul(g, scalar(factor)); };
}

// The gradient of a function of one tensor.
std::vector<float> gradient(const std::function<Tensor(const Tensor&)>& fn, const Tensor& x) {
  return values(grad(fn)(x));
}

TEST(TensorHook, ReplacesTheGradientOfWhatAnOpReturns) {
  const auto fn = [](const Tensors& in) {
    const Tensor z = ops::mul(in[0], in[1]);
    register_hook(z, times(2));
    return Tensors{ops::mul(z, in[1])};
  };
  const Tensor x = tensor({1, 2, 3}), y = tensor({1, 2, 3});
  const Tensors g = grad(fn, {x, y}, {.grad_position = {0, 1}});
  EXPECT_THAT(values(g[0]), ElementsAre(2, 8, 18));
  EXPECT_THAT(values(g[1]), ElementsAre(3, 12, 27)) << "the other factor's own gradient is not doubled";
}

TEST(TensorHook, SeveralRunInOrderAndEachCanBeRemoved) {
  const Tensor x = tensor({1});
  HookHandle doubling = register_hook(x, times(2));
  HookHandle adding = register_hook(x, [](const Tensor& g) { return ops::add(g, scalar(1)); });
  const auto fn = [](const Tensor& t) { return ops::mul(t, scalar(3)); };
  EXPECT_EQ(hooks(x).size(), 2u);
  EXPECT_THAT(gradient(fn, x), ElementsAre(7));
  doubling.remove();
  doubling.remove();
  EXPECT_THAT(gradient(fn, x), ElementsAre(4));
  adding.remove();
  EXPECT_TRUE(hooks(x).empty());
  EXPECT_THAT(gradient(fn, x), ElementsAre(3));
}

TEST(TensorHook, SeesTheSumOverAllUsesOnce) {
  std::vector<std::vector<float>> seen;
  const auto fn = [&](const Tensor& x) {
    const Tensor z = ops::mul(x, scalar(2));
    register_hook(z, [&](const Tensor& g) {
      seen.push_back(values(g));
      return Tensor();
    });
    return ops::add(ops::mul(z, z), z);
  };
  EXPECT_THAT(gradient(fn, tensor({3})), ElementsAre(26));
  EXPECT_THAT(seen, ElementsAre(ElementsAre(13)));
}

TEST(TensorHook, MayBeRegisteredAfterTheTensorWasUsedAndOutlivesItsHandle) {
  const auto fn = [](const Tensor& x) {
    Tensor y;
    {
      const Tensor z = ops::mul(x, scalar(2));
      y = ops::mul(z, scalar(3));
      register_hook(z, times(10));
    }
    return y;
  };
  EXPECT_THAT(gradient(fn, tensor({3})), ElementsAre(60));
}

TEST(TensorHook, OfAParameterStaysOverSteps) {
  Parameter w(tensor({1, 2}), "w"), unused(tensor({3}), "unused");
  int calls = 0;
  register_hook(w, times(2));
  register_hook(unused, [&](const Tensor& g) {
    ++calls;
    EXPECT_THAT(values(g), ElementsAre(0)) << "asked for, though no gradient flows";
    return Tensor();
  });
  const TensorFn fn = [&](const Tensors& in) { return Tensors{ops::mul(ops::mul(in[0], w), w)}; };
  for (int step = 0; step < 2; ++step) {
    const Tensors g = grad(fn, {tensor({1, 1})}, {.grad_position = {}, .weights = {w, unused}});
    EXPECT_THAT(values(g[0]), ElementsAre(4, 8));
  }
  EXPECT_EQ(calls, 2);
  grad(fn, {tensor({1, 1})}, {.grad_position = {}, .weights = {w}});
  grad(fn, {tensor({1, 1})});
  EXPECT_EQ(calls, 2) << "nobody asked for the gradient";
}

TEST(TensorHook, OfATensorThatIsPassedTwiceRunsOnce) {
  const Tensor x = tensor({3});
  register_hook(x, times(2));
  const Tensors g = grad([](const Tensors& in) { return Tensors{ops::mul(in[0], in[1])}; }, {x, x},
                         {.grad_position = {0, 1}});
  EXPECT_THAT(values(g[0]), ElementsAre(12));
  EXPECT_THAT(values(g[1]), ElementsAre(12));
}

TEST(TensorHook, TakesPartInSecondDerivatives) {
  // As MindSpore 2.10: the hook doubles the gradient of z in each of the two passes.
  const auto fn = [](const Tensor& x) {
    const Tensor z = ops::mul(x, x);
    register_hook(z, times(2));
    return ops::mul(z, x);
  };
  EXPECT_THAT(gradient(grad(fn), tensor({3})), ElementsAre(36));
}

TEST(TensorHook, BelongsToTheValueBeforeAnInPlaceChange) {
  const auto fn = [](const Tensor& x) {
    const Tensor y = ops::mul(x, x);
    register_hook(y, times(2));
    ops::assign_add(y, full(y.shape(), 2));
    EXPECT_TRUE(hooks(y).empty());
    register_hook(y, times(3));
    return ops::add(y, scalar(1));
  };
  EXPECT_THAT(gradient(fn, tensor({1, 2})), ElementsAre(12, 24));
}

TEST(TensorHook, StaysWhenAChangeInPlaceIsNotDifferentiated) {
  const auto fn = [](const Tensor& x) {
    const Tensor y = ops::mul(x, x);
    register_hook(y, times(2));
    {
      const NoGradScope unseen;
      ops::assign_add(y, full(y.shape(), 2));
    }
    EXPECT_EQ(hooks(y).size(), 1u);
    return ops::add(y, scalar(1));
  };
  EXPECT_THAT(gradient(fn, tensor({1, 2})), ElementsAre(4, 8));
}

TEST(TensorHook, StaysWithAParameterThatAnOptimizerChanges) {
  Parameter w(tensor({1}), "w");
  register_hook(w, times(2));
  ops::assign_sub(w, tensor({0.5}));
  const TensorFn fn = [&](const Tensors&) { return Tensors{ops::mul(w, w)}; };
  EXPECT_THAT(values(grad(fn, {}, {.grad_position = {}, .weights = {w}})[0]), ElementsAre(2));
}

TEST(TensorHook, MayRemoveItself) {
  const Tensor x = tensor({1});
  HookHandle handle;
  handle = register_hook(x, [&](const Tensor& g) {
    handle.remove();
    return ops::mul(g, scalar(10));
  });
  const auto fn = [](const Tensor& t) { return ops::mul(t, scalar(3)); };
  EXPECT_THAT(gradient(fn, x), ElementsAre(30));
  EXPECT_THAT(gradient(fn, x), ElementsAre(3));
}

TEST(TensorHook, AnotherDtypeIsCastAndAnotherShapeRefused) {
  const Tensor x = tensor({1, 2});
  HookHandle half = register_hook(x, [](const Tensor& g) { return ops::cast(g, float16); });
  const auto fn = [](const Tensor& t) { return ops::mul(t, scalar(3)); };
  EXPECT_EQ(grad(fn)(x).dtype(), float32);
  half.remove();
  register_hook(x, [](const Tensor&) { return tensor({1}); });
  EXPECT_THAT([&] { gradient(fn, x); },
              ThrowsMessage<ValueError>(HasSubstr("the gradient must have the shape (2,), got (1,)")));
}

TEST(TensorHook, RefusesWhatCannotBeHooked) {
  EXPECT_THROW(register_hook(tensor({1}), nullptr), TypeError);
  EXPECT_THROW(register_hook(Tensor(), times(2)), RuntimeError);
  Parameter frozen(tensor({1}), "frozen", {.requires_grad = false});
  EXPECT_THAT([&] { register_hook(frozen, times(2)); },
              ThrowsMessage<RuntimeError>(
                  HasSubstr("The tensor requires grad is false, which can not register tensor hook")));
}

TEST(TensorHook, AnExceptionReachesTheCaller) {
  const Tensor x = tensor({1});
  HookHandle handle = register_hook(x, [](const Tensor&) -> Tensor { throw std::logic_error("mine"); });
  const auto fn = [](const Tensor& t) { return ops::mul(t, scalar(3)); };
  EXPECT_THROW(gradient(fn, x), std::logic_error);
  handle.remove();
  EXPECT_THAT(gradient(fn, x), ElementsAre(3));
}

}  // namespace
}  // namespace nucella
