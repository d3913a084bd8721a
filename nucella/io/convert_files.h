// convert_files: checkpoints of one format into the other, one file or all of a folder.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace nucella::io {

struct ConvertOptions {
  /// The folder for the new files, in which those of a folder keep their places; else they lie beside the old
  /// ones.
  std::optional<std::string> save_path = {};
  /// New names of entries by their old ones; all others keep theirs.
  std::map<std::string, std::string> name_map = {};
  /// Of a folder only files in whose name this regular expression (ECMAScript) is found.
  std::optional<std::string> file_name_regex = {};
};

/// Writes each file that ends with `from` (".ckpt") again with the ending and in the format `to`
/// (".safetensors"). The contents go from file to file without being held in memory. ValueError when there is
/// nothing at `path`, when it is a file of another ending, for a wrong regular expression, and for what
/// load_file() and save_file() refuse; files that were converted before stay.
void convert_files(std::string_view who, const std::string& path, const std::string& from,
                   const std::string& to, const ConvertOptions& options = {});

}  // namespace nucella::io
