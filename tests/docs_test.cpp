// The code in the how-tos is the code of the project: every block under a file's name stands in that file.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/support/files.h"

namespace nucella {
namespace {

std::string read(const std::string& path) { return test::read_file(test::source_file(path)); }

// Checks each "`path`:" line that a code block follows; returns how many there were.
int check_blocks(const std::string& page) {
  std::istringstream lines(read(page));
  std::string line, path;
  int blocks = 0;
  while (std::getline(lines, line)) {
    if (line.starts_with("```") && !path.empty()) {
      std::string block;
      while (std::getline(lines, line) && !line.starts_with("```")) block += line + "\n";
      EXPECT_NE(read(path).find(block), std::string::npos)
          << page << " shows code that is not in " << path << ":\n"
          << block;
      ++blocks;
    }
    const bool names_file = line.starts_with("`") && line.ends_with("`:");
    path = names_file ? line.substr(1, line.size() - 3) : "";
  }
  return blocks;
}

TEST(Docs, AddAnOpShowsTheRealCode) { EXPECT_EQ(check_blocks("docs/add-an-op.md"), 6); }

}  // namespace
}  // namespace nucella
