// Hooks of a Cell: their types, the handle that removes one, and the list that keeps them.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "nucella/nn/value.h"

namespace nucella {

class Cell;
class StateDict;
struct IncompatibleKeys;

/// Before construct: may return other inputs (a single value stands for one argument).
using ForwardPreHook = std::function<std::optional<Values>(Cell&, const Values& inputs)>;
/// After construct: may return another output.
using ForwardHook = std::function<std::optional<Value>(Cell&, const Values& inputs, const Value& output)>;
/// Before the cell's backward pass: one gradient per output (undefined where none arrived); may return
/// others.
using BackwardPreHook = std::function<std::optional<Tensors>(Cell&, const Tensors& grad_output)>;
/// After the cell's backward pass: one gradient per tensor input; may return others, which leave the cell
/// instead.
using BackwardHook =
    std::function<std::optional<Tensors>(Cell&, const Tensors& grad_input, const Tensors& grad_output)>;
using StateDictPreHook = std::function<void(Cell&, const std::string& prefix, bool keep_vars)>;
using StateDictPostHook = std::function<void(Cell&, StateDict&, const std::string& prefix)>;
/// May rename or change entries of the (copied) dict before the cell reads it.
using LoadStateDictPreHook = std::function<void(
    Cell&, StateDict&, const std::string& prefix, bool strict, std::vector<std::string>& missing,
    std::vector<std::string>& unexpected, std::vector<std::string>& errors)>;
/// May edit the lists of missing and unexpected keys: clearing them avoids the error of a strict load.
using LoadStateDictPostHook = std::function<void(Cell&, IncompatibleKeys&)>;

/// Takes a hook out again; harmless when repeated or when the cell is gone.
class HookHandle {
 public:
  HookHandle() = default;
  explicit HookHandle(std::function<void()> remove) : remove_(std::move(remove)) {}
  void remove() {
    if (auto remove = std::exchange(remove_, nullptr)) remove();
  }

 private:
  std::function<void()> remove_;
};

/// Hooks of one kind in order of registration. Running ones may add and remove hooks: a run sees those that
/// stood at its start, less those removed meanwhile.
template <class F>
class HookList {
 public:
  HookHandle add(F hook) {
    auto entry = std::make_shared<Entry>(Entry{std::move(hook), true});
    entries_->push_back(entry);
    return HookHandle([entries = std::weak_ptr(entries_), entry] {
      entry->alive = false;
      if (auto list = entries.lock()) std::erase(*list, entry);
    });
  }
  bool empty() const { return entries_->empty(); }
  /// Calls `visit(hook)` for each.
  template <class V>
  void for_each(V&& visit) const {
    const auto snapshot = *entries_;
    for (const auto& entry : snapshot)
      if (entry->alive) visit(entry->hook);
  }

 private:
  struct Entry {
    F hook;
    bool alive;
  };
  std::shared_ptr<std::vector<std::shared_ptr<Entry>>> entries_ =
      std::make_shared<std::vector<std::shared_ptr<Entry>>>();
};

}  // namespace nucella
