// Backward hooks and custom bprops: how a Cell's functions come to be called in the backward pass.
#include "nucella/base/context.h"
#include "nucella/nn/cell_registry.h"
#include "nucella/nn/custom_function.h"
#include "nucella/nn/value_tensors.h"
#include "nucella/op/precision.h"
#include "nucella/ops/callbacks.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {

/// One call of a cell with backward hooks. Two identity ops enclose construct: one on its outputs, which the
/// backward pass meets first, and one on its inputs. The parameters and an empty token go through the latter
/// as well, so that it is recorded when only weights are differentiated and runs even when no gradient
/// reaches an input.
class Cell::BackwardHooks : public std::enable_shared_from_this<BackwardHooks> {
 public:
  explicit BackwardHooks(Cell& cell) : cell_(cell), registry_(cell.registry_), hooks_(cell.hooks_) {}

  Value run(const Arguments& arguments) {
    const Values& inputs = arguments.inputs;
    Tensors watched;
    for (const Value& input : inputs)
      if (is_tensor(input)) watched.push_back(input.as<Tensor>());
    for (const Tensor& t : watched) input_shapes_.push_back(t.shape());
    for (const Parameter& param : cell_.get_parameters()) watched.push_back(param);
    watched.push_back(token());
    watched = ops::call_backward(watched, std::make_shared<AtInputs>(shared_from_this()));

    Arguments args = arguments;
    auto next = watched.cbegin();
    for (Value& arg : args.inputs)
      if (is_tensor(arg)) arg = *next++;
    const Value output = cell_.construct_or_bprop(args);

    Tensors outputs = defined_tensors(output);
    outputs_ = outputs.size();
    outputs.push_back(watched.back());
    outputs = ops::call_backward(outputs, std::make_shared<AtOutputs>(shared_from_this()));
    next = outputs.cbegin();
    return refill(output, next);
  }

 private:
  struct AtInputs final : BackwardCallback {
    explicit AtInputs(std::shared_ptr<BackwardHooks> call) : call(std::move(call)) {}
    Tensors backward(const Tensors&, const Tensors&, const Tensors& grads) override {
      return call->leave_inputs(grads);
    }
    std::shared_ptr<BackwardHooks> call;
  };
  struct AtOutputs final : BackwardCallback {
    explicit AtOutputs(std::shared_ptr<BackwardHooks> call) : call(std::move(call)) {}
    Tensors backward(const Tensors&, const Tensors&, const Tensors& grads) override {
      return call->enter_outputs(grads);
    }
    std::shared_ptr<BackwardHooks> call;
  };

  static bool is_tensor(const Value& value) { return value.is<Tensor>() && value.as<Tensor>().defined(); }
  static Tensor token() { return Tensor::empty({0}); }

  Tensors enter_outputs(const Tensors& grads) {
    check_alive();
    Tensors grad_output(grads.begin(), grads.begin() + static_cast<std::ptrdiff_t>(outputs_));
    hooks_->backward_pre.for_each([&](const BackwardPreHook& hook) {
      auto changed = hook(cell_, grad_output);
      if (!changed) return;
      check_count(changed->size(), grad_output.size(), "backward pre-hook");
      for (size_t i = 0; i < grad_output.size(); ++i)
        if (grad_output[i].defined())
          check_shape((*changed)[i], grad_output[i].shape(), i, "backward pre-hook");
      grad_output = std::move(*changed);
    });
    grad_output_ = grad_output;
    grad_output.push_back(token());
    return grad_output;
  }

  Tensors leave_inputs(const Tensors& grads) {
    check_alive();
    Tensors grad_input(grads.begin(), grads.begin() + static_cast<std::ptrdiff_t>(input_shapes_.size()));
    hooks_->backward.for_each([&](const BackwardHook& hook) {
      auto changed = hook(cell_, grad_input, grad_output_);
      if (!changed) return;
      check_count(changed->size(), grad_input.size(), "backward hook");
      for (size_t i = 0; i < grad_input.size(); ++i)
        check_shape((*changed)[i], input_shapes_[i], i, "backward hook");
      grad_input = std::move(*changed);
    });
    Tensors out(grads.begin(), grads.end());
    std::ranges::copy(grad_input, out.begin());
    return out;
  }

