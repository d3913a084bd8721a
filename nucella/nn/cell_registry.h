// Cell::Registry and Cell::Hooks: what a Cell keeps about its parameters, buffers, children and hooks.
#pragma once
#include <algorithm>

#include "nucella/nn/cell.h"

namespace nucella {

/// In the order of registration. `member` is the handle in the derived class that stands for the entry, if
/// any.
struct Cell::Registry {
  struct ParamEntry {
    std::string name;
    Parameter value;
    Parameter* member = nullptr;
  };
  struct BufferEntry {
    std::string name;
    Tensor value;
    bool persistent = true;
    Buffer* member = nullptr;
  };
  struct ChildEntry {
    std::string name;
    CellPtr value;
    detail::ChildSlot* member = nullptr;
    bool by_value = false;
  };
  std::vector<ParamEntry> params;
  std::vector<BufferEntry> buffers;
  std::vector<ChildEntry> children;
  int unnamed_in_tuples = 0;

  template <class Entry>
  static Entry* find(std::vector<Entry>& entries, std::string_view name) {
    const auto it = std::ranges::find(entries, name, &Entry::name);
    return it == entries.end() ? nullptr : &*it;
  }
  template <class Entry, class Member>
  static Entry* of_member(std::vector<Entry>& entries, const Member* member) {
    const auto it = std::ranges::find(entries, member, &Entry::member);
    return it == entries.end() ? nullptr : &*it;
  }
};

struct Cell::Hooks {
  HookList<ForwardPreHook> forward_pre;
  HookList<ForwardHook> forward;
  HookList<BackwardPreHook> backward_pre;
  HookList<BackwardHook> backward;
  HookList<StateDictPreHook> state_pre;
  HookList<StateDictPostHook> state_post;
  HookList<LoadStateDictPreHook> load_pre;
  HookList<LoadStateDictPostHook> load_post;

  bool any_on_call() const {
    return !(forward_pre.empty() && forward.empty() && backward_pre.empty() && backward.empty());
  }
};

}  // namespace nucella
