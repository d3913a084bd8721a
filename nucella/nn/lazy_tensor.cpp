#include "nucella/nn/lazy_tensor.h"

namespace nucella {
namespace {

class LazyImpl final : public TensorImpl {
 public:
  explicit LazyImpl(const LazyTensor& recipe)
      : TensorImpl(recipe.dtype, recipe.shape, contiguous_strides(recipe.shape), {}, 0), recipe(recipe) {}

  void prepare(std::string_view who, bool) override {
    raise<RuntimeError>(who, ": a Tensor of initializer(...) has no data yet; call init_data() first");
  }

  const LazyTensor recipe;
};

LazyImpl* lazy_impl(const Tensor& tensor) {
  return tensor.defined() && !tensor.has_data() ? dynamic_cast<LazyImpl*>(tensor.impl()) : nullptr;
}

}  // namespace

Tensor as_tensor(const LazyTensor& recipe) {
  check<TypeError>(recipe.init != nullptr, "initializer: 'init' must be an Initializer, got None");
  return Tensor(Ref<TensorImpl>::adopt(new LazyImpl(recipe)));
}

const LazyTensor* lazy_of(const Tensor& tensor) {
  const LazyImpl* impl = lazy_impl(tensor);
  return impl ? &impl->recipe : nullptr;
}

const Tensor& init_data(const Tensor& tensor) {
  LazyImpl* impl = lazy_impl(tensor);
  check<TypeError>(impl != nullptr, "Tensor.init_data: the tensor has its data already");
  impl->storage.publish(impl->recipe.init_data().impl()->storage);
  return tensor;
}

}  // namespace nucella
