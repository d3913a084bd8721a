#include "nucella/grad/tape.h"

#include <gtest/gtest.h>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

TEST(Tape, GradientOfAProductSum) {
  const Tensor x = tensor({1, 2, 3}), w = tensor({4, 5, 6});
  Tape tape;
  tape.watch(w);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::sum_to(ops::mul(x, w), {});
  }
  EXPECT_EQ(y.item<float>(), 32);
  const Tensors g = tape.backward({y}, {}, {w, x});
  EXPECT_EQ(g[0].to_vector<float>(), (std::vector<float>{1, 2, 3}));
  EXPECT_FALSE(g[1].defined());
}

TEST(Tape, ThirdDerivativeOfACube) {
  const Tensor x = tensor({2});
  Tape third, second, first;
  for (Tape* t : {&third, &second, &first}) t->watch(x);
  Tensor g;
  {
    TapeScope s3(third);
    Tensor g2;
    {
      TapeScope s2(second);
      Tensor y;
      {
        TapeScope s1(first);
        y = ops::mul(ops::mul(x, x), x);
      }
      g2 = first.backward({y}, {}, {x})[0];
    }
    EXPECT_EQ(g2.item<float>(), 12);
    g = second.backward({g2}, {}, {x})[0];
  }
  EXPECT_EQ(g.item<float>(), 12);
  EXPECT_EQ(third.backward({g}, {}, {x})[0].item<float>(), 6);
}

TEST(Tape, AChainOfAMillionOps) {
  Tensor x = tensor({0});
  const Tensor one = tensor({1});
  Tape tape;
  tape.watch(x);
  Tensor y = x;
  {
    TapeScope scope(tape);
    for (int i = 0; i < 1'000'000; ++i) y = ops::add(y, one);
  }
  EXPECT_EQ(y.item<float>(), 1e6f);
  EXPECT_EQ(tape.backward({y}, {}, {x}, true)[0].item<float>(), 1);
}

TEST(Tape, AnInPlaceUpdateOfASavedValueIsCaught) {
  const Tensor x = tensor({1, 2}), w = tensor({3, 4});
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::mul(x, w);
    ops::assign(w, tensor({0, 0}));
  }
  EXPECT_THROW(tape.backward({y}, {}, {x}), RuntimeError);
}

TEST(Tape, AnInPlaceWriteIsDifferentiated) {
  const Tensor x = tensor({1, 2}), v = tensor({5, 6}), buffer = tensor({0, 0});
  Tape tape;
  for (const Tensor& t : {x, v}) tape.watch(t);
  Tensor y;
  {
    TapeScope scope(tape);
    const Tensor sum = ops::add(x, x);
    ops::assign(sum, v);       // x no longer matters for what comes
    ops::assign(buffer, sum);  // a tensor from outside starts to depend on v
    y = ops::add(ops::mul(buffer, v), sum);
  }
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{30, 42}));
  const Tensors g = tape.backward({y}, {}, {x, v});
  EXPECT_FALSE(g[0].defined());
  EXPECT_EQ(g[1].to_vector<float>(), (std::vector<float>{11, 13}));
}

TEST(Tape, AWatchedTensorWrittenInPlaceKeepsTheGradientOfItsOldValue) {
  const Tensor x = tensor({3}), v = tensor({4});
  Tape tape;
  tape.watch(x);
  Tensor y;
  {
    TapeScope scope(tape);
    const Tensor before = ops::add(x, x);
    ops::assign(x, v);
    y = ops::add(before, x);
  }
  EXPECT_EQ(tape.backward({y}, {}, {x})[0].item<float>(), 2);
}

}  // namespace
}  // namespace nucella
