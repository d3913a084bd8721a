// Learns XOR with the installed library, saves the net, loads it into another, and fails unless both know it.
#include <nucella/nucella.h>

#include <cstdio>

using namespace nucella;

struct Xor : CellOf<Xor> {
  nn::Dense hidden{*this, "hidden", 2, 16, {.activation = "relu"}};
  nn::Dense out{*this, "out", 16, 1};
  Tensor construct(const Tensor& x) { return out(hidden(x)); }
};

int main() {
  set_seed(1);
  const Tensor x = tensor({0, 0, 0, 1, 1, 0, 1, 1}, {4, 2}), y = tensor({0, 1, 1, 0}, {4, 1});
  Xor net;
  nn::MSELoss loss;
  nn::WithLossCell net_with_loss(net, loss);
  nn::Adam adam(net.trainable_params(), 0.05);
  nn::TrainOneStepCell step(net_with_loss, adam);
  float last = 0;
  for (int i = 0; i < 300; ++i) last = step(x, y).item<float>();
  save_checkpoint(net, "xor.ckpt");

  const NoInitParameters no_init;
  Xor again;
  load_checkpoint("xor.ckpt", &again);
  const bool equal = net(x).to_vector<float>() == again(x).to_vector<float>();
  std::printf("loss %.2g, the loaded net %s\n", last, equal ? "agrees" : "differs");
  return last < 1e-2F && equal ? 0 : 1;
}
