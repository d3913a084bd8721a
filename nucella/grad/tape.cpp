#include "nucella/grad/tape.h"

#include <algorithm>
#include <atomic>

#include "nucella/grad/no_grad.h"
#include "nucella/grad/tensor_hook.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/allocator.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

std::atomic<uint32_t> next_serial{1};
thread_local TapeScope* top = nullptr;

}  // namespace

// Nodes in the order of the calls; what belongs to a node lies in `values` (inputs, then outputs) from
// `first` on.
struct Tape::Record {
  // A tensor of a call. Strong: the vjp reads it. Weak: only its shape and dtype are wanted.
  struct Value {
    TensorImpl* impl = nullptr;
    uint32_t index = kNone;  // of its gradient; kNone when it depends on nothing watched
    uint32_t version = 0;
    bool strong = false;

    // A handle for the vjp; RuntimeError when the saved data are no longer what they were.
    Tensor restore(Op op, size_t position) const {
      if (!impl) return {};
      if (!strong) return Tensor::placeholder(impl->shape, impl->dtype);
      check<RuntimeError>(!impl->storage || impl->storage->version() == version, entry_of(op).name,
                          ": a value saved for the backward pass (tensor ", position,
                          " of the call) has since been changed in place");
      return Tensor(Ref<TensorImpl>(impl));
    }
  };
  struct Node {
    Op op;
    uint16_t outputs;
    uint32_t inputs;
    uint32_t attrs;
    size_t first;
    size_t first_attr;
  };

  // A tape of the next training step gets the same memory again.
  std::vector<Node, CachingAllocator<Node>> nodes;
  std::vector<Value, CachingAllocator<Value>> values;
  std::vector<Attr> attrs;

  ~Record() {
    for (Value& v : values) let_go(v);
  }

  static void let_go(Value& v) {
    if (!v.impl) return;
    v.strong ? v.impl->release() : v.impl->release_weak();
    v.impl = nullptr;
  }

  void push(const Tensor& t, uint32_t index, bool strong) {
    Value v{t.impl(), index, 0, strong && t.defined()};
    if (v.strong) {
      v.impl->add_ref();
      v.version = v.impl->storage ? v.impl->storage->version() : 0;
    } else if (v.impl) {
      v.impl->add_weak();
    }
    values.push_back(v);
  }
};

Tape::Tape(LeafHooks leaf_hooks)
    : serial_(next_serial.fetch_add(1)), leaf_hooks_(leaf_hooks), record_(std::make_unique<Record>()) {}
Tape::~Tape() = default;

size_t Tape::size() const { return record_->nodes.size(); }

void Tape::watch(const Tensor& t) {
  check<RuntimeError>(t.defined(), "Tape.watch: the tensor is undefined");
  if (find(t) != kNone) return;
  leaves_.emplace(t.id(), Leaf{next_, next_, t, true});
  ++next_;
}

bool Tape::depends(const Tensor& t) const { return grad_enabled() && find(t) != kNone; }

bool Tape::watches(const Tensor& t) const {
  if (!grad_enabled()) return false;
  const auto leaf = leaves_.find(t.id());
  return leaf != leaves_.end() && leaf->second.given && leaf->second.watched == leaf->second.current;
}

uint32_t Tape::find(const TensorImpl& t) const {
  for (const Tag& tag : t.tags)
    if (tag.owner == serial_) return tag.value;
  if (leaves_.empty()) return kNone;
  const auto leaf = leaves_.find(&t);
  return leaf == leaves_.end() ? kNone : leaf->second.current;
}

uint32_t Tape::find_watched(const TensorImpl& t) const {
  const auto leaf = leaves_.find(&t);
  return leaf == leaves_.end() ? find(t) : leaf->second.watched;
}

uint32_t Tape::mark(const Tensor& t) {
  const uint32_t index = next_++;
  for (Tag& tag : t.impl()->tags) {
    if (tag.owner != 0) continue;
    tag = {serial_, index};
    return index;
  }
  leaves_.emplace(t.id(), Leaf{index, index, t});  // deeper nesting than a tensor has tags
  return index;
}

uint32_t Tape::mark_updated(const Tensor& t) {
  const uint32_t index = next_++;
  for (Tag& tag : t.impl()->tags) {
    if (tag.owner != serial_) continue;
    tag.value = index;
    return index;
  }
  // Somebody else's tensor: tags are its maker's, so it is noted here.
  leaves_.try_emplace(t.id(), Leaf{kNone, index, t}).first->second.current = index;
  return index;
}

std::shared_ptr<Attachment> Tape::hooks_of(const TensorImpl& t, uint32_t index) const {
  if (!old_hooks_.empty())
    if (const auto old = old_hooks_.find(index); old != old_hooks_.end()) return old->second;
  return t.attachment && find_watched(t) == index ? t.attachment : nullptr;
}

// Tensors from outside keep their hooks: what is wanted of them is the gradient of the value they came with.
Tensors Tape::hooked_before_update(const Call& call) {
  Tensors hooked;
  const size_t updated = entry_of(call.op).def->updates.count(call.in.size());
  for (size_t i = 0; i < updated; ++i) {
    const TensorImpl& impl = *call.in[i].impl();
    if (!impl.attachment) continue;
    if (std::ranges::none_of(impl.tags, [&](const Tag& tag) { return tag.owner == serial_; })) continue;
    old_hooks_.emplace(find(call.in[i]), impl.attachment);
    hooked.push_back(call.in[i]);
  }
  return hooked;
}

