// PrecisionPolicy: which ops compute in 16 bits, which in float32, while a PrecisionScope is open.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "nucella/op/op.h"

namespace nucella {

/// The level "auto" of mixed precision. The floating inputs of an op are cast before anybody sees its call,
/// so that a tape records the casts.
class PrecisionPolicy {
 public:
  enum class Rule : uint8_t {
    kNone,
    kLow,     ///< inputs are cast to dtype()
    kHigh,    ///< inputs are cast to float32
    kWidest,  ///< inputs are cast to the widest of theirs
  };

  /// By default products of matrices and convolutions compute in `dtype`; powers, logarithms, norms, losses
  /// and sums along axes in float32; and ops whose inputs must have one dtype take the widest. ValueError
  /// unless `dtype` is float16 or bfloat16.
  explicit PrecisionPolicy(DType dtype = float16);
  /// Ops by their own names ("conv2d") or those of their Primitives ("Conv2D"); names that no op has are of
  /// no effect.
  PrecisionPolicy(DType dtype, const std::vector<std::string>& low, const std::vector<std::string>& high);

  DType dtype() const { return dtype_; }
  Rule rule(Op op) const { return rules_[static_cast<size_t>(op)]; }

 private:
  DType dtype_;
  std::vector<Rule> rules_;
};

/// While it lives, ops of this thread follow `policy`; none with null.
class PrecisionScope {
 public:
  explicit PrecisionScope(std::shared_ptr<const PrecisionPolicy> policy);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  std::shared_ptr<const PrecisionPolicy> saved_;
};

/// What the ops of this thread follow; null when they compute in the dtype of their inputs.
const std::shared_ptr<const PrecisionPolicy>& current_precision();

/// Calls the op again with cast inputs where the current policy asks for it; true when it did.
bool follow_precision(const Call& call);

}  // namespace nucella
