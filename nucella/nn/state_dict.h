// StateDict: the state of a Cell by attribute path, in order; what state_dict() returns and load_state_dict()
// takes.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "nucella/nn/value.h"

namespace nucella {

/// An ordered map from paths ("dense.weight") to tensors, parameters (live handles) or extra state.
class StateDict {
 public:
  using Entry = std::pair<std::string, Value>;
  StateDict() = default;
  StateDict(std::initializer_list<Entry> entries) {
    for (const auto& [key, value] : entries) set(key, value);
  }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  size_t size() const { return entries_.size(); }
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// Null when absent.
  const Value* find(std::string_view key) const;
  /// KeyError when absent.
  const Value& at(std::string_view key) const;
  /// Adds it at the end, or replaces it where it is.
  void set(std::string_view key, Value value);
  void erase(std::string_view key);
  std::vector<std::string> keys() const;
  /// The entries below `prefix`, with their full keys.
  StateDict below(std::string_view prefix) const;

 private:
  std::vector<Entry> entries_;
  std::map<std::string, size_t, std::less<>> index_;  // of a key in entries_
};

/// What load_state_dict() could not match.
struct IncompatibleKeys {
  std::vector<std::string> missing_keys;
  std::vector<std::string> unexpected_keys;
  /// `<All keys matched successfully>` when both are empty.
  std::string repr() const;
};

}  // namespace nucella
