#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/files.h"

namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(nucella::test::source_file(name));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string without_blanks(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c); });
  return text;
}

TEST(WriteACell, EveryPieceOfCodeOnThePageIsCompiled) {
  const std::string page = text_of("docs/write-a-cell.md");
  const std::string program = without_blanks(text_of("examples/write_a_cell.cpp"));
  const std::string fence = "```";
  int pieces = 0;
  for (size_t at = page.find("```cpp\n"); at != page.npos; at = page.find("```cpp\n", at)) {
    const size_t begin = at + 7, end = page.find(fence, begin);
    const std::string piece = page.substr(begin, end - begin);
    EXPECT_NE(program.find(without_blanks(piece)), program.npos) << piece;
    at = end + fence.size();
    ++pieces;
  }
  EXPECT_GE(pieces, 8);
}

}  // namespace
