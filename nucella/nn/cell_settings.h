// What a Cell is told about compiling, recomputing and placing it; the types that its setters take.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nucella/nn/value.h"

namespace nucella {

/// The positional arguments of a construct. Names are empty where C++ does not tell them.
struct ConstructSignature {
  std::vector<std::string> names;
  /// How many have no default.
  size_t required = 0;
  /// It takes more than these: *args, **kwargs or keyword-only arguments.
  bool open = false;
};

struct JitOptions {
  std::string jit_level = "";           ///< "O0", "O1", "O2" or ""
  std::string exc_mode = "auto";        ///< "auto", "sink" or "no_sink"
  std::string jit_syntax_level = "";    ///< "STRICT", "LAX", "COMPATIBLE" or ""
  std::string debug_level = "RELEASE";  ///< or "DEBUG"
  std::string infer_boost = "off";      ///< or "on"
  ValueDict others = {};                ///< kept as they are
};

/// MindSpore's JitConfig. Kept by a Cell for the graph compiler; cells run op by op so far, to the same
/// results.
class JitConfig {
 public:
  /// ValueError for a setting that is none of its choices.
  explicit JitConfig(const JitOptions& options = {});
  /// As MindSpore's `jit_config_dict`: `others`, the settings, and the "backend" that follows from the level.
  const ValueDict& jit_config_dict() const { return dict_; }

 private:
  ValueDict dict_;
};

/// Options of Cell::recompute. The first three only matter between several processes, and are kept.
struct RecomputeOptions {
  bool mp_comm_recompute = true;
  bool parallel_optimizer_comm_recompute = false;
  bool recompute_slice_activation = false;
};

/// Options of Cell::shard besides the layout of the inputs.
struct ShardOptions {
  Value out_strategy = {};    ///< None, or as `in_strategy`
  Value parameter_plan = {};  ///< None, or a dict from a parameter's name to a tuple of cuts, one per axis
  std::string device = "Ascend";
  int64_t level = 0;
};

/// Where a Cell was told to run (Cell::place).
struct Placement {
  std::string role;
  int64_t rank_id = 0;
};

/// Inputs that a Cell was told to expect: Tensors (of shapes that may be unknown in part) and plain values,
/// all of them by position, or some by the names of construct's arguments.
struct DeclaredInputs {
  std::optional<Values> all;
  std::vector<std::pair<size_t, Value>> some;
  ValueDict named;
};

/// Throws unless `got` is what was declared: TypeError for another kind or dtype, ValueError for another
/// rank, another extent where the declared one is known, another length or another plain value. `who` and
/// `position` (from 1) go into the text.
void check_declared_input(std::string_view who, size_t position, const Value& declared, const Value& got);

}  // namespace nucella
