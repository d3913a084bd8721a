#include "nucella/train/graph_format.h"

#include <algorithm>
#include <array>
#include <map>

#include "nucella/ops/ops.h"

namespace nucella::train::mindir {
namespace {

// Those whose primitive has the same inputs, attributes included, in the same order.
constexpr std::array kShared = {
    Op::abs,      Op::add,         Op::batch_matmul,  Op::bias_add,    Op::cos,         Op::dense,
    Op::div,      Op::equal,       Op::erf,           Op::exp,         Op::expand_dims, Op::expm1,
    Op::floor,    Op::greater,     Op::greater_equal, Op::less,        Op::less_equal,  Op::log,
    Op::log1p,    Op::log_softmax, Op::logical_and,   Op::logical_not, Op::logical_or,  Op::matmul,
    Op::maximum,  Op::minimum,     Op::mul,           Op::neg,         Op::not_equal,   Op::pow,
    Op::real_div, Op::reciprocal,  Op::relu,          Op::reshape,     Op::rsqrt,       Op::select,
    Op::sigmoid,  Op::sign,        Op::sin,           Op::softmax,     Op::sqrt,        Op::square,
    Op::sub,      Op::tanh,        Op::transpose};

}  // namespace

std::string op_type_of(Op op) {
  const OpEntry& entry = entry_of(op);
  const bool shared = std::ranges::count(kShared, op) && entry.def->primitive[0] != '\0';
  return shared ? entry.def->primitive : str(kOwn, entry.name);
}

std::optional<Op> op_of(std::string_view op_type) {
  static const auto ops = [] {
    std::map<std::string, Op, std::less<>> out;
    for (size_t i = 0; i < op_table().size(); ++i)
      out.emplace(op_type_of(static_cast<Op>(i)), static_cast<Op>(i));
    return out;
  }();
  const auto found = ops.find(op_type);
  if (found == ops.end()) return {};
  return found->second;
}

bool wants_tuple(Op op, const Param& param) { return op == Op::softmax && param.name == "axis"; }

}  // namespace nucella::train::mindir
