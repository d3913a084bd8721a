// TensorSource: where a tensor that nobody has looked at yet will get its data from, such as a stretch of a
// file.
#pragma once
#include <memory>

#include "nucella/tensor/tensor.h"

namespace nucella {

class TensorSource {
 public:
  TensorSource(const Shape& shape, DType dtype) : shape(shape), dtype(dtype) {}
  virtual ~TensorSource() = default;

  /// The row-major tensor. Reads from one source may share their memory.
  virtual Tensor read() const = 0;

  const Shape shape;
  const DType dtype;
};
using TensorSourcePtr = std::shared_ptr<const TensorSource>;

/// What a TensorImpl that waits for a source derives from too.
class HasSource {
 public:
  virtual ~HasSource() = default;
  /// Null once it has data, or when these come from elsewhere.
  virtual TensorSourcePtr source() const = 0;
};

/// A tensor of the source's shape and dtype that reads it when its data are first used.
Tensor deferred(TensorSourcePtr source);
/// Null unless the tensor still waits for its source.
TensorSourcePtr source_of(const Tensor& tensor);

}  // namespace nucella
