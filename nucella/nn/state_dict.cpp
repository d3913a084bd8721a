#include "nucella/nn/state_dict.h"

namespace nucella {

const Value* StateDict::find(std::string_view key) const {
  const auto at = index_.find(key);
  return at == index_.end() ? nullptr : &entries_[at->second].second;
}

const Value& StateDict::at(std::string_view key) const {
  const Value* value = find(key);
  check<KeyError>(value != nullptr, "StateDict.at: there is no '", key, "'");
  return *value;
}

void StateDict::set(std::string_view key, Value value) {
  const auto [at, fresh] = index_.try_emplace(std::string(key), entries_.size());
  if (fresh) {
    entries_.emplace_back(key, std::move(value));
  } else {
    entries_[at->second].second = std::move(value);
  }
}

void StateDict::erase(std::string_view key) {
  const auto at = index_.find(key);
  if (at == index_.end()) return;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at->second));
  index_.clear();
  for (size_t i = 0; i < entries_.size(); ++i) index_.emplace(entries_[i].first, i);
}

std::vector<std::string> StateDict::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, value] : entries_) out.push_back(key);
  return out;
}

StateDict StateDict::below(std::string_view prefix) const {
  StateDict out;
  for (const auto& [key, value] : entries_)
    if (key.starts_with(prefix)) out.set(key, value);
  return out;
}

namespace {

std::string list_repr(const std::vector<std::string>& names) {
  std::string out = "[";
  for (size_t i = 0; i < names.size(); ++i) out += str(i ? ", " : "", '\'', names[i], '\'');
  return out + "]";
}

}  // namespace

std::string IncompatibleKeys::repr() const {
  if (missing_keys.empty() && unexpected_keys.empty()) return "<All keys matched successfully>";
  return str("_IncompatibleKeys(missing_keys=", list_repr(missing_keys),
             ", unexpected_keys=", list_repr(unexpected_keys), ")");
}

}  // namespace nucella
