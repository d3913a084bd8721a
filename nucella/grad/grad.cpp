#include "nucella/grad/grad.h"

#include <algorithm>
#include <numeric>

#include "nucella/grad/no_grad.h"
#include "nucella/grad/tape.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

void check_positions(const std::vector<int>& positions, size_t inputs) {
  for (size_t i = 0; i < positions.size(); ++i) {
    const int p = positions[i];
    check<ValueError>(p >= 0, "grad: 'grad_position' must not be negative, got ", p);
    check<ValueError>(std::count(positions.begin(), positions.end(), p) == 1, "grad: 'grad_position' holds ",
                      p, " more than once");
    check<RuntimeError>(static_cast<size_t>(p) < inputs, "grad: 'grad_position' ", p, " is beyond the ",
                        inputs, " inputs of the function");
  }
}

}  // namespace

void check_sens(const Tensors& outputs, const Tensors& sens) {
  check<ValueError>(sens.size() <= outputs.size(), "grad: 'sens' must hold at most ", outputs.size(),
                    " tensors, got ", sens.size());
  for (size_t i = 0; i < sens.size(); ++i) {
    if (!sens[i].defined()) continue;
    check<ValueError>(sens[i].shape() == outputs[i].shape(),
                      "grad: the shape of 'sens' must be that of the output, ", outputs[i].shape(), ", got ",
                      sens[i].shape());
    check<TypeError>(sens[i].dtype() == outputs[i].dtype(),
                     "grad: the dtype of 'sens' must be that of the output, ", outputs[i].dtype(), ", got ",
                     sens[i].dtype());
  }
}

GradResult value_and_grad(const TensorFn& fn, const Tensors& inputs, const GradOptions& options) {
  check_grad_enabled();
  check_positions(options.grad_position, inputs.size());
  Tape tape;
  Tensors wanted;
  for (int p : options.grad_position) wanted.push_back(inputs[p]);
  wanted.insert(wanted.end(), options.weights.begin(), options.weights.end());
  for (const Tensor& t : wanted) tape.watch(t);

  Tensors outputs;
  {
    TapeScope scope(tape);
    outputs = fn(inputs);
  }
  GradResult result;
  if (options.has_aux) {
    check<ValueError>(outputs.size() > 1,
                      "grad: with 'has_aux' the function must return more than one output");
    result.aux.assign(outputs.begin() + 1, outputs.end());
    outputs.resize(1);
  }
  check_sens(outputs, options.sens);
  Tensors grads = tape.backward(outputs, options.sens, wanted);
  for (size_t i = 0; i < grads.size(); ++i)
    if (!grads[i].defined()) grads[i] = zeros(wanted[i].shape(), wanted[i].dtype());
  const auto split = grads.begin() + static_cast<std::ptrdiff_t>(options.grad_position.size());
  result.input_grads.assign(grads.begin(), split);
  result.weight_grads.assign(split, grads.end());
  result.value = std::move(outputs);
  return result;
}

Tensors grad(const TensorFn& fn, const Tensors& inputs, const GradOptions& options) {
  GradResult result = value_and_grad(fn, inputs, options);
  Tensors grads = std::move(result.input_grads);
  grads.insert(grads.end(), result.weight_grads.begin(), result.weight_grads.end());
  return grads;
}

std::function<Tensor(const Tensor&)> grad(std::function<Tensor(const Tensor&)> fn) {
  return [fn = std::move(fn)](const Tensor& x) {
    return grad([&fn](const Tensors& in) { return Tensors{fn(in[0])}; }, {x})[0];
  };
}

std::function<GradOperation::Gradients(const Tensors&)> GradOperation::operator()(TensorFn fn,
                                                                                  Tensors weights) const {
  return [self = *this, fn = std::move(fn), weights = std::move(weights)](const Tensors& arguments) {
    GradOptions options;
    Tensors inputs = arguments;
    if (self.sens_param_) {
      check<TypeError>(!inputs.empty(),
                       "GradOperation: with 'sens_param' the last argument must be the gradient");
      options.sens = {inputs.back()};
      inputs.pop_back();
    }
    options.grad_position.clear();
    if (self.get_all_) {
      options.grad_position.resize(inputs.size());
      std::iota(options.grad_position.begin(), options.grad_position.end(), 0);
    } else if (!self.get_by_list_) {
      options.grad_position = {0};
    }
    if (self.get_by_list_) options.weights = weights;
    GradResult result = value_and_grad(fn, inputs, options);
    return Gradients{std::move(result.input_grads), std::move(result.weight_grads)};
  };
}

}  // namespace nucella
