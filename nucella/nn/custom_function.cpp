#include "nucella/nn/custom_function.h"

#include <algorithm>

#include "nucella/grad/tape.h"
#include "nucella/ops/callbacks.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

const Tensor* tensor_in(const Value& value) {
  const Tensor* t = std::get_if<Tensor>(&value.variant());
  return t && t->defined() ? t : nullptr;
}

bool contains(const Tensors& tensors, const Tensor& t) {
  return std::ranges::any_of(tensors, [&](const Tensor& other) { return same(other, t); });
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const int extra = to.ndim() - from.ndim();
  if (extra < 0) return false;
  for (int i = 0; i < from.ndim(); ++i)
    if (from[i] != 1 && from[i] != to[i + extra]) return false;
  return true;
}

// Without its data.
Tensor outline(const Tensor& t) { return t.defined() ? Tensor::placeholder(t.shape(), t.dtype()) : t; }

// A tuple's elements; anything else as the only one.
Values elements(const Value& value) {
  const Values* items = value.sequence();
  return items ? *items : Values{value};
}

bool is_part(const Tensor& t) {
  return t.has_data() && t.nbytes() < static_cast<int64_t>(t.impl()->storage->nbytes());
}

void check_dirty(const CustomFunction& fn, const Values& outputs) {
  for (const Tensor& dirty : fn.dirty_tensors) {
    const bool returned = std::ranges::any_of(outputs, [&](const Value& out) {
      const Tensor* t = tensor_in(out);
      return t && same(*t, dirty);
    });
    check<RuntimeError>(returned, fn.name(),
                        ": The dirty tensors must all be outputs of the forward function.");
    check<RuntimeError>(!is_watched(dirty), fn.name(),
                        ": A leaf tensor that need grad is being used in an inplace operator.");
    check<RuntimeError>(
        outputs.size() == 1 || !is_part(dirty), fn.name(),
        ": A view is one of output for multi output operator, so it cannot be changed in place.");
  }
}

/// The call's place in the backward pass.
class BackwardOfFunction final : public BackwardCallback {
 public:
  BackwardOfFunction(std::shared_ptr<CustomFunction> fn, const Values& inputs, const Values& outputs,
                     std::vector<bool> differentiable)
      : fn_(std::move(fn)), differentiable_(std::move(differentiable)) {
    for (const Value& input : inputs) inputs_.push_back(input.map_tensors(outline));
    for (const Value& output : outputs) outputs_.push_back(output.map_tensors(outline));
  }

  bool wants_zeros() const override { return fn_->materialize_grads; }

  Tensors backward(const Tensors&, const Tensors&, const Tensors& grads) override {
    const Values result = elements(fn_->backward(of_all_outputs(grads)));
    check<RuntimeError>(result.size() == inputs_.size(), fn_->name(),
                        ": Function backward return a wrong number of gradients, expected ", inputs_.size(),
                        ", got ", result.size());
    Tensors out;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const Tensor* input = tensor_in(inputs_[i]);
      check<RuntimeError>(input || result[i].is_none(), fn_->name(),
                          ": Input is not tensor, but gradient is not none: "
                          "gradient ",
                          i, " is a ", kind_of(result[i]));
      if (!input) continue;
      const Tensor* grad = tensor_in(result[i]);
      check<RuntimeError>(grad || result[i].is_none(), fn_->name(),
                          ": Gradient should be none or tensor, got ", kind_of(result[i]), " as gradient ",
                          i);
      out.push_back(grad ? fit_gradient(*grad, *input, fn_->name()) : Tensor());
    }
    return out;
  }

 private:
  // The gradients of the differentiable outputs among those of all.
  Values of_all_outputs(const Tensors& grads) const {
    Values out;
    auto next = grads.cbegin();
    for (size_t i = 0; i < outputs_.size(); ++i) {
      const Tensor* output = tensor_in(outputs_[i]);
      if (differentiable_[i]) {
        out.push_back(next->defined() ? Value(*next) : Value());
        ++next;
      } else {
        out.push_back(output && fn_->materialize_grads ? Value(zeros(output->shape(), output->dtype()))
                                                       : Value());
      }
    }
    return out;
  }

  std::shared_ptr<CustomFunction> fn_;
  Values inputs_, outputs_;  // their tensors without data
  std::vector<bool> differentiable_;
};

// Outputs that have no gradient but are inputs with one leave as tensors that nobody follows.
void detach(const CustomFunction& fn, Values& outputs) {
  const BypassScope unrecorded;
  for (Value& out : outputs)
    if (const Tensor* t = tensor_in(out); t && contains(fn.non_differentiable, *t))
      out = ops::stop_gradient(*t);
}

}  // namespace

Tensor fit_gradient(const Tensor& grad, const Tensor& input, std::string_view who) {
  Tensor out = grad.dtype() == input.dtype() ? grad : ops::cast(grad, input.dtype());
  if (out.shape() == input.shape()) return out;
  check<RuntimeError>(broadcasts_to(input.shape(), grad.shape()), who,
                      ": For custom function, grad tensor should be broadcast to expected shape ",
                      input.shape(), ", got ", grad.shape());
  return ops::sum_to(out, input.shape());
}

Value call_custom_function(const std::shared_ptr<CustomFunction>& function, const Values& inputs) {
  CustomFunction& fn = *function;
  for (const Value& input : inputs) {
    const Tensor* t = tensor_in(input);
    fn.needs_input_grad.push_back(t && is_followed(*t));
  }
  Value output;
  {
    const BypassScope unrecorded;
    output = fn.forward(inputs);
  }
  Values outputs = elements(output);
  check_dirty(fn, outputs);

  Tensors linked;
  for (const Value& input : inputs)
    if (const Tensor* t = tensor_in(input)) linked.push_back(*t);
  const auto count = static_cast<int64_t>(linked.size());
  std::vector<bool> differentiable;
  for (const Value& out : outputs) {
    const Tensor* t = tensor_in(out);
    differentiable.push_back(t && !contains(fn.non_differentiable, *t));
    if (differentiable.back()) linked.push_back(*t);
  }
  if (std::ranges::find(fn.needs_input_grad, true) != fn.needs_input_grad.end()) {
    linked = ops::with_bprop(linked, count,
                             std::make_shared<BackwardOfFunction>(function, inputs, outputs, differentiable));
    auto next = linked.cbegin();
    for (size_t i = 0; i < outputs.size(); ++i)
      if (differentiable[i]) outputs[i] = *next++;
  }
  detach(fn, outputs);
  if (!output.sequence()) return outputs[0];
  return output.is<ValueList>() ? Value(ValueList{std::move(outputs)}) : Value(std::move(outputs));
}

}  // namespace nucella
