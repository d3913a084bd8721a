// HookList: functions in order of registration, and the handle that takes one out again.
#pragma once
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace nucella {

/// Takes a hook out again; harmless when repeated or when what it hung on is gone.
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
  /// Behind the others or, with `prepend`, before them.
  HookHandle add(F hook, bool prepend = false) {
    auto entry = std::make_shared<Entry>(Entry{std::move(hook), true});
    entries_->insert(prepend ? entries_->begin() : entries_->end(), entry);
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
