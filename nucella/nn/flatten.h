// Flatten: joins neighbouring axes into one.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

/// Axes start_dim to end_dim (counted from the end when negative) become one; by default all but the batch
/// axis.
class Flatten : public CellOf<Flatten> {
 public:
  explicit Flatten(int64_t start_dim = 1, int64_t end_dim = -1) : start_dim_(start_dim), end_dim_(end_dim) {}
  Flatten(Cell& owner, std::string_view name, int64_t start_dim = 1, int64_t end_dim = -1)
      : Flatten(start_dim, end_dim) {
    join(owner, name);
  }
  /// ValueError when an axis is out of the input's range or start_dim lies behind end_dim.
  Tensor construct(const Tensor& x);

 private:
  int64_t start_dim_, end_dim_;
};

}  // namespace nucella::nn
