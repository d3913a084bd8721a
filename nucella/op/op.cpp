#include "nucella/op/op.h"

#include <algorithm>
#include <array>

#include "nucella/op/dispatch.h"
#include "nucella/op/precision.h"
#include "nucella/op/signature.h"

namespace nucella {
namespace {

thread_local Interceptor* top = nullptr;

// Brings the inputs to their promoted dtype and calls again; true when it did.
bool promote_inputs(const Call& call, const OpEntry& entry) {
  const DType first = call.in[0].dtype();
  bool differ = false;
  DType common = first;
  for (const Tensor* t : call.in) {
    if (t->dtype() == common) continue;
    differ = true;
    common = promote(common, t->dtype(), entry.name);
  }
  if (!differ) return false;
  Tensors casted;
  std::vector<const Tensor*> pointers;
  casted.reserve(call.in.size());
  for (const Tensor* t : call.in) {
    casted.push_back(t->dtype() == common ? *t : call_op(kCastOp, {*t}, {common})[0]);
    pointers.push_back(&casted.back());
  }
  apply({call.op, Inputs(pointers), call.attrs, call.out});
  return true;
}

// For each op the names of its tensor parameters, empty for those that may be left out; the last one stands
// for the rest of a list.
const std::vector<std::string>& required_inputs(Op op) {
  static const auto table = [] {
    std::vector<std::vector<std::string>> names;
    for (const OpEntry& entry : op_table()) {
      names.emplace_back();
      for (const Param& p : parse_signature(entry))
        if (!p.is_attr()) names.back().push_back(p.has_default() ? "" : p.name);
    }
    return names;
  }();
  return table[static_cast<size_t>(op)];
}

[[gnu::cold, gnu::noinline]] void check_undefined(const Call& call, const OpEntry& entry) {
  const std::vector<std::string>& names = required_inputs(call.op);
  for (size_t i = 0; i < call.in.size(); ++i) {
    if (call.in[i].defined()) continue;
    const std::string& name = names[std::min(i, names.size() - 1)];
    check<TypeError>(name.empty(), entry.name, ": '", name, "' must be a Tensor, got an undefined one");
  }
}

}  // namespace

void apply(const Call& call) {
  const OpEntry& entry = entry_of(call.op);
  for (const Tensor* t : call.in)
    if (!t->defined()) [[unlikely]] {
      check_undefined(call, entry);
      break;
    }
  if (follow_precision(call)) return;
  if (entry.def->compose) return entry.def->compose(call);
  if (entry.def->promotes && promote_inputs(call, entry)) return;
  if (top) {
    top->on_call(call);
  } else {
    run_kernels(call, entry);
  }
}

void Interceptor::pass_down(const Call& call) {
  struct Swap {
    Interceptor* saved;
    ~Swap() { top = saved; }
  } swap{top};
  top = below_;
  if (top) {
    top->on_call(call);
  } else {
    run_kernels(call, entry_of(call.op));
  }
}

InterceptorScope::InterceptorScope(Interceptor& interceptor) : interceptor_(&interceptor) {
  interceptor.below_ = top;
  top = &interceptor;
}
InterceptorScope::~InterceptorScope() { top = interceptor_->below_; }

BypassScope::BypassScope() : saved_(top) { top = nullptr; }
BypassScope::~BypassScope() { top = saved_; }

Interceptor* top_interceptor() { return top; }

bool is_followed(const Tensor& t) {
  for (const Interceptor* i = top; i; i = i->below_)
    if (i->depends(t)) return true;
  return false;
}

const OpEntry& entry_of(Op op) { return op_table()[static_cast<size_t>(op)]; }

Tensors call_op(Op op, const Tensors& in, const std::vector<Attr>& attrs) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& t : in) pointers.push_back(&t);
  const OpEntry& entry = entry_of(op);
  Call call{op, Inputs(pointers), attrs, {}};
  Tensors out(
      static_cast<size_t>(entry.outputs == kVariadic ? entry.def->count_outputs(call) : entry.outputs));
  call.out = out;
  apply(call);
  return out;
}

}  // namespace nucella
