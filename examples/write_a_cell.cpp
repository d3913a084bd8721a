// How to write a Cell: the code of docs/write-a-cell.md, in the same order.
#include <cstdio>

#include "nucella/nn/cell_grad.h"
#include "nucella/nn/containers.h"
#include "nucella/ops/operators.h"
#include "nucella/tensor/create.h"

using namespace nucella;

namespace {

void print(const char* what, const Tensor& t) {
  std::printf("%s:", what);
  for (const float v : t.to_vector<float>()) std::printf(" %g", static_cast<double>(v));
  std::printf("\n");
}

struct Scale : CellOf<Scale> {
  explicit Scale(int64_t features)
      : gain(*this, "gain", init::One(), {features}), shift(*this, "shift", init::Zero(), {features}) {}

  Tensor construct(const Tensor& x) { return x * in_compute_type(gain) + in_compute_type(shift); }
  std::string extend_repr() const override { return str("features=", gain.shape(0)); }

  Parameter gain, shift;
};
struct Block : CellOf<Block> {
  explicit Block(int64_t features) : first(*this, "first", features), second(*this, "second", features) {}

  Tensor construct(const Tensor& x) { return second(ops::relu(first(x))) + x; }

  Child<Scale> first, second;
};
struct Averaged : CellOf<Averaged> {
  explicit Averaged(CellPtr net) : backbone(*this, "backbone", std::move(net)) {}

  Tensor construct(const Tensor& x) {
    const Tensor y = backbone(x);
    ops::assign(mean, 0.9 * mean + 0.1 * y);
    return y;
  }

  ChildPtr<> backbone;
  Buffer mean{*this, "mean", zeros({2})};
};
struct StraightThrough : CellOf<StraightThrough> {
  Tensor construct(const Tensor& x) { return ops::sign(x); }
  Tensor bprop(const Tensor& /*x*/, const Tensor& /*out*/, const Tensor& dout) { return dout; }
};

}  // namespace

int main() {
  Block block(2);
  const Tensor y = block(tensor({1, -2}));
  std::printf("%s\n", block.repr().c_str());
  for (const Parameter& p : block.trainable_params()) std::printf("%s\n", p.repr().c_str());
  nn::SequentialCell net(nn::cell<Scale>(2), nn::cell<Block>(2), nn::cell<StraightThrough>());
  net.append(nn::cell<Scale>(2));
  const Tensor z = net(tensor({1, -2}));
  std::unique_ptr<Block> declared;
  {
    const NoInitParameters scope;
    declared = std::make_unique<Block>(2);
  }
  declared->load_state_dict(block.state_dict());
  HookHandle handle = block.first.register_forward_hook(
      [](Cell& cell, const Values& /*inputs*/, const Value& output) -> std::optional<Value> {
        std::printf("%s gave a tensor of shape %s\n", cell.class_name().c_str(),
                    output.as<Tensor>().shape().str().c_str());
        return std::nullopt;
      });
  block(tensor({1, -2}));
  handle.remove();
  block.to_float(float16);
  const Tensor half = block(tensor({1, -2}));
  StraightThrough round;
  const Tensors gradients = grad(as_function(round), {tensor({0.3f, -0.7f})});
  Averaged averaged(std::make_shared<Scale>(2));
  averaged(tensor({1, -2}));
  print("block", y);
  print("net", z);
  print("declared", (*declared)(tensor({1, -2})));
  print("in half precision", half);
  print("running mean", averaged.mean);
  print("straight-through gradient", gradients[0]);
}