void Tape::on_call(const Call& call) {
  const OpDef& def = *entry_of(call.op).def;
  Tensors hooked;
  if (def.vjp && def.updates.numerator && grad_enabled()) hooked = hooked_before_update(call);
  pass_down(call);
  for (const Tensor& t : hooked) t.impl()->attachment = {};  // tapes below have noted them as well
  if (!def.vjp || !grad_enabled()) return;
  bool needed = false;
  found_.clear();
  for (const Tensor* t : call.in) {
    found_.push_back(find(*t));
    needed |= found_.back() != kNone;
  }
  if (!needed) return;
  const size_t updated = def.updates.count(call.in.size());

  // A view op may hand its input through unchanged (depend): then there is nothing to differentiate.
  if (updated == 0)
    for (const Tensor* t : call.in)
      if (!call.out.empty() && same(*t, call.out[0])) return;

  Record& r = *record_;
  r.nodes.push_back({call.op, static_cast<uint16_t>(call.out.size()), static_cast<uint32_t>(call.in.size()),
                     static_cast<uint32_t>(call.attrs.size()), r.values.size(), r.attrs.size()});
  for (size_t i = 0; i < call.in.size(); ++i)
    r.push(call.in[i], found_[i], def.saves.in >> std::min<size_t>(i, 31) & 1u);
  for (size_t i = 0; i < call.out.size(); ++i)
    r.push(call.out[i], i < updated ? mark_updated(call.out[i]) : mark(call.out[i]),
           def.saves.out >> std::min<size_t>(i, 31) & 1u);
  r.attrs.insert(r.attrs.end(), call.attrs.begin(), call.attrs.end());
}

namespace {

// The tensors of a recorded call, as the vjp sees them: saved ones as they are, others without their data.
struct Replay {
  Tensors values;
  std::vector<const Tensor*> in;
};

void accumulate(Tensor& sum, Tensor&& grad) { sum = sum.defined() ? ops::add(sum, grad) : std::move(grad); }

}  // namespace

Tensors Tape::backward(const Tensors& outputs, const Tensors& seeds, const Tensors& wrt, bool keep) {
  Record& r = *record_;
  std::vector<Tensor> grads(next_);
  for (size_t i = 0; i < outputs.size(); ++i) {
    const uint32_t index = find(outputs[i]);
    if (index == kNone) continue;
    Tensor seed = i < seeds.size() ? seeds[i] : Tensor();
    if (!seed.defined()) seed = ones(outputs[i].shape(), outputs[i].dtype());
    check<ValueError>(seed.shape() == outputs[i].shape(), "backward: the shape of the gradient of output ", i,
                      " must be ", outputs[i].shape(), ", got ", seed.shape());
    accumulate(grads[index], std::move(seed));
  }
  std::vector<bool> wanted(next_);
  for (const Tensor& t : wrt)
    if (const uint32_t index = find_watched(t); index != kNone) wanted[index] = true;

  std::vector<bool> complete(next_);
  const auto run_hooks = [&](const TensorImpl& t, uint32_t index) {
    if (const auto hooks = hooks_of(t, index)) {
      if (!grads[index].defined()) grads[index] = zeros(t.shape, t.dtype);
      grads[index] = run_tensor_hooks(*hooks, grads[index]);
    }
  };

  Replay replay;
  Tensors node_grads;
  for (size_t n = r.nodes.size(); n-- > 0;) {
    const Record::Node& node = r.nodes[n];
    const std::span<Record::Value> values(r.values.data() + node.first, node.inputs + node.outputs);
    const auto outs = values.subspan(node.inputs);
    node_grads.assign(node.outputs, {});
    bool any = false;
    for (size_t i = 0; i < outs.size(); ++i) {
      Tensor& g = grads[outs[i].index];
      complete[outs[i].index] = true;
      if (!g.defined()) continue;
      any = true;
      if (outs[i].impl && (outs[i].impl->attachment || !old_hooks_.empty()))
        run_hooks(*outs[i].impl, outs[i].index);
      node_grads[i] = wanted[outs[i].index] ? g : std::move(g);
    }
    if (any) {
      replay.values.clear();
      replay.in.clear();
      for (size_t i = 0; i < values.size(); ++i) replay.values.push_back(values[i].restore(node.op, i));
      uint32_t needed = 0;
      for (size_t i = 0; i < node.inputs; ++i) {
        replay.in.push_back(&replay.values[i]);
        if (values[i].index != kNone) needed |= 1u << std::min<size_t>(i, 31);
      }
      const Call call{node.op, Inputs(replay.in), Attrs(r.attrs.data() + node.first_attr, node.attrs),
                      std::span(replay.values).subspan(node.inputs), needed};
      Tensors flowing = entry_of(node.op).def->vjp(call, node_grads);
      for (size_t i = 0; i < flowing.size(); ++i)
        if (flowing[i].defined() && values[i].index != kNone)
          accumulate(grads[values[i].index], std::move(flowing[i]));
    }
    if (!keep)
      for (Record::Value& v : values) Record::let_go(v);
  }
  if (!keep) record_ = std::make_unique<Record>();

  Tensors result;
  for (const Tensor& t : wrt) {
    const uint32_t index = find_watched(t);
    if (index != kNone && leaf_hooks_ == LeafHooks::kRun && !complete[index]) {
      complete[index] = true;
      run_hooks(*t.impl(), index);
    }
    result.push_back(index == kNone ? Tensor() : grads[index]);
  }
  return result;
}

TapeScope::TapeScope(Tape& tape) : tape_(tape), scope_(tape), below_(top) { top = this; }
TapeScope::~TapeScope() { top = below_; }

bool is_watched(const Tensor& t) {
  for (const TapeScope* scope = top; scope; scope = scope->below_)
    if (scope->tape_.watches(t)) return true;
  return false;
}

}  // namespace nucella
