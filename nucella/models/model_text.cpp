#include "nucella/models/model_text.h"

#include <charconv>
#include <cmath>
#include <sstream>

namespace nucella::models {

ModelText::ModelText(std::string_view text) {
  std::istringstream words{std::string(text)};
  words >> kind_;
  for (std::string word; words >> word;) {
    const size_t sign = word.find('=');
    double value = 0;
    const char* end = word.data() + word.size();
    const bool good = sign != std::string::npos && sign > 0 &&
                      std::from_chars(word.data() + sign + 1, end, value).ptr == end &&
                      sign + 1 < word.size();
    check<ValueError>(good, "model: expected name=number, got '", word, "' in '", text, "'");
    entries_[word.substr(0, sign)] = {value, false};
  }
}

double ModelText::number(const std::string& name, double fallback) {
  const auto at = entries_.find(name);
  if (at == entries_.end()) return fallback;
  at->second.used = true;
  return at->second.value;
}

int64_t ModelText::integer(const std::string& name, int64_t fallback) {
  const double value = number(name, static_cast<double>(fallback));
  check<ValueError>(value == std::floor(value) && std::abs(value) < 0x1p53, "model: '", name,
                    "' must be an integer, got ", value);
  return static_cast<int64_t>(value);
}

void ModelText::check_all_used() const {
  for (const auto& [name, entry] : entries_)
    check<ValueError>(entry.used, "model: '", kind_, "' has no setting '", name, "'");
}

}  // namespace nucella::models
