// ModelText: the line that describes a model, "gpt vocab_size=256 width=128", taken apart.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "nucella/base/error.h"

namespace nucella::models {

class ModelText {
 public:
  /// ValueError unless it is a word and then `name=number` any number of times, parted by blanks.
  explicit ModelText(std::string_view text);
  const std::string& kind() const { return kind_; }
  /// The number of that name, or `fallback`. ValueError unless it is an integer.
  int64_t integer(const std::string& name, int64_t fallback);
  double number(const std::string& name, double fallback);
  /// ValueError names an entry that nobody has asked for.
  void check_all_used() const;

 private:
  struct Entry {
    double value;
    bool used;
  };
  std::string kind_;
  std::map<std::string, Entry> entries_;
};

}  // namespace nucella::models
