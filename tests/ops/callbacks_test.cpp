#include "nucella/ops/callbacks.h"

#include <gtest/gtest.h>

#include <functional>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

struct Backward : BackwardCallback {
  using Function = std::function<Tensors(const Tensors&, const Tensors&, const Tensors&)>;
  explicit Backward(Function f) : f(std::move(f)) {}
  Tensors backward(const Tensors& ins, const Tensors& outs, const Tensors& grads) override {
    return f(ins, outs, grads);
  }
  Function f;
};

TEST(CallBackward, TheHookSeesAndReplacesTheGradients) {
  const Tensor x = tensor({1, 2}), y = tensor({3, 4});
  Tensors seen;
  const auto hook = std::make_shared<Backward>([&](const Tensors&, const Tensors&, const Tensors& g) {
    seen = g;
    return Tensors{ops::mul(g[0], scalar(10)), g[1]};
  });
  Tape tape;
  tape.watch(x);
  tape.watch(y);
  Tensor z;
  {
    TapeScope scope(tape);
    const Tensors t = ops::call_backward({x, y}, hook);
    EXPECT_FALSE(same(t[0], x));
    EXPECT_EQ(t[0].raw_data(), x.raw_data()) << "the identity must not copy";
    z = ops::mul(t[0], tensor({5, 6}));  // t[1] is not used: no gradient comes for it
  }
  const Tensors g = tape.backward({z}, {}, {x, y});
  EXPECT_EQ(seen[0].to_vector<float>(), (std::vector<float>{5, 6}));
  EXPECT_FALSE(seen[1].defined());
  EXPECT_EQ(g[0].to_vector<float>(), (std::vector<float>{50, 60}));
  EXPECT_FALSE(g[1].defined());
}

TEST(CallBackward, TooFewGradientsAreAnError) {
  const Tensor x = tensor({1, 2});
  const auto hook = std::make_shared<Backward>([](auto&...) { return Tensors{}; });
  Tape tape;
  tape.watch(x);
  Tensors t;
  {
    TapeScope scope(tape);
    t = ops::call_backward({x}, hook);
  }
  EXPECT_THROW(tape.backward(t, {}, {x}), RuntimeError);
}

TEST(WithBprop, TheCallbackAloneMakesTheGradients) {
  const Tensor x = tensor({1, 2}), y = tensor({3, 4});
  const auto bprop =
      std::make_shared<Backward>([](const Tensors& ins, const Tensors& outs, const Tensors& g) {
        EXPECT_EQ(ins.size(), 2u);
        EXPECT_EQ(outs[0].to_vector<float>(), (std::vector<float>{3, 8}));
        return Tensors{ops::add(g[0], ins[0]), {}};
      });
  Tape tape;
  tape.watch(x);
  tape.watch(y);
  Tensor z;
  {
    Tensor product;
    {
      BypassScope hidden;
      product = ops::mul(x, y);
    }
    TapeScope scope(tape);
    z = ops::with_bprop({x, y, product}, 2, bprop)[0];
  }
  const Tensors g = tape.backward({z}, {}, {x, y});
  EXPECT_EQ(g[0].to_vector<float>(), (std::vector<float>{2, 3}));
  EXPECT_FALSE(g[1].defined());
}

TEST(WithBprop, SecondOrderGoesThroughTheCallback) {
  const Tensor x = tensor({3});
  const auto bprop = std::make_shared<Backward>([](const Tensors& ins, const Tensors&, const Tensors& g) {
    return Tensors{ops::mul(g[0], ops::mul(ins[0], ins[0]))};
  });
  Tape outer, inner;
  outer.watch(x);
  inner.watch(x);
  Tensor g;
  {
    TapeScope outer_scope(outer);
    Tensor y;
    {
      TapeScope inner_scope(inner);
      y = ops::with_bprop({x, x}, 1, bprop)[0];
    }
    g = inner.backward({y}, {}, {x})[0];
  }
  EXPECT_EQ(g.item<float>(), 9);
  EXPECT_EQ(outer.backward({g}, {}, {x})[0].item<float>(), 6);
}

}  // namespace
}  // namespace nucella
