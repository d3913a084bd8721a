// Times whole training steps in PyNative mode: bench_step NET [--threads N] [--steps K], where NET is lenet,
// mlp, gpt, resnet18 or resnet50.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "nucella/base/parallel.h"
#include "nucella/nucella.h"

namespace {

using namespace nucella;

Tensor labels(int64_t count) {
  Tensor t = zeros({count}, int32);
  for (int64_t i = 0; i < count; ++i) t.mutable_data<int32_t>()[i] = static_cast<int32_t>(i % 10);
  return t;
}

// Median milliseconds of a step; the first steps, which fill the caches, do not count.
double time_steps(nn::TrainOneStepCell& step, const Tensor& x, const Tensor& y, int steps, int warm_up = 20) {
  std::vector<double> times;
  for (int i = -warm_up; i < steps; ++i) {
    const auto start = std::chrono::steady_clock::now();
    step(x, y);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (i >= 0) times.push_back(took.count());
  }
  std::ranges::nth_element(times, times.begin() + steps / 2);
  return times[static_cast<size_t>(steps / 2)];
}

double time_lenet(int steps) {
  models::LeNet5 net;
  nn::SoftmaxCrossEntropyWithLogits loss({.sparse = true, .reduction = "mean"});
  nn::WithLossCell with_loss(net, loss);
  nn::Momentum momentum(net.trainable_params(), 0.01, 0.9);
  nn::TrainOneStepCell step(with_loss, momentum);
  step.set_train();
  return time_steps(step, full({32, 1, 28, 28}, 0.5), labels(32), steps);
}

double time_mlp(int steps) {
  models::MLP net;
  nn::SoftmaxCrossEntropyWithLogits loss({.sparse = true, .reduction = "mean"});
  nn::WithLossCell with_loss(net, loss);
  nn::Adam adam(net.trainable_params());
  nn::TrainOneStepCell step(with_loss, adam);
  step.set_train();
  return time_steps(step, full({64, 784}, 0.5), labels(64), steps);
}

// Cross entropy of every token with the one behind it.
struct NextTokenLoss : CellOf<NextTokenLoss> {
  Tensor construct(const Tensor& logits, const Tensor& targets) {
    return train::next_token_loss(logits, targets);
  }
};

double time_gpt(int steps) {
  models::Gpt net({.vocab_size = 8192, .context = 128, .width = 512, .layers = 6, .heads = 8});
  NextTokenLoss loss;
  nn::WithLossCell with_loss(net, loss);
  nn::Adam adam(net.trainable_params());
  nn::TrainOneStepCell step(with_loss, adam);
  step.set_train();
  Tensor ids = zeros({4, 128}, int32), targets = zeros({4 * 128}, int32);
  for (int64_t i = 0; i < ids.size(); ++i) {
    ids.mutable_data<int32_t>()[i] = static_cast<int32_t>(i * 7919 % 8192);
    targets.mutable_data<int32_t>()[i] = static_cast<int32_t>((i + 1) * 7919 % 8192);
  }
  return time_steps(step, ids, targets, steps, 3);
}

// Images of 224x224 in batches of 8.
double time_resnet(models::ResNet& net, int steps) {
  nn::SoftmaxCrossEntropyWithLogits loss({.sparse = true, .reduction = "mean"});
  nn::WithLossCell with_loss(net, loss);
  nn::Momentum momentum(net.trainable_params(), 0.01, 0.9);
  nn::TrainOneStepCell step(with_loss, momentum);
  step.set_train();
  Tensor x = Tensor::empty({8, 3, 224, 224});
  for (int64_t i = 0; i < x.size(); ++i) x.mutable_data<float>()[i] = static_cast<float>(i % 251) / 251;
  return time_steps(step, x, labels(8), steps, 3);
}

double time_net(std::string_view net, int steps) {
  if (net == "lenet") return time_lenet(steps);
  if (net == "mlp") return time_mlp(steps);
  if (net == "gpt") return time_gpt(steps);
  if (net == "resnet18") {
    models::ResNet18 resnet;
    return time_resnet(resnet, steps);
  }
  models::ResNet50 resnet;
  return time_resnet(resnet, steps);
}

int usage() {
  std::fputs("usage: bench_step lenet|mlp|gpt|resnet18|resnet50 [--threads N] [--steps K]\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0) return usage();
  int steps = 200;
  for (int i = 2; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const int value = std::atoi(argv[i + 1]);
    if (value < 1) return usage();
    if (option == "--threads") {
      set_num_threads(value);
    } else if (option == "--steps") {
      steps = value;
    } else {
      return usage();
    }
  }
  const std::string_view net = argv[1];
  constexpr std::string_view kNets[] = {"lenet", "mlp", "gpt", "resnet18", "resnet50"};
  if (std::ranges::find(kNets, net) == std::end(kNets)) return usage();
  std::printf("%.4f\n", time_net(net, steps));
}
