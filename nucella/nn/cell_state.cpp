// state_dict and load_state_dict. Loading changes everything that it can or, when it throws, nothing.
#include "nucella/nn/cell_registry.h"
#include "nucella/nn/nesting.h"
#include "nucella/nn/parameter_impl.h"
#include "nucella/ops/ops.h"

namespace nucella {
namespace {

constexpr const char* kExtraState = "_extra_state";

}  // namespace

Value Cell::get_extra_state() const {
  raise<RuntimeError>(described(), ".get_extra_state: overridden neither here nor in a base class");
}
void Cell::set_extra_state(const Value&) {
  raise<RuntimeError>(described(), ".set_extra_state: overridden neither here nor in a base class");
}

StateDict Cell::state_dict(std::string_view prefix, bool keep_vars) {
  StateDict out;
  state_dict(out, std::string(prefix), keep_vars);
  return out;
}

void Cell::state_dict(StateDict& destination, const std::string& prefix, bool keep_vars) {
  const NestingScope scope(*this, "state_dict");
  const std::shared_ptr<Hooks> hooks = hooks_;
  if (hooks) hooks->state_pre.for_each([&](const StateDictPreHook& hook) { hook(*this, prefix, keep_vars); });
  for (const auto& e : registry_->params)
    if (e.value.defined()) destination.set(prefix + e.name, keep_vars ? e.value.clone() : e.value);
  for (const auto& e : registry_->buffers)
    if (e.value.defined() && e.persistent)
      destination.set(prefix + e.name, keep_vars ? e.value.clone() : e.value);
  if (has_extra_state()) destination.set(prefix + kExtraState, get_extra_state());
  for (const auto& e : registry_->children)
    if (e.value) e.value->state_dict(destination, str(prefix, e.name, '.'), keep_vars);
  if (hooks)
    hooks->state_post.for_each([&](const StateDictPostHook& hook) { hook(*this, destination, prefix); });
}

/// Goes through the cells as MindSpore does: pre-hooks, own values, children, post-hooks. Without hooks or
/// extra state nobody can look at values meanwhile, so they are copied once everything is known to fit;
/// otherwise at once, and what was there before is kept to be put back.
class Cell::StateLoader {
 public:
  StateLoader(Cell& root, bool strict) : root_(root), strict_(strict) {
    for (const auto& [path, cell] : root.cells_and_names()) {
      const Hooks* hooks = cell->hooks_.get();
      at_once_ |=
          cell->has_extra_state() || (hooks && !(hooks->load_pre.empty() && hooks->load_post.empty()));
    }
  }

  IncompatibleKeys run(StateDict state) {
    try {
      load(root_, state, "");
      report();
    } catch (...) {
      for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) (*undo)();
      throw;
    }
    for (const auto& copy : copies_) copy();
    return std::move(keys_);
  }

 private:
  void load(Cell& cell, StateDict& state, const std::string& prefix) {
    const NestingScope scope(cell, "load_state_dict");
    const std::shared_ptr<Hooks> hooks = cell.hooks_;
    if (hooks)
      hooks->load_pre.for_each([&](const LoadStateDictPreHook& hook) {
        hook(cell, state, prefix, true, keys_.missing_keys, keys_.unexpected_keys, errors_);
      });
    load_own(cell, state, prefix);
    for (const auto& e : NamedEntries(cell.registry_->children)) {
      if (!e.value) continue;
      const std::string below = str(prefix, e.name, '.');
      StateDict part = state.below(below);
      load(*e.value, part, below);
    }
    if (hooks) hooks->load_post.for_each([&](const LoadStateDictPostHook& hook) { hook(cell, keys_); });
  }

  void load_own(Cell& cell, const StateDict& state, const std::string& prefix) {
    for (const auto& e : cell.registry_->params)
      if (e.value.defined()) load_tensor(e.value, prefix + e.name, state);
    for (const auto& e : cell.registry_->buffers)
      if (e.value.defined() && e.persistent) load_tensor(e.value, prefix + e.name, state);
    load_extra(cell, prefix + kExtraState, state);
    for (const auto& [key, value] : state)
      if (key.starts_with(prefix) && !expected(cell, std::string_view(key).substr(prefix.size())))
        keys_.unexpected_keys.push_back(key);
  }

