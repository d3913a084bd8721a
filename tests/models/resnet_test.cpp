// Small ResNets with torchvision's names and PyTorch's weights give PyTorch's outputs and gradients.
#include "nucella/models/resnet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nucella/grad/grad.h"
#include "nucella/nn/cell_grad.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "nucella/train/checkpoint.h"
#include "tests/support/files.h"

namespace nucella::models {
namespace {

using test::golden;
using testing::HasSubstr;
using testing::ThrowsMessage;

struct Case {
  std::string name;
  ResNetConfig config;
};

// The nets of tests/golden/make_resnet.py.
Case basic() { return {"basic", {.classes = 5, .width = 4}}; }
Case bottleneck() {
  return {"bottleneck", {.blocks = {1, 2, 1, 1}, .bottleneck = true, .classes = 5, .width = 2}};
}

std::unique_ptr<ResNet> loaded(const Case& c) {
  const NoInitParameters scope;
  auto net = std::make_unique<ResNet>(c.config);
  load_checkpoint(golden("resnet/" + c.name + ".pt"), net.get(),
                  {.strict_load = true, .format = "pt", .name_rules = {.style = io::NameStyle::kMindSpore}});
  return net;
}

class Wanted {
 public:
  explicit Wanted(const Case& c)
      : entries_(load_checkpoint(golden("resnet/" + c.name + ".safetensors"), nullptr,
                                 {.format = "safetensors"})) {}
  Tensor operator[](const std::string& name) const { return entries_.at(name).as<Tensor>("test"); }

 private:
  StateDict entries_;
};

// PyTorch's name of one of our parameters.
std::string torch_name(std::string name) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {{"gamma", "weight"},
                                                                      {"beta", "bias"},
                                                                      {"moving_mean", "running_mean"},
                                                                      {"moving_variance", "running_var"}};
  for (const auto& [ours, theirs] : kWords)
    if (name.ends_with(ours)) return name.replace(name.size() - ours.size(), ours.size(), theirs);
  return name;
}

// Within 1e-4 of the largest value: float32 through a whole net against float64.
void expect_near(const Tensor& got, const Tensor& want, const std::string& what) {
  ASSERT_EQ(got.shape(), want.shape()) << what;
  const auto a = got.to_vector<double>(), b = want.to_vector<double>();
  double most = 1e-6, worst = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, std::abs(b[i]));
    worst = std::max(worst, std::abs(a[i] - b[i]));
  }
  EXPECT_LE(worst, 1e-4 * most) << what;
}

class ResNetGolden : public testing::TestWithParam<Case (*)()> {};

TEST_P(ResNetGolden, OutputsGradientsAndStatisticsAreThoseOfPyTorch) {
  const Case c = GetParam()();
  const auto net = loaded(c);
  const Wanted wanted(c);
  expect_near((*net)(wanted["x"]), wanted["eval"], "eval");

  net->set_train();
  const Tensor labels = tensor_of(std::vector<int32_t>{1, 3}, {2});
  const std::vector<Parameter> weights = net->trainable_params();
  const auto forward = [&](const Tensors& in) {
    const Tensor logits = (*net)(in[0]);
    return Tensors{ops::cross_entropy(logits, labels), logits};
  };
  const GradResult result = value_and_grad(
      forward, {wanted["x"]}, {.grad_position = {}, .weights = as_weights(weights), .has_aux = true});
  expect_near(result.value[0], wanted["loss"], "loss");
  expect_near(result.aux[0], wanted["logits"], "logits");
  for (size_t i = 0; i < weights.size(); ++i) {
    const std::string name = torch_name(weights[i].name());
    expect_near(result.weight_grads[i], wanted["grad." + name], name);
  }
  for (const Parameter& p : net->untrainable_params())
    expect_near(p, wanted["moved." + torch_name(p.name())], p.name());
}

INSTANTIATE_TEST_SUITE_P(Nets, ResNetGolden, testing::Values(basic, bottleneck));

TEST(ResNet, BlocksUnderHooksGiveTheSame) {
  const Case c = basic();
  const auto plain = loaded(c), hooked = loaded(c);
  int calls = 0;
  for (const auto& [name, cell] : hooked->cells_and_names())
    if (name.ends_with("bn2"))
      cell->register_forward_hook([&](Cell&, const Values&, const Value&) -> std::optional<Value> {
        ++calls;
        return std::nullopt;
      });
  const Tensor x = Wanted(c)["x"];
  expect_near((*hooked)(x), (*plain)(x), "output");
  EXPECT_EQ(calls, 8);
}

TEST(ResNet, NamesAreThoseOfTorchvision) {
  const NoInitParameters scope;
  const ResNet50 net;
  std::set<std::string> names;
  int64_t count = 0;
  for (const Parameter& p : net.trainable_params()) {
    names.insert(p.name());
    count += p.size();
  }
  EXPECT_EQ(count, 25'557'032);
  for (const char* name : {"conv1.weight", "bn1.gamma", "layer1.0.conv3.weight",
                           "layer1.0.downsample.0.weight", "layer4.2.bn3.beta", "fc.weight", "fc.bias"})
    EXPECT_TRUE(names.contains(name)) << name;
  int64_t small = 0;
  for (const Parameter& p : ResNet18().trainable_params()) small += p.size();
  EXPECT_EQ(small, 11'689'512);
}

TEST(ResNet, SmallImages) {
  ResNet18 net(10, {.in_channels = 1, .width = 4, .stem_kernel = 3, .stem_stride = 1, .stem_pool = false});
  EXPECT_EQ(net(zeros({2, 1, 28, 28})).shape(), (Shape{2, 10}));
}

TEST(ResNet, WrongSettings) {
  EXPECT_THAT(
      [] {
        ResNet({.blocks = {2, 2, 2}});
      },
      ThrowsMessage<ValueError>(HasSubstr("'blocks' must have four numbers")));
  EXPECT_THAT([] { ResNet({.blocks = {2, 0, 2, 2}}); }, ThrowsMessage<ValueError>(HasSubstr("at least 1")));
  EXPECT_THAT([] { ResNet({.width = 0}); }, ThrowsMessage<ValueError>(HasSubstr("'width'")));
}

}  // namespace
}  // namespace nucella::models
