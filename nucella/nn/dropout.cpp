#include "nucella/nn/dropout.h"

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Tensor dropout(const Tensor& x, double p, bool training, int64_t seed) {
  check<RuntimeError>(p >= 0 && p < 1, "dropout: 'p' must be in [0, 1), got ", p);
  if (!training) return x;
  return ops::dropout(x, p, static_cast<int64_t>(draw_op_seed()) ^ seed);
}

DropoutResult dropout_with_mask(const Tensor& x, double keep_prob, int64_t seed) {
  check<RuntimeError>(keep_prob > 0 && keep_prob <= 1, "Dropout: 'keep_prob' must be in (0, 1], got ",
                      keep_prob);
  const double p = 1 - keep_prob;
  const Tensor output = ops::dropout(x, p, seed), kept = ops::dropout(ones(x.shape(), x.dtype()), p, seed);
  return {output, ops::cast(ops::not_equal(kept, scalar(0, x.dtype())), x.dtype())};
}

Dropout::Dropout(DropoutOptions options) : options_(options) {
  if (options.p)
    check<ValueError>(*options.p >= 0 && *options.p < 1, "For 'Dropout', 'p' must be in [0, 1), got ",
                      *options.p);
  else
    check<ValueError>(options.keep_prob > 0 && options.keep_prob <= 1,
                      "For 'Dropout', 'keep_prob' must be in (0, 1], got ", options.keep_prob);
}

Dropout::Dropout(Cell& owner, std::string_view name, DropoutOptions options) : Dropout(options) {
  join(owner, name);
}

Tensor Dropout::construct(const Tensor& x) {
  const double p = options_.p.value_or(1 - options_.keep_prob);
  if (!training() || p == 0) return x;
  return dropout(x, p);
}

std::string Dropout::extend_repr() const {
  return options_.p ? "p=" + python_float(*options_.p) : "keep_prob=" + python_float(options_.keep_prob);
}

}  // namespace nucella::nn