  // Whether what follows the cell's prefix in a key is a value of the cell or begins with the name of a
  // child.
  static bool expected(const Cell& cell, std::string_view key) {
    if (key == kExtraState) return true;
    const size_t dot = key.find('.');
    if (const CellPtr child = cell.find_child(key.substr(0, dot)); child && dot != key.npos) return true;
    if (const Parameter* param = cell.find_param(key)) return param->defined();
    const auto* buffer = cell.registry_->buffers.find(key);
    return buffer && buffer->persistent && buffer->value.defined();
  }

  void load_tensor(const Tensor& target, const std::string& key, const StateDict& state) {
    const Value* value = state.find(key);
    if (!value) return keys_.missing_keys.push_back(key);
    const Tensor* source = std::get_if<Tensor>(&value->variant());
    if (!source || !source->defined()) {
      errors_.push_back(str("for '", key, "': expected a Tensor, got ", kind_of(*value)));
    } else if (source->shape() != target.shape()) {
      errors_.push_back(
          str("for '", key, "': expected the shape ", target.shape(), ", got ", source->shape()));
    } else if (!same(*source, target)) {
      take([target, source = *source] { overwrite(target, source); },
           [target, before = at_once_ ? remembered(target) : Restore()] { before(); });
    }
  }

  void load_extra(Cell& cell, const std::string& key, const StateDict& state) {
    const Value* value = state.find(key);
    if (!cell.has_extra_state()) {
      if (value) keys_.unexpected_keys.push_back(key);
    } else if (!value) {
      keys_.missing_keys.push_back(key);
    } else {
      take([&cell, value = *value] { cell.set_extra_state(value); },
           [&cell, before = cell.get_extra_state()] { cell.set_extra_state(before); });
    }
  }

  using Restore = std::function<void()>;

  void take(std::function<void()> copy, Restore undo) {
    if (!at_once_) return copies_.push_back(std::move(copy));
    undo_.push_back(std::move(undo));
    copy();
  }

  static void overwrite(const Tensor& target, const Tensor& source) {
    const BypassScope unseen;
    target.copy_from(source.dtype() == target.dtype() ? source : ops::cast(source, target.dtype()));
  }

  // A parameter that is only declared goes back to its declaration.
  static Restore remembered(const Tensor& target) {
    if (const Parameter param = Parameter::of(target); param.defined() && param.has_init()) {
      auto* impl = static_cast<ParameterImpl*>(param.impl());
      return [param, impl, declaration = impl->declaration()] { impl->declare(declaration); };
    }
    return [target, before = target.clone()] { target.copy_from(before); };
  }

  void report() const {
    std::string lines;
    if (strict_ && !keys_.missing_keys.empty())
      lines += "\n\tMissing key(s): " + joined(keys_.missing_keys, ", ");
    if (strict_ && !keys_.unexpected_keys.empty())
      lines += "\n\tUnexpected key(s): " + joined(keys_.unexpected_keys, ", ");
    if (!errors_.empty()) lines += "\n\t" + joined(errors_, "\n\t");
    check<RuntimeError>(lines.empty(), "Error(s) in loading state_dict for ", root_.class_name(), ":", lines);
  }

  static std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) out += str(out.empty() ? "" : separator, part);
    return out;
  }

  Cell& root_;
  bool strict_;
  bool at_once_ = false;
  IncompatibleKeys keys_;
  std::vector<std::string> errors_;
  std::vector<std::function<void()>> copies_;
  std::vector<Restore> undo_;
};

IncompatibleKeys Cell::load_state_dict(const StateDict& state, bool strict) {
  return StateLoader(*this, strict).run(state);
}

}  // namespace nucella
