#include "tests/support/files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>

namespace nucella::test {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "nucella-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("TempDir: cannot create " + pattern);
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int TempDir::count() const {
  return static_cast<int>(std::distance(std::filesystem::directory_iterator(path_), {}));
}

std::string source_file(std::string_view file) { return std::string(NUCELLA_SOURCE_DIR "/").append(file); }

std::string golden(std::string_view file) { return source_file("tests/golden/").append(file); }

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("read_file: cannot open " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

NamedTensors one_of_each() {
  NamedTensors out;
  const Shape shapes[] = {{2, 3}, {}, {5}, {2, 1, 2, 1, 2}, {0, 4}, {1}};
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const Tensor tensor = Tensor::empty(shapes[i % std::size(shapes)], dtype);
    for (int64_t byte = 0; byte < tensor.nbytes(); ++byte)
      tensor.raw_data()[byte] = static_cast<std::byte>(dtype == bool_ ? byte % 2 : 37 * byte + i);
    out.push_back({str("layer", i, ".", name(dtype)), tensor, {}});
  }
  return out;
}

std::string content_of(const Tensor& tensor) {
  const Tensor dense = tensor.contiguous();
  return std::string(io::as_text({dense.raw_data(), static_cast<size_t>(dense.nbytes())}));
}

void expect_equal(const NamedTensors& actual, const NamedTensors& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(expected[i].name);
    EXPECT_EQ(actual[i].name, expected[i].name);
    EXPECT_EQ(actual[i].text, expected[i].text);
    ASSERT_EQ(actual[i].is_text(), expected[i].is_text());
    if (expected[i].is_text()) continue;
    EXPECT_EQ(actual[i].tensor.dtype(), expected[i].tensor.dtype());
    EXPECT_EQ(actual[i].tensor.shape(), expected[i].tensor.shape());
    EXPECT_EQ(content_of(actual[i].tensor), content_of(expected[i].tensor));
  }
}

}  // namespace nucella::test
