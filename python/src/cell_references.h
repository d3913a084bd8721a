// CellReferences: what the Python front has to see of a Cell in order to collect and copy it.
#pragma once
#include "cell_object.h"
#include "hook_functions.h"
#include "nucella/nn/cell_registry.h"

namespace nucella {

struct CellReferences {
  // --- for the collector of reference cycles
  // ------------------------------------------------------------------------

  /// The object behind a child's pointer, if this cell alone holds that pointer. Whoever else has a copy (a
  /// member of a C++ cell, a call at work) keeps the child from being collected.
  static PyObject* owned_object(const Cell::Registry::ChildEntry& entry) {
    const auto* owner = std::get_deleter<python::ObjectOwner>(entry.value);
    return owner && entry.value.use_count() == 1 ? owner->object : nullptr;
  }

  template <class F>
  static void for_each_object(const Cell& cell, F&& visit) {
    for (const auto& entry : cell.registry_->children)
      if (PyObject* object = owned_object(entry)) visit(object);
    if (cell.hooks_.use_count() != 1) return;  // none, or a backward pass is under way
    for_each_list(cell, [&](const char*, const auto& list) {
      list.for_each([&](const auto& hook) {
        if (PyObject* object = python::function_behind(hook)) visit(object);
      });
    });
  }

  static void clear(Cell& cell) {
    const auto hooks = std::exchange(cell.hooks_, nullptr);
    std::vector<CellPtr> children;
    for (auto& entry : cell.registry_->children)
      if (owned_object(entry)) children.push_back(std::exchange(entry.value, nullptr));
  }

  // --- for copies
  // ---------------------------------------------------------------------------------------------------

  /// Calls visit(kind, list) for each list of hooks.
  template <class V>
  static void for_each_list(const Cell& cell, V&& visit) {
    if (!cell.hooks_) return;
    Cell::Hooks& hooks = *cell.hooks_;
    visit("forward_pre", hooks.forward_pre);
    visit("forward", hooks.forward);
    visit("backward_pre", hooks.backward_pre);
    visit("backward", hooks.backward);
    visit("state_pre", hooks.state_pre);
    visit("state_post", hooks.state_post);
    visit("load_pre", hooks.load_pre);
    visit("load_post", hooks.load_post);
  }
  static bool is_persistent(const Cell& cell, std::string_view buffer) {
    return cell.registry_->buffers.find(buffer)->persistent;
  }
  /// A registered parameter for which no member of the C++ class stands; null when there is none.
  static const Parameter* untied_param(const Cell& cell, std::string_view name) {
    const auto* entry = cell.registry_->params.find(name);
    return entry && !entry->member && entry->value.defined() ? &entry->value : nullptr;
  }
  /// The number of the next unnamed parameter in a sequence.
  static int next_unnamed(Cell& cell) { return ++cell.registry_->unnamed_in_tuples; }
  static void set_prefixes(Cell& cell, bool auto_prefix, std::string param_prefix) {
    cell.auto_prefix_ = auto_prefix;
    cell.param_prefix_ = std::move(param_prefix);
  }
};

}  // namespace nucella
