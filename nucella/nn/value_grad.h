// Gradients of functions of structured values: what grad, value_and_grad, vjp and GradOperation of MindSpore
// are.
#pragma once
#include <functional>
#include <memory>
#include <span>

#include "nucella/nn/value.h"

namespace nucella {

/// What a function is differentiated by. An argument takes part when it is a Tensor, or a tuple, list or dict
/// with a Tensor in it; its gradient is built as it is. Keyword arguments follow the positional ones.
struct GradTargets {
  enum class Inputs { kNone, kFirst, kAll, kPositions };
  /// kUsed: every trainable Parameter that an op of the function reads, in the order of first use.
  enum class Weights { kNone, kUsed, kOne, kMany };

  Inputs inputs = Inputs::kFirst;
  std::vector<int> positions = {};
  Weights weights = Weights::kNone;
  Tensors weight_list = {};
  /// Every gradient as (id, gradient): the id of an argument is its position, that of a Parameter its name.
  bool return_ids = false;

  static GradTargets at(std::vector<int> positions) { return {Inputs::kPositions, std::move(positions)}; }
};

/// One run of a function under a tape: its value, and on demand its gradients.
class RecordedRun {
 public:
  /// Calls `run`, which uses `arguments` (their tensors, not copies). `has_aux`: only the first element of
  /// the returned tuple is differentiated. ValueError for a repeated or negative position and for has_aux
  /// with less than two outputs; RuntimeError without positions, for one beyond the arguments (in GRAPH_MODE
  /// IndexError) and within a NoGradScope. What `run` throws passes through.
  RecordedRun(const std::function<Value()>& run, std::span<const Value> arguments, GradTargets targets,
              bool has_aux = false);
  ~RecordedRun();
  RecordedRun(RecordedRun&&) noexcept;

  const Value& value() const;
  /// The gradients of the value, weighted by `sens`: a Tensor, a tuple with one for each tensor of the
  /// output, or None for ones. A tuple; a bare gradient for kOne, kFirst and a single position (an empty
  /// tuple when that argument takes no part); inputs and weights as a pair. Zeros for what does not influence
  /// the value and for Parameters without requires_grad. The record is freed unless `keep`. RuntimeError for
  /// a `sens` of another length, ValueError for one of another shape, TypeError for one of another dtype.
  Value gradients(const Value& sens = {}, bool keep = false);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A function of arguments by position and by keyword.
using ValueFn = std::function<Value(const Values& inputs, const ValueDict& keywords)>;

struct ValueGradOptions {
  GradTargets targets = {};
  bool has_aux = false;
  /// The last positional argument, or the keyword argument `sens`, is the gradient of the output.
  bool sens_param = false;
};
struct ValueGradResult {
  Value value;  ///< all that the function returned
  Value grads;  ///< as RecordedRun::gradients
};
/// Runs `fn` and differentiates it; throws as RecordedRun, and IndexError when `sens_param` finds no
/// argument.
ValueGradResult value_and_grad(const ValueFn& fn, const Values& inputs, const ValueDict& keywords = {},
                               const ValueGradOptions& options = {});

/// The gradient with this id among those that return_ids gave: a position or a Parameter. RuntimeError when
/// there is none; TypeError for another kind of id.
Value get_grad(const Value& gradients, const Value& identifier);

}  // namespace nucella
