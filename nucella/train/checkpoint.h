// Checkpoints: the parameters of a net to a file and back, with MindSpore's names and rules.
#pragma once
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "nucella/io/name_rules.h"
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
  /// Encrypts a .ckpt: 16, 24 or 32 bytes, for "SM4-CBC" 16. Not together with crc_check.
  std::optional<std::string> enc_key = {};
  /// "AES-GCM", "AES-CBC" or "SM4-CBC".
  std::string enc_mode = "AES-GCM";
  /// Returns once everything is checked; a process of its own writes the values as they are now. The next
  /// save, of either kind, waits for this one and, if it failed, throws its error and saves nothing;
  /// wait_for_async_save() does so too, and the end of the program waits.
  bool async_save = false;
  /// Only for "safetensors": writes a set of files of at most so many bytes, and its index beside them, which
  /// is called as the file would be, with the ending ".safetensors.index.json".
  std::optional<uint64_t> max_shard_bytes = {};
};

/// Writes every parameter of the net under its name; declared ones are filled first. The file is replaced as
/// a whole or not at all. ".ckpt" or ".safetensors" is appended unless the name ends with these letters.
/// ValueError for another format, mode or length of the key, TypeError for an entry that is neither tensor,
/// number, bool nor text; IsADirectoryError, FileNotFoundError and other OSErrors from the file system.
void save_checkpoint(const Cell& net, const std::string& path, const SaveOptions& options = {});
/// Of equal names the last stays.
void save_checkpoint(const std::vector<Parameter>& parameters, const std::string& path,
                     const SaveOptions& options = {});
void save_checkpoint(const NamedTensors& entries, const std::string& path, const SaveOptions& options = {});
/// What state_dict() or load_checkpoint() returned, under its keys.
void save_checkpoint(const StateDict& entries, const std::string& path, const SaveOptions& options = {});

/// Waits until an asynchronous save has ended; throws what it failed with, unless that was thrown already.
void wait_for_async_save();

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
  /// "ckpt", "safetensors" (also the index of a set), "npz", "pt" (also .pth and .bin) or "gguf".
  std::string format = "ckpt";
  /// Values are used as they lie in the mapped file, which stays as it is when they change; else, and where
  /// they do not lie fittingly, they are read. The file must not be written to meanwhile; replacing or
  /// deleting it is harmless.
  bool mmap = true;
  /// Of an encrypted file, which is decrypted into memory. ValueError for another key or mode than it was
  /// saved with, and for a file that is not encrypted.
  std::optional<std::string> dec_key = {};
  std::string dec_mode = "AES-GCM";
  /// Applied to what the options above have left, with the names of the `net` as the target.
  io::NameRules name_rules = {};
};

/// The entries of the file: Parameters of that name, and texts; in file order, safetensors in order of name.
/// Their values come into memory when they are first used. With a `net`, they are put into it by
/// load_param_into_net(). ValueError when the file is missing, damaged, of another format, or when no entry
/// is left.
StateDict load_checkpoint(const std::string& path, Cell* net = nullptr, const LoadOptions& options = {});

/// The same in a thread of its own. The net must neither be used nor destroyed until the result is there.
std::future<StateDict> load_checkpoint_async(const std::string& path, Cell* net = nullptr,
                                             const LoadOptions& options = {});

/// The names that did not find their counterpart.
struct NotLoaded {
  std::vector<std::string> param_not_load;  ///< of the net
  std::vector<std::string> ckpt_not_load;   ///< of the dict
};

/// Puts the entries into the parameters of the same names; declared parameters take them without being filled
/// before. Values that nobody has used since load_checkpoint() go from the file to the net without a copy;
/// net and dict never share memory. Names that are missing give a warning; unless `strict_load`, entries are
/// also taken whose names are those of the missing parameters after a common prefix, and values are cast
/// between floating types and between signed integers, with a warning. Extra trailing extents of 1 in the
/// file do not matter. RuntimeError lists every entry of a wrong shape or dtype, TypeError names an entry
/// that is neither tensor nor text, OSError a file that has changed since it was opened; then nothing is
/// changed.
NotLoaded load_param_into_net(Cell& net, const StateDict& parameter_dict, bool strict_load = false);

}  // namespace nucella
