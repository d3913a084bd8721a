// Files for tests: a temporary folder, the golden files, and whole files as bytes.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"

namespace nucella::test {

/// A folder that goes with the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  /// Path of `file` in it.
  std::string operator/(std::string_view file) const { return (path_ / file).string(); }
  const std::filesystem::path& path() const { return path_; }
  /// Number of files in it.
  int count() const;

 private:
  std::filesystem::path path_;
};

/// Path of a file of the project, by its path from the root.
std::string source_file(std::string_view file);
/// Path of a file in tests/golden.
std::string golden(std::string_view file);
std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view content);
/// One tensor of each dtype and several shapes, among them a scalar and one without elements; names are
/// unique.
NamedTensors one_of_each();
/// Row-major content of a tensor.
std::string content_of(const Tensor& tensor);
/// Fails the running test unless both lists hold the same names, texts, dtypes, shapes and contents in this
/// order.
void expect_equal(const NamedTensors& actual, const NamedTensors& expected);

}  // namespace nucella::test
