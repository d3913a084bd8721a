#include "nucella/ops/optimizer_rules.h"

namespace nucella::rules {

void check_update(const Call& call, size_t lists) {
  const char* op = entry_of(call.op).name;
  check<ValueError>(call.in.size() % lists == 1, op, ": expected ", lists,
                    " lists of equal length and a learning rate, got ", call.in.size(), " tensors");
  const size_t n = call.in.size() / lists;
  for (size_t i = 0; i < n; ++i) {
    const Tensor& param = call.in[i];
    check<TypeError>(is_floating(param.dtype()), op, ": parameter ", i, " must be of a floating dtype, got ",
                     param.dtype());
    for (size_t k = 1; k < lists; ++k) {
      const Tensor& t = call.in[k * n + i];
      check<ValueError>(t.shape() == param.shape(), op, ": parameter ", i, " has the shape ", param.shape(),
                        ", but its ", k + 1 == lists ? "gradient" : "state", " has ", t.shape());
      check<TypeError>(t.dtype() == param.dtype(), op, ": parameter ", i, " has the dtype ", param.dtype(),
                       ", but its ", k + 1 == lists ? "gradient" : "state", " has ", t.dtype());
    }
  }
  const Tensor& lr = call.in[call.in.size() - 1];
  check<TypeError>(lr.dtype() == float32, op, ": 'learning_rate' must be of Float32, got ", lr.dtype());
  check<ValueError>(lr.ndim() == 0, op, ": 'learning_rate' must be a scalar, got the shape ", lr.shape());
}

void check_not_negative(const Call& call, double value, std::string_view name) {
  check<ValueError>(value >= 0, entry_of(call.op).name, ": '", name, "' must be at least 0, got ", value);
}

void check_not_positive(const Call& call, double value, std::string_view name) {
  check<ValueError>(value <= 0, entry_of(call.op).name, ": '", name, "' must be at most 0, got ", value);
}

void check_positive(const Call& call, double value, std::string_view name) {
  check<ValueError>(value > 0, entry_of(call.op).name, ": '", name, "' must be above 0, got ", value);
}

void check_fraction(const Call& call, double value, std::string_view name) {
  check<ValueError>(value > 0 && value < 1, entry_of(call.op).name, ": '", name, "' must be in (0, 1), got ",
                    value);
}

void check_share(const Call& call, double value, std::string_view name) {
  check<ValueError>(value >= 0 && value <= 1, entry_of(call.op).name, ": '", name,
                    "' must be in [0, 1], got ", value);
}

}  // namespace nucella::rules
