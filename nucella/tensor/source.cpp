#include "nucella/tensor/source.h"

#include <mutex>

namespace nucella {
namespace {

class DeferredImpl final : public TensorImpl, public HasSource {
 public:
  explicit DeferredImpl(TensorSourcePtr source)
      : TensorImpl(source->dtype, source->shape, contiguous_strides(source->shape), {}, 0),
        source_(std::move(source)) {}

  void prepare(std::string_view, bool overwrite) override {
    const std::lock_guard lock(mutex_);
    if (storage) return;
    const Tensor data = overwrite ? Tensor::empty(shape, dtype) : source_->read();
    offset = data.impl()->offset;
    storage.publish(data.impl()->storage);
    source_ = {};
  }

  void drop_data() override {
    TensorImpl::drop_data();
    source_ = {};
  }

  TensorSourcePtr source() const override {
    const std::lock_guard lock(mutex_);
    return source_;
  }

 private:
  mutable std::mutex mutex_;
  TensorSourcePtr source_;
};

}  // namespace

Tensor deferred(TensorSourcePtr source) {
  return Tensor(Ref<TensorImpl>::adopt(new DeferredImpl(std::move(source))));
}

TensorSourcePtr source_of(const Tensor& tensor) {
  if (!tensor.defined() || tensor.has_data()) return {};
  const auto* waiting = dynamic_cast<const HasSource*>(tensor.impl());
  return waiting ? waiting->source() : nullptr;
}

}  // namespace nucella
