// Checkpoints: the parameters of a net to a file and back, with MindSpore's names and rules.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nucella/nn/cell.h"

namespace nucella {

/// Says of a name whether it is wanted.
using ChoiceFunc = std::function<bool(const std::string& name)>;

struct SaveOptions {
  /// More entries: ints (Int64), floats (Float32), bools, texts and tensors. One with the name of a parameter
  /// takes its place.
  StateDict append_dict = {};
  /// Only what it accepts is saved.
  ChoiceFunc choice_func = {};
  /// Adds a checksum.
  bool crc_check = false;
  /// "ckpt" or "safetensors".
  std::string format = "ckpt";
};

/// Writes every parameter of the net under its name; declared ones are filled first. The file is replaced as
/// a whole or not at all. ".ckpt" or ".safetensors" is appended unless the name ends with these letters.
/// ValueError for another format, TypeError for an entry that is neither tensor, number, bool nor text;
/// IsADirectoryError, FileNotFoundError and other OSErrors from the file system.
void save_checkpoint(const Cell& net, const std::string& path, const SaveOptions& options = {});
/// Of equal names the last stays.
void save_checkpoint(const std::vector<Parameter>& parameters, const std::string& path,
                     const SaveOptions& options = {});
void save_checkpoint(const NamedTensors& entries, const std::string& path, const SaveOptions& options = {});
/// What state_dict() or load_checkpoint() returned, under its keys.
void save_checkpoint(const StateDict& entries, const std::string& path, const SaveOptions& options = {});

struct LoadOptions {
  /// Of load_param_into_net().
  bool strict_load = false;
  /// Leaves out names that begin with one of these. ValueError for an empty list or text, here and below.
  std::optional<std::vector<std::string>> filter_prefix = {};
  /// Takes only names that begin with one of these.
  std::optional<std::vector<std::string>> specify_prefix = {};
  /// Only what it accepts is loaded; not asked when a prefix is given.
  ChoiceFunc choice_func = {};
  /// Verifies the checksum; a file without one gives a warning.
  bool crc_check = false;
  /// "ckpt" or "safetensors".
  std::string format = "ckpt";
};

/// The entries of the file: Parameters of that name, and texts; in file order, safetensors in order of name.
/// With a `net`, they are put into it by load_param_into_net(). ValueError when the file is missing, damaged,
/// of another format, or when no entry is left.
StateDict load_checkpoint(const std::string& path, Cell* net = nullptr, const LoadOptions& options = {});

/// The names that did not find their counterpart.
struct NotLoaded {
  std::vector<std::string> param_not_load;  ///< of the net
  std::vector<std::string> ckpt_not_load;   ///< of the dict
};

/// Copies the entries into the parameters of the same names; declared parameters take them without being
/// filled before. Names that are missing give a warning; unless `strict_load`, entries are also taken whose
/// names are those of the missing parameters after a common prefix, and values are cast between floating
/// types and between signed integers, with a warning. Extra trailing extents of 1 in the file do not matter.
/// RuntimeError lists every entry of a wrong shape or dtype, TypeError names an entry that is neither tensor
/// nor text; then nothing is changed.
NotLoaded load_param_into_net(Cell& net, const StateDict& parameter_dict, bool strict_load = false);

}  // namespace nucella
