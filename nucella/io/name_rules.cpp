#include "nucella/io/name_rules.h"

#include <algorithm>
#include <map>
#include <optional>

#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

using Words = std::pair<std::string_view, std::string_view>;
constexpr Words kTorchToMindSpore[] = {{"weight", "gamma"},
                                       {"weight", "embedding_table"},
                                       {"bias", "beta"},
                                       {"running_mean", "moving_mean"},
                                       {"running_var", "moving_variance"}};
constexpr std::string_view kCounter = "num_batches_tracked";

// "layer.fc." and "weight".
std::pair<std::string, std::string_view> split(std::string_view name) {
  const size_t dot = name.rfind('.') + 1;  // 0 without a dot
  return {std::string(name.substr(0, dot)), name.substr(dot)};
}

class Renamer {
 public:
  Renamer(NameStyle style, const NamedTensors& entries, const std::set<std::string>& target)
      : to_torch_(style == NameStyle::kTorch), target_(target) {
    for (const NamedTensor& entry : entries)
      if (!entry.is_text()) shapes_[entry.name] = entry.tensor.shape();
  }

  /// Nothing for an entry that has no counterpart and no use.
  std::optional<std::string> operator()(const std::string& name) const {
    if (target_.contains(name)) return name;
    const auto [module, word] = split(name);
    std::optional<std::string_view> usual;
    for (const auto& [torch, mindspore] : kTorchToMindSpore) {
      if (word != (to_torch_ ? mindspore : torch)) continue;
      const std::string_view other = to_torch_ ? torch : mindspore;
      if (target_.contains(module + std::string(other))) return module + std::string(other);
      if (!usual) usual = other;
    }
    if (!to_torch_ && word == kCounter) return {};
    const bool always = to_torch_ || word.starts_with("running_");
    return usual && (always || is_norm(module)) ? module + std::string(*usual) : name;
  }

 private:
  bool is_norm(const std::string& module) const {
    const auto weight = shapes_.find(module + "weight"), bias = shapes_.find(module + "bias");
    if (shapes_.contains(module + "running_mean")) return true;
    return weight != shapes_.end() &&
           (weight->second.ndim() == 1 || (bias != shapes_.end() && bias->second == weight->second));
  }

  bool to_torch_;
  const std::set<std::string>& target_;
  std::map<std::string, Shape> shapes_;
};

bool matches_any(const std::string& name, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&](const std::string& p) { return matches_pattern(name, p); });
}

void replace_prefix(std::string& name, const NameRules& rules) {
  const auto fits = [&](const auto& rule) { return name.starts_with(rule.first); };
  const auto rule = std::ranges::find_if(rules.prefixes, fits);
  if (rule != rules.prefixes.end()) name.replace(0, rule->first.size(), rule->second);
}

void check_unique(const NamedTensors& entries, const std::vector<std::string>& origins) {
  std::map<std::string_view, std::string_view> origin_of;
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto [place, is_new] = origin_of.try_emplace(entries[i].name, origins[i]);
    check<ValueError>(is_new, "NameRules: ", in_quotes(place->second), " and ", in_quotes(origins[i]),
                      " would both be called ", in_quotes(entries[i].name));
  }
}

}  // namespace

bool matches_pattern(std::string_view name, std::string_view pattern) {
  // Where to go on when what follows the last '*' did not fit: the star takes one byte more.
  size_t n = 0, p = 0, star = std::string_view::npos, star_end = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

NamedTensors apply_rules(const NameRules& rules, NamedTensors entries, const std::set<std::string>& target) {
  std::erase_if(entries, [&](const NamedTensor& entry) {
    return (!rules.only.empty() && !matches_any(entry.name, rules.only)) ||
           matches_any(entry.name, rules.exclude);
  });
  std::vector<std::string> origins;
  for (NamedTensor& entry : entries) {
    origins.push_back(entry.name);
    replace_prefix(entry.name, rules);
  }
  if (rules.style == NameStyle::kAsIs) {
    check_unique(entries, origins);
    return entries;
  }
  const Renamer renamed(rules.style, entries, target);
  NamedTensors out;
  std::vector<std::string> kept;
  for (size_t i = 0; i < entries.size(); ++i) {
    auto name = renamed(entries[i].name);
    if (!name) continue;
    out.push_back({*std::move(name), entries[i].tensor, entries[i].text});
    kept.push_back(origins[i]);
  }
  check_unique(out, kept);
  return out;
}

}  // namespace nucella::io
