// Directional derivatives of functions of tensors: jvp, linearize, and Jacobians.
#pragma once
#include <functional>
#include <memory>
#include <span>

#include "nucella/nn/value.h"

namespace nucella {

/// A function at a point, and its derivative there as a linear map.
class Linearization {
 public:
  /// Calls `run`, which uses `primals` (those tensors, not copies). `has_aux`: only the first element of the
  /// returned tuple is differentiated. TypeError when a primal or an output to differentiate is no Tensor;
  /// ValueError for has_aux with less than two outputs; RuntimeError within a NoGradScope.
  Linearization(const std::function<Value()>& run, std::span<const Value> primals, bool has_aux = false);
  ~Linearization();
  Linearization(Linearization&&) noexcept;

  /// All that `run` returned.
  const Value& value() const;
  /// The tensors that are differentiated by `primals`.
  const Tensors& outputs() const;
  /// The derivative of the output along `tangents`, one for each primal, built as the output is. ValueError
  /// for another number of tangents or another shape, TypeError for another dtype.
  Value jvp(std::span<const Value> tangents);
  /// The gradients of the primals for the gradients `sens` of the outputs; throws as jvp.
  Tensors vjp(const Tensors& sens);
  const Tensors& primals() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How Jacobians are computed: a column at a time, or a row at a time.
enum class JacobianMode { kForward, kReverse };

/// The derivatives of each output of the function at `point` by each of its arguments at `positions`, of
/// shape output + argument. A tuple over the outputs of tuples over the positions; a level with one element
/// is left out. ValueError for a repeated or negative position or one beyond the arguments.
Value jacobian(Linearization& point, const std::vector<int>& positions, JacobianMode mode);

}  // namespace nucella
