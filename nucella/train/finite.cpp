#include "nucella/train/finite.h"

#include <algorithm>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::train {

Tensor all_finite(const Tensors& tensors) {
  check<ValueError>(!tensors.empty(), "all_finite: 'inputs' must have at least one tensor");
  const bool finite = std::all_of(tensors.begin(), tensors.end(), [](const Tensor& t) {
    return !is_floating(t.dtype()) || ops::float_status(t).to_vector<float>().front() == 0;
  });
  return scalar(finite, bool_);
}

}  // namespace nucella::train
