#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/base/random.h"
#include "nucella/grad/grad.h"
#include "nucella/nn/activation.h"
#include "nucella/nn/cell_grad.h"
#include "nucella/nn/containers.h"
#include "nucella/nn/dense.h"
#include "nucella/nn/dropout.h"
#include "nucella/nn/value_grad.h"
#include "nucella/tensor/allocator.h"
#include "nucella/tensor/create.h"
#include "tests/nn/small_nets.h"

namespace nucella {
namespace {

using test::Net;
using testing::ElementsAre;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

// A block that keeps many activations of its input's size.
struct Wide : CellOf<Wide> {
  Tensor construct(const Tensor& x) {
    Tensor y = dropout(fc(x));
    for (int i = 0; i < 8; ++i) y = ops::tanh(ops::mul(y, y));
    return y;
  }
  nn::Dense fc{*this, "fc", 64, 64};
  nn::Dropout dropout{*this, "dropout", {.p = 0.3}};
};

struct Deep : CellOf<Deep> {
  Deep() { set_train(); }
  Tensor construct(const Tensor& x) {
    Tensor y = x;
    for (Child<Wide>* block : {&a, &b, &c}) y = (*block)(y);
    return y;
  }
  Child<Wide> a{*this, "a"}, b{*this, "b"}, c{*this, "c"};
};

struct Outcome {
  std::vector<std::vector<float>> grads;
  std::vector<float> value;
  uint64_t peak_bytes = 0;
};

Outcome train(Deep& net, const Tensor& x) {
  set_seed(7);
  reset_peak_memory();
  const uint64_t before = memory_stats().used_bytes;
  const GradResult r = value_and_grad(as_function(net), {x}, {.weights = as_weights(net.trainable_params())});
  Outcome out;
  out.peak_bytes = memory_stats().peak_bytes - before;
  for (const Tensor& g : r.input_grads) out.grads.push_back(values(g));
  for (const Tensor& g : r.weight_grads) out.grads.push_back(values(g));
  out.value = values(r.value[0]);
  return out;
}

TEST(CellRecompute, SameNumbersInLessMemory) {
  set_seed(1);
  Deep net;
  const Tensor x = full({1024, 64}, 0.5);
  train(net, x);  // fills parameters
  const Outcome kept = train(net, x);
  for (Child<Wide>* block : {&net.a, &net.b, &net.c}) block->recompute();
  const Outcome again = train(net, x);
  EXPECT_EQ(again.value, kept.value);
  EXPECT_EQ(again.grads, kept.grads);
  EXPECT_LT(static_cast<double>(again.peak_bytes), 0.6 * static_cast<double>(kept.peak_bytes))
      << "a third of the activations at a time";
}

TEST(CellRecompute, OfTheWholeNetAndOfItsPartsAtOnce) {
  Net plain, whole;
  whole.recompute();
  whole.block.recompute();
  const Tensor x = tensor({2});
  EXPECT_THAT(values(whole(x)), ElementsAre(26));
  const auto gradients = [&](Net& net) {
    std::vector<std::vector<float>> out;
    for (const Tensor& g : grad(as_function(net), {x}, {.weights = as_weights(net.trainable_params())}))
      out.push_back(values(g));
    return out;
  };
  EXPECT_EQ(gradients(whole), gradients(plain));
}

struct Structured : CellOf<Structured> {
  Value construct(const Value& pair, int64_t factor) {
    const Tensors in = pair.tensors();
    return ValueDict{{"sum", ops::add(in[0], in[1])},
                     {"rest", Values{ops::mul(in[0], scalar(static_cast<double>(factor))), "text"}}};
  }
};

TEST(CellRecompute, TakesAndGivesValuesOfAnyStructure) {
  const auto run = [](Structured& net) {
    const TensorFn fn = [&](const Tensors& in) {
      return net.call({Values{in[0], ValueList{{in[1]}}}, 3}).tensors();
    };
    const Tensors g = grad(fn, {tensor({1}), tensor({2})}, {.grad_position = {0, 1}});
    return std::pair(values(g[0]), values(g[1]));
  };
  Structured plain, again;
  again.recompute();
  EXPECT_EQ(run(again), run(plain));
  EXPECT_THAT(run(again).first, ElementsAre(4));
  EXPECT_EQ(again.call({Values{tensor({1}), tensor({2})}, 3})
                .as<ValueDict>()[1]
                .second.as<Values>()[1]
                .as<std::string>(),
            "text");
}

TEST(CellRecompute, HooksOfTheCellAndOfItsChildrenSeeTheSame) {
  const auto run = [](bool recompute) {
    Net net;
    if (recompute) net.recompute();
    std::vector<float> seen;
    net.register_backward_hook([&](Cell&, const Tensors& in, const Tensors& out) {
      seen.push_back(in[0].item<float>());
      seen.push_back(out[0].item<float>());
      return std::optional<Tensors>();
    });
    net.block.register_backward_hook([&](Cell&, const Tensors& in, const Tensors&) {
      seen.push_back(in[0].item<float>());
      return Tensors{ops::mul(in[0], scalar(10))};
    });
    seen.push_back(grad(as_function(net), {tensor({2})})[0].item<float>());
    return seen;
  };
  EXPECT_EQ(run(true), run(false));
  EXPECT_THAT(run(true), ElementsAre(4, 120, 1, 120));
}

TEST(CellRecompute, ItsParametersCountAsUsed) {
  const auto gradients = [](bool recompute) {
    Net net;
    if (recompute) net.recompute();
    const ValueFn fn = [&](const Values& in, const ValueDict&) { return net.call(in); };
    const Value grads =
        value_and_grad(fn, {tensor({2})}, {}, {.targets = {.weights = GradTargets::Weights::kUsed}}).grads;
    return grads.tensors();
  };
  const Tensors plain = gradients(false), again = gradients(true);
  ASSERT_EQ(plain.size(), 5u) << "the input, and two of each of the two layers";
  ASSERT_EQ(again.size(), 5u);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(values(again[i]), values(plain[i])) << i;
}

TEST(CellRecompute, KeepsItsOptions) {
  Net net;
  EXPECT_EQ(net.recompute_options(), nullptr);
  net.recompute({.mp_comm_recompute = false, .parallel_optimizer_comm_recompute = true});
  ASSERT_NE(net.recompute_options(), nullptr);
  EXPECT_FALSE(net.recompute_options()->mp_comm_recompute);
  EXPECT_TRUE(net.block.fc.weight.parallel_optimizer_comm_recompute());
}

}  // namespace
}  // namespace nucella
