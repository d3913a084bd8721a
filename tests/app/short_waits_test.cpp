#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

// How long the threads of a program wait, as OpenMP itself tells it.
namespace nucella {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string settings_of_program(const std::string& environment) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "nucella";
  const std::string command = "env -u OMP_WAIT_POLICY -u GOMP_SPINCOUNT OMP_DISPLAY_ENV=verbose " +
                              environment + " " + program.string() + " --version 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return "";
  std::string out;
  std::array<char, 256> part;
  while (fgets(part.data(), part.size(), pipe)) out += part.data();
  EXPECT_EQ(pclose(pipe), 0) << out;
  return out;
}

TEST(ShortWaits, ThreadsOfTheProgramSleepSoon) {
  const std::string settings = settings_of_program("");
  EXPECT_THAT(settings, HasSubstr("GOMP_SPINCOUNT = '2000'"));
  EXPECT_THAT(settings, HasSubstr("nucella 0."));
}

TEST(ShortWaits, WhatTheUserHasSetStays) {
  EXPECT_THAT(settings_of_program("GOMP_SPINCOUNT=77"), HasSubstr("GOMP_SPINCOUNT = '77'"));
  EXPECT_THAT(settings_of_program("OMP_WAIT_POLICY=active"), Not(HasSubstr("GOMP_SPINCOUNT = '2000'")));
}

}  // namespace
}  // namespace nucella
