#include "nucella/nn/activation.h"

#include <map>

#include "nucella/nn/activation_layers.h"
#include "nucella/ops/ops.h"

namespace nucella::nn {

Tensor ReLU::construct(const Tensor& x) { return ops::relu(x); }
Tensor Sigmoid::construct(const Tensor& x) { return ops::sigmoid(x); }
Tensor Tanh::construct(const Tensor& x) { return ops::tanh(x); }
Tensor Softmax::construct(const Tensor& x) { return ops::softmax(x, axis_); }

namespace {

template <class Layer>
CellPtr make() {
  return std::make_shared<Layer>();
}

}  // namespace

CellPtr get_activation(std::string_view name) {
  using Make = CellPtr (*)();
  static const std::map<std::string_view, Make> known{{"celu", make<CELU>},
                                                      {"elu", make<ELU>},
                                                      {"fast_gelu", make<FastGelu>},
                                                      {"gelu", make<GELU>},
                                                      {"glu", make<GLU>},
                                                      {"hardtanh", make<Hardtanh>},
                                                      {"hshrink", make<HShrink>},
                                                      {"hsigmoid", make<HSigmoid>},
                                                      {"hswish", make<HSwish>},
                                                      {"leakyrelu", make<LeakyReLU>},
                                                      {"logsigmoid", make<LogSigmoid>},
                                                      {"logsoftmax", make<LogSoftmax>},
                                                      {"mish", make<Mish>},
                                                      {"prelu", make<PReLU>},
                                                      {"relu", make<ReLU>},
                                                      {"relu6", make<ReLU6>},
                                                      {"sigmoid", make<Sigmoid>},
                                                      {"silu", make<SiLU>},
                                                      {"softmax", make<Softmax>},
                                                      {"softmax2d", make<Softmax2d>},
                                                      {"softmin", make<Softmin>},
                                                      {"softshrink", make<SoftShrink>},
                                                      {"softsign", make<Softsign>},
                                                      {"tanh", make<Tanh>},
                                                      {"tanhshrink", make<Tanhshrink>}};
  const auto at = known.find(name);
  if (at != known.end()) return at->second();
  std::string names;
  for (const auto& [other, _] : known) names += str(names.empty() ? "" : ", ", other);
  raise<KeyError>("get_activation: the name must be one of ", names, ", got '", name, "'");
}

}  // namespace nucella::nn
