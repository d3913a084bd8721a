// Cell::Registry, Cell::Hooks and Cell::Settings: what a Cell keeps about its parameters, buffers, children,
// hooks and settings.
#pragma once
#include <algorithm>
#include <unordered_map>

#include "nucella/nn/cell.h"

namespace nucella {

/// Entries in the order in which they were added, found by `name`, which no two share.
template <class Entry>
class NamedEntries {
 public:
  auto begin() { return entries_.begin(); }
  auto end() { return entries_.end(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  const Entry& operator[](size_t position) const { return entries_[position]; }
  Entry& back() { return entries_.back(); }

  /// Null when absent.
  Entry* find(std::string_view name) {
    if (entries_.size() <= kFewEntries) {
      const auto at = std::ranges::find(entries_, name, &Entry::name);
      return at == entries_.end() ? nullptr : &*at;
    }
    const auto at = index_.find(name);
    return at == index_.end() ? nullptr : &entries_[at->second];
  }
  const Entry* find(std::string_view name) const { return const_cast<NamedEntries*>(this)->find(name); }
  /// A new entry at the end, or the one of that name.
  Entry& find_or_add(std::string_view name) {
    if (Entry* known = find(name)) return *known;
    Entry& added = entries_.emplace_back();
    added.name = name;
    if (entries_.size() > kFewEntries) index_from(index_.empty() ? 0 : entries_.size() - 1);
    return added;
  }
  void erase(const Entry* entry) {
    entries_.erase(entries_.begin() + (entry - entries_.data()));
    rebuild_index();
  }
  void assign(std::vector<Entry> entries) {
    entries_ = std::move(entries);
    rebuild_index();
  }

 private:
  static constexpr size_t kFewEntries = 16;  // up to here going through them takes no longer than hashing
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void rebuild_index() {
    index_.clear();
    if (entries_.size() > kFewEntries) index_from(0);
  }
  void index_from(size_t position) {
    for (; position < entries_.size(); ++position) index_.emplace(entries_[position].name, position);
  }

  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t, Hash, std::equal_to<>> index_;  // of more than a few
};

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
  NamedEntries<ParamEntry> params;
  NamedEntries<BufferEntry> buffers;
  NamedEntries<ChildEntry> children;
  int unnamed_in_tuples = 0;

  template <class Entry, class Member>
  static Entry* of_member(NamedEntries<Entry>& entries, const Member* member) {
    const auto it = std::ranges::find(entries, member, &Entry::member);
    return it == entries.end() ? nullptr : &*it;
  }
};

struct Cell::Hooks {
  HookList<ForwardPreHookWithKwargs> forward_pre;
  HookList<ForwardHookWithKwargs> forward;
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

struct Cell::Settings {
  std::optional<DeclaredInputs> inputs;
  std::optional<JitConfig> jit;
  std::optional<RecomputeOptions> recompute;
  std::shared_ptr<const PrecisionPolicy> precision;
  std::optional<Placement> placement;
  std::optional<int64_t> pipeline_stage;
  std::optional<std::string> lazy_inline;
  Value offload;
  Value in_strategy;
  ShardOptions shard;
  ValueDict parameter_layout;
  bool data_parallel = false;
  bool bprop_debug = false;

  bool any_on_call() const { return inputs || recompute || precision; }
};

}  // namespace nucella
