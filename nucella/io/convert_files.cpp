#include "nucella/io/convert_files.h"

#include <algorithm>
#include <filesystem>
#include <regex>

#include "nucella/io/file.h"

namespace nucella::io {
namespace {

namespace fs = std::filesystem;

std::optional<std::regex> compiled(std::string_view who, const std::optional<std::string>& pattern) {
  if (!pattern) return {};
  try {
    return std::regex(*pattern);
  } catch (const std::regex_error& e) {
    raise<ValueError>(who, ": 'file_name_regex' is no regular expression: '", *pattern, "' (", e.what(), ")");
  }
}

// The files of a folder and all below it, in order of their names.
std::vector<fs::path> files_below(const fs::path& folder, const std::string& ending,
                                  const std::optional<std::regex>& wanted) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (entry.is_regular_file() && name.ends_with(ending) && (!wanted || std::regex_search(name, *wanted)))
      found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

void convert(const fs::path& source, fs::path target, const std::string& to, const ConvertOptions& options) {
  NamedTensors entries = load_file(source);
  for (NamedTensor& entry : entries)
    if (const auto renamed = options.name_map.find(entry.name); renamed != options.name_map.end())
      entry.name = renamed->second;
  fs::create_directories(target.parent_path());
  save_file(target.replace_extension(to), entries);
}

}  // namespace

void convert_files(std::string_view who, const std::string& path, const std::string& from,
                   const std::string& to, const ConvertOptions& options) {
  const fs::path root = fs::absolute(path);
  const std::optional<std::regex> wanted = compiled(who, options.file_name_regex);
  try {
    if (fs::is_regular_file(root)) {
      check<ValueError>(path.ends_with(from), who, ": the name of the file must end with '", from, "', got '",
                        path, "'");
      const fs::path folder = options.save_path ? fs::path(*options.save_path) : root.parent_path();
      return convert(root, folder / root.filename(), to, options);
    }
    check<ValueError>(fs::is_directory(root), who, ": there is neither a file nor a folder '", path, "'");
    const fs::path folder = options.save_path ? fs::path(*options.save_path) : root;
    for (const fs::path& file : files_below(root, from, wanted))
      convert(file, folder / file.lexically_relative(root), to, options);
  } catch (const fs::filesystem_error& e) {
    raise<OSError>(who, ": ", e.what());
  }
}

}  // namespace nucella::io
