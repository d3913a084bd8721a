#include "nucella/op/precision.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace nucella {
namespace {

thread_local std::shared_ptr<const PrecisionPolicy> current;

// After MindSpore's lists of the level "auto"; entries that no op has are for those to come.
constexpr std::string_view kLow[] = {"addbmm", "addmm",  "addmv",  "baddbmm",          "batch_matmul",
                                     "conv1d", "conv2d", "conv3d", "conv_transpose2d", "conv_transpose3d",
                                     "dense",  "einsum", "matmul", "matmul_ext",       "mv",
                                     "prelu"};
constexpr std::string_view kHigh[] = {"acos",
                                      "asin",
                                      "batch_norm",
                                      "binary_cross_entropy_with_logits",
                                      "cdist",
                                      "cosh",
                                      "cumprod",
                                      "cumsum",
                                      "erfinv",
                                      "exp",
                                      "expm1",
                                      "group_norm",
                                      "kl_div",
                                      "l1_loss",
                                      "layer_norm",
                                      "log",
                                      "log10",
                                      "log1p",
                                      "log2",
                                      "log_softmax",
                                      "mse_loss",
                                      "multi_margin_loss",
                                      "multilabel_margin_loss",
                                      "nll_loss",
                                      "norm",
                                      "pdist",
                                      "pow",
                                      "reciprocal",
                                      "reduce_prod",
                                      "renorm",
                                      "rsqrt",
                                      "sinh",
                                      "smooth_l1_loss",
                                      "soft_margin_loss",
                                      "softmax",
                                      "softplus",
                                      "tan",
                                      "triplet_margin_loss"};
constexpr std::string_view kWidest[] = {"add_n", "addcdiv", "addcmul", "bias_add", "concat", "cross", "dot"};

std::vector<std::string> strings(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

}  // namespace

PrecisionPolicy::PrecisionPolicy(DType dtype) : PrecisionPolicy(dtype, strings(kLow), strings(kHigh)) {}

PrecisionPolicy::PrecisionPolicy(DType dtype, const std::vector<std::string>& low,
                                 const std::vector<std::string>& high)
    : dtype_(dtype) {
  check<ValueError>(dtype == float16 || dtype == bfloat16,
                    "PrecisionPolicy: 'dtype' must be Float16 or BFloat16, got ", dtype);
  const auto listed = [](const auto& names, const OpEntry& entry) {
    return std::ranges::any_of(names, [&](std::string_view name) {
      return name == entry.name || (!name.empty() && name == entry.def->primitive);
    });
  };
  for (const OpEntry& entry : op_table()) {
    Rule rule = Rule::kNone;
    if (entry.def->effect == Effect::kNone) {
      if (listed(kWidest, entry)) rule = Rule::kWidest;
      if (listed(high, entry)) rule = Rule::kHigh;
      if (listed(low, entry)) rule = Rule::kLow;
    }
    rules_.push_back(rule);
  }
}

PrecisionScope::PrecisionScope(std::shared_ptr<const PrecisionPolicy> policy)
    : saved_(std::exchange(current, std::move(policy))) {}
PrecisionScope::~PrecisionScope() { current = std::move(saved_); }

const std::shared_ptr<const PrecisionPolicy>& current_precision() { return current; }

namespace {

// The dtype that the floating inputs are cast to; that of the call's own where nothing floats.
DType wanted_dtype(const Call& call, PrecisionPolicy::Rule rule) {
  if (rule == PrecisionPolicy::Rule::kLow) return current->dtype();
  DType widest = float32;
  if (rule == PrecisionPolicy::Rule::kHigh) return widest;
  bool any = false;
  for (const Tensor* t : call.in) {
    if (!t->defined() || !is_floating(t->dtype())) continue;
    widest = any ? promote(widest, t->dtype(), entry_of(call.op).name) : t->dtype();
    any = true;
  }
  return widest;
}

}  // namespace

bool follow_precision(const Call& call) {
  if (!current) return false;
  const PrecisionPolicy::Rule rule = current->rule(call.op);
  if (rule == PrecisionPolicy::Rule::kNone) return false;
  const DType wanted = wanted_dtype(call, rule);
  const auto casts = [&](const Tensor& t) {
    return t.defined() && is_floating(t.dtype()) && t.dtype() != wanted;
  };
  if (std::ranges::none_of(call.in, [&](const Tensor* t) { return casts(*t); })) return false;
  Tensors casted;
  std::vector<const Tensor*> pointers;
  casted.reserve(call.in.size());
  for (const Tensor* t : call.in) {
    casted.push_back(casts(*t) ? call_op(kCastOp, {*t}, {wanted})[0] : *t);
    pointers.push_back(&casted.back());
  }
  apply({call.op, Inputs(pointers), call.attrs, call.out, call.wanted});
  return true;
}

}  // namespace nucella
