#include "nucella/grad/tensor_hook.h"

#include "nucella/ops/ops.h"

namespace nucella {
namespace {

struct TensorHooks final : Attachment {
  HookList<TensorHook> list;
};

}  // namespace

HookHandle register_hook(const Tensor& t, TensorHook hook) {
  check<TypeError>(static_cast<bool>(hook), "Tensor.register_hook: 'hook' must be a function, got None");
  check<RuntimeError>(t.defined(), "Tensor.register_hook: the tensor is undefined");
  check<RuntimeError>(
      t.impl()->requires_grad(),
      "Tensor.register_hook: The tensor requires grad is false, which can not register tensor "
      "hook");
  std::shared_ptr<Attachment>& attachment = t.impl()->attachment;
  if (!attachment) attachment = std::make_shared<TensorHooks>();
  return static_cast<TensorHooks&>(*attachment).list.add(std::move(hook));
}

std::vector<TensorHook> hooks(const Tensor& t) {
  std::vector<TensorHook> out;
  if (t.defined() && t.impl()->attachment)
    static_cast<const TensorHooks&>(*t.impl()->attachment).list.for_each([&](const TensorHook& hook) {
      out.push_back(hook);
    });
  return out;
}

Tensor run_tensor_hooks(const Attachment& hooks, Tensor grad) {
  static_cast<const TensorHooks&>(hooks).list.for_each([&](const TensorHook& hook) {
    Tensor changed = hook(grad);
    if (!changed.defined()) return;
    check<ValueError>(changed.shape() == grad.shape(), "Tensor hook: the gradient must have the shape ",
                      grad.shape(), ", got ", changed.shape());
    grad = changed.dtype() == grad.dtype() ? std::move(changed) : ops::cast(changed, grad.dtype());
  });
  return grad;
}

}  // namespace nucella
