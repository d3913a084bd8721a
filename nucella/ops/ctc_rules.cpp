#include "nucella/ops/ctc_rules.h"

namespace nucella::rules {
namespace {

void check_whole(const Call& call, std::string_view name, const Tensor& t, const Shape& shape) {
  check<TypeError>(t.dtype() == int32 || t.dtype() == int64, entry_of(call.op).name, ": '", name,
                   "' must be of int32 or int64, got ", t.dtype());
  check_shape(call, name, t.shape(), shape);
}

}  // namespace

void check_ctc(const Call& call, const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
               const Tensor& target_lengths, int64_t blank, const std::string& reduction) {
  const std::string_view op = entry_of(call.op).name;
  check<TypeError>(log_probs.dtype() == float32 || log_probs.dtype() == float64, op,
                   ": 'log_probs' must be of float32 or float64, got ", log_probs.dtype());
  check_ndim(call, "log_probs", log_probs.shape(), 3);
  check_ndim(call, "targets", targets.shape(), 2);
  const int64_t samples = log_probs.shape()[1], classes = log_probs.shape()[2];
  check_whole(call, "targets", targets, {samples, targets.shape()[1]});
  check_whole(call, "input_lengths", input_lengths, {samples});
  check_whole(call, "target_lengths", target_lengths, {samples});
  check<ValueError>(blank >= 0 && blank < classes, op, ": 'blank' must be in [0, ", classes, "), got ",
                    blank);
  check<ValueError>(reduction == "none" || reduction == "mean" || reduction == "sum", op,
                    ": 'reduction' must be 'none', 'mean' or 'sum', got '", reduction, "'");
}

}  // namespace nucella::rules
