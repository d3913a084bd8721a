// HookList: functions in order of registration, and the handle that takes one out again.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace nucella {

/// Takes a hook out again; harmless when repeated or when what it hung on is gone.
class HookHandle {
 public:
  HookHandle() = default;
  HookHandle(std::function<void()> remove, uint64_t id) : remove_(std::move(remove)), id_(id) {}
  void remove() {
    if (auto remove = std::exchange(remove_, nullptr)) remove();
  }
  /// Tells the hook from the others of its list, here and in copies of it; 0 when there is none.
  uint64_t id() const { return id_; }

 private:
  std::function<void()> remove_;
  uint64_t id_ = 0;
};

/// Hooks of one kind in order of registration. Running ones may add and remove hooks: a run sees those that
/// stood at its start, less those removed meanwhile.
template <class F>
class HookList {
 public:
  /// Behind the others or, with `prepend`, before them.
  HookHandle add(F hook, bool prepend = false) {
    static std::atomic<uint64_t> ids = 0;
    auto entry = std::make_shared<Entry>(Entry{std::move(hook), ++ids, true});
    entries_->insert(prepend ? entries_->begin() : entries_->end(), entry);
    return handle_of(entry);
  }
  /// Gives the hook that was added last the id of the one that it is a copy of.
  void set_last_id(uint64_t id) { entries_->back()->id = id; }
  /// One that removes nothing when there is no hook of that id.
  HookHandle handle(uint64_t id) const {
    const auto at = std::ranges::find_if(*entries_, [id](const auto& entry) { return entry->id == id; });
    return at == entries_->end() ? HookHandle() : handle_of(*at);
  }
  bool empty() const { return entries_->empty(); }
  /// Calls `visit(hook)` for each.
  template <class V>
  void for_each(V&& visit) const {
    const auto snapshot = *entries_;
    for (const auto& entry : snapshot)
      if (entry->alive) visit(entry->hook);
  }
  /// Calls `visit(hook, id)` for each.
  template <class V>
  void for_each_id(V&& visit) const {
    for (const auto& entry : *entries_) visit(entry->hook, entry->id);
  }

 private:
  struct Entry {
    F hook;
    uint64_t id;
    bool alive;
  };
  HookHandle handle_of(const std::shared_ptr<Entry>& entry) const {
    const auto remove = [entries = std::weak_ptr(entries_), entry] {
      entry->alive = false;
      if (auto list = entries.lock()) std::erase(*list, entry);
    };
    return HookHandle(remove, entry->id);
  }
  std::shared_ptr<std::vector<std::shared_ptr<Entry>>> entries_ =
      std::make_shared<std::vector<std::shared_ptr<Entry>>>();
};

}  // namespace nucella
