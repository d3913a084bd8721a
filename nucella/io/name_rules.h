// NameRules: which entries of a file are wanted, and what they are called where they go.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nucella/tensor/tensor.h"

namespace nucella::io {

/// Whose words the last part of a name uses: MindSpore's gamma, beta, moving_mean, moving_variance of a norm
/// and embedding_table, or PyTorch's weight, bias, running_mean, running_var.
enum class NameStyle { kAsIs, kMindSpore, kTorch };

/// Applied in this order: first the names as they are in the file are chosen, then what is left is renamed.
struct NameRules {
  /// Patterns of which a name must match one, unless the list is empty: '*' stands for any text, '?' for one
  /// byte.
  std::vector<std::string> only = {};
  /// Patterns of which a name must match none.
  std::vector<std::string> exclude = {};
  /// Beginnings of names and what takes their place; of those that fit, the first is taken, once.
  std::vector<std::pair<std::string, std::string>> prefixes = {};
  NameStyle style = NameStyle::kAsIs;
};

/// Whether all of `name` matches the pattern.
bool matches_pattern(std::string_view name, std::string_view pattern);

/// The wanted entries, renamed. A name that is in `target`, the names of the net that will take the entries,
/// keeps its last part; else a counterpart that is in it is preferred. Where `target` does not tell: towards
/// MindSpore, weight and bias belong to a norm when the weight has one dimension or the shape of the bias, or
/// when a running_mean stands beside them, and num_batches_tracked, which MindSpore does not have, is left
/// out. ValueError when two entries would get one name.
NamedTensors apply_rules(const NameRules& rules, NamedTensors entries,
                         const std::set<std::string>& target = {});

}  // namespace nucella::io
