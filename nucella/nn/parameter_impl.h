// ParameterImpl: the body of a Parameter; declared until somebody needs its data, then ready for good.
#pragma once
#include <mutex>

#include "nucella/nn/parameter.h"

namespace nucella {

class ParameterImpl final : public TensorImpl {
 public:
  ParameterImpl(DType dtype, const Shape& shape)
      : TensorImpl(dtype, shape, contiguous_strides(shape), {}, 0), name(kDefaultParameterName) {}

  /// How a parameter that has no data yet will get them.
  struct Declaration {
    InitializerPtr init;
    RandomKey key;
  };

  /// Fills the declared parameter, or, to be overwritten, only gives it memory. Threads that come at the same
  /// time wait for the one that does it.
  void prepare(std::string_view who, bool overwrite) override;
  void drop_data() override;

  /// Without an initializer once the data are there.
  Declaration declaration() const;
  void declare(Declaration declaration);
  /// Takes storage and geometry of `data` over, which has the parameter's dtype.
  void adopt(const Tensor& data);

  std::string name;
  ParameterOptions options;
  bool sliced = false;
  int64_t comm_fusion = 1;

 private:
  mutable std::mutex mutex_;
  Declaration declaration_;
};

}  // namespace nucella
