#include "nucella/ops/attention_rules.h"

#include <cmath>

namespace nucella::rules {

void check_attention(const Call& call, const Tensor& query, const Tensor& key, const Tensor& value,
                     const Tensor& mask) {
  check_floating(call, query, "query");
  check_same_dtype(call, "key", key, "query", query);
  check_same_dtype(call, "value", value, "query", query);
  check_ndim(call, "query", query.shape(), 4);
  check_ndim(call, "key", key.shape(), 4);
  check_ndim(call, "value", value.shape(), 4);
  const Shape &q = query.shape(), &k = key.shape();
  check_shape(call, "key", k, {q[0], q[1], k[2], q[3]});
  check_shape(call, "value", value.shape(), {q[0], q[1], k[2], value.shape()[3]});
  if (!mask.defined()) return;
  const std::string_view op = entry_of(call.op).name;
  check<TypeError>(mask.dtype() == bool_ || mask.dtype() == query.dtype(), op,
                   ": 'mask' must be of bool or of the dtype of 'query', ", query.dtype(), ", got ",
                   mask.dtype());
  const Shape scores{q[0], q[1], q[2], k[2]};
  check<ValueError>(mask.ndim() <= 4 && broadcast_shapes(mask.shape(), scores, op) == scores, op,
                    ": 'mask' must broadcast to ", scores, ", got ", mask.shape());
}

double attention_scale(double scale, int64_t width) {
  return scale != 0 ? scale : 1 / std::sqrt(static_cast<double>(width));
}

}  // namespace nucella::rules
