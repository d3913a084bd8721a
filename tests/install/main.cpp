// Fits a line to four points with the installed library, and fails unless the loss has gone.
#include <nucella/nucella.h>

#include <cstdio>

int main() {
  using namespace nucella;
  const Tensor x = tensor({-1, 0, 1, 2}), y = tensor({-1, 1, 3, 5});  // y = 2 x + 1
  Tensor w = scalar(0), b = scalar(0);
  float last = 0;
  for (int step = 0; step < 200; ++step) {
    Tape tape;
    tape.watch(w);
    tape.watch(b);
    Tensor loss;
    {
      TapeScope scope(tape);
      const Tensor error = ops::add(ops::add(ops::mul(w, x), b), ops::mul(y, scalar(-1)));
      loss = ops::sum_to(ops::mul(error, error), {});
    }
    last = loss.item<float>();
    const Tensors g = tape.backward({loss}, {}, {w, b});
    w = ops::add(w, ops::mul(g[0], scalar(-0.05)));
    b = ops::add(b, ops::mul(g[1], scalar(-0.05)));
  }
  std::printf("w = %.4f, b = %.4f, loss = %.2g\n", w.item<float>(), b.item<float>(), last);
  return last < 1e-8f ? 0 : 1;
}