  void check_alive() const {
    check<RuntimeError>(!registry_.expired(),
                        "backward hook: its cell has been destroyed before the backward pass");
  }
  void check_count(size_t got, size_t expected, const char* who) const {
    check<TypeError>(got == expected, cell_.described(), ": a ", who, " must return ", expected,
                     " gradients, got ", got);
  }
  void check_shape(const Tensor& grad, const Shape& expected, size_t i, const char* who) const {
    check<ValueError>(!grad.defined() || grad.shape() == expected, cell_.described(), ": gradient ", i,
                      " of a ", who, " must have the shape ", expected, ", got ",
                      grad.defined() ? grad.shape() : Shape());
  }

  Cell& cell_;
  std::weak_ptr<Registry> registry_;  // gone with the cell
  std::shared_ptr<Hooks> hooks_;
  std::vector<Shape> input_shapes_;
  size_t outputs_ = 0;
  Tensors grad_output_;
};

Value Cell::construct_with_backward_hooks(const Arguments& arguments) {
  return std::make_shared<BackwardHooks>(*this)->run(arguments);
}

/// The call of a cell whose bprop stands for all that happens in construct.
class Cell::CustomBprop final : public BackwardCallback {
 public:
  CustomBprop(Cell& cell, Values inputs, Value out)
      : cell_(cell), registry_(cell.registry_), inputs_(std::move(inputs)), out_(std::move(out)) {}

  Tensors backward(const Tensors& ins, const Tensors& outs, const Tensors& grads) override {
    check<RuntimeError>(!registry_.expired(), "bprop: its cell has been destroyed before the backward pass");
    auto in = ins.cbegin(), out = outs.cbegin(), grad = grads.cbegin();
    Values inputs;
    for (const Value& input : inputs_) inputs.push_back(refill(input, in));
    const Value result = cell_.bprop_values(inputs, refill(out_, out), refill(out_, grad));
    const std::string who = str(cell_.described(), ".bprop");
    check<TypeError>(!result.is_none(), who, ": must return gradients, got None");
    check<TypeError>(result.sequence() || execution_mode() != Mode::kGraph, who,
                     ": For bprop function, output should be a tuple in GRAPH_MODE, got ", kind_of(result));
    return flattened(result.sequence() ? *result.sequence() : Values{result}, who);
  }

 private:
  // One gradient per input, each built as the input is, into one per tensor; None where none flows.
  Tensors flattened(const Values& result, const std::string& who) const {
    check<RuntimeError>(result.size() == inputs_.size(), who, ": expected ", inputs_.size(),
                        " gradients, one for each input, got ", result.size());
    Tensors out;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const Tensors expected = defined_tensors(inputs_[i]);
      if (result[i].is_none()) {
        out.resize(out.size() + expected.size());
        continue;
      }
      if (expected.empty()) continue;
      const Tensors grads = result[i].tensors();
      check<RuntimeError>(grads.size() == expected.size(), who, ": gradient ", i, " must be a ",
                          kind_of(inputs_[i]), " as the input, got ", kind_of(result[i]));
      for (size_t j = 0; j < grads.size(); ++j)
        out.push_back(grads[j].defined() ? fit_gradient(grads[j], expected[j], who) : Tensor());
    }
    return out;
  }

  Cell& cell_;
  std::weak_ptr<Registry> registry_;
  Values inputs_;
  Value out_;
};

Value Cell::bprop_values(const Values&, const Value&, const Value&) {
  raise<AttributeError>("The '", class_name(), "' object has no attribute 'bprop'.");
}

Value Cell::construct_or_bprop(const Arguments& arguments) {
  std::optional<PrecisionScope> precision;
  if (compute_type_) {
    precision.emplace(nullptr);
  } else if (settings_ && settings_->precision) {
    precision.emplace(settings_->precision);
  }
  if (!top_interceptor()) return run_construct(arguments);
  if (!has_bprop()) return recompute_options() ? construct_recomputed(arguments) : run_construct(arguments);
  // A keyword argument counts as one more input, in the order of the call.
  Values inputs = arguments.inputs;
  for (const auto& [name, value] : arguments.keywords) inputs.push_back(value);
  Value output;
  {
    const BypassScope unrecorded;
    output = run_construct(arguments);
  }
  Tensors tensors = defined_tensors(Value(inputs));
  const auto count = static_cast<int64_t>(tensors.size());
  const Tensors outputs = defined_tensors(output);
  tensors.insert(tensors.end(), outputs.begin(), outputs.end());
  const Tensors linked =
      ops::with_bprop(tensors, count, std::make_shared<CustomBprop>(*this, inputs, output));
  auto next = linked.cbegin();
  return refill(output, next);
}

}  // namespace nucella
