// Trains LeNet-5 on Fashion-MNIST, saves it, builds it again without initialising, loads and evaluates it.
#include <nucella/nucella.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  using namespace nucella;
  const int64_t limit = argc > 1 ? std::stoll(argv[1]) : 60000;  // images to train on
  const data::DataLoader batches(data::fashion_mnist(data::Split::kTrain).first(limit), {.batch_size = 64});
  const data::DataLoader test(data::fashion_mnist(data::Split::kTest));
  models::LeNet5 net;
  nn::SoftmaxCrossEntropyWithLogits loss({.sparse = true, .reduction = "mean"});
  nn::WithLossCell net_with_loss(net, loss);
  nn::Momentum optimizer(net.trainable_params(), 0.02, 0.9);
  nn::TrainOneStepCell step(net_with_loss, optimizer);
  for (int epoch = 0; epoch < 5; ++epoch)
    for (const auto& [images, labels] : batches.epoch(epoch)) step(images, labels);
  save_checkpoint(net, "lenet5.ckpt");

  const NoInitParameters no_init;
  models::LeNet5 again;
  load_checkpoint("lenet5.ckpt", &again);
  std::printf("test accuracy %.4f\n", train::evaluate(again, test).accuracy);
}
