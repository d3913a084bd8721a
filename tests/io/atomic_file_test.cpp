#include "nucella/io/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::read_file;
using test::TempDir;
using test::write_file;
using testing::HasSubstr;
using testing::ThrowsMessage;

void save(const std::string& path, std::string_view content) {
  AtomicFile file("save", path);
  file.write(content);
  file.commit();
}

mode_t mode_of(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 0777;
}

// Files larger than `bytes` cannot be written while it lives: what a full disk does, without one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

// Root may write everywhere; while it lives the process is somebody else.
class Unprivileged {
 public:
  Unprivileged() : user_(::geteuid()) { EXPECT_EQ(::seteuid(user_ == 0 ? 65534 : user_), 0); }
  ~Unprivileged() { EXPECT_EQ(::seteuid(user_), 0); }

 private:
  uid_t user_;
};

TEST(AtomicFile, WritesAReadOnlyFile) {
  const TempDir dir;
  save(dir / "a", "content");
  EXPECT_EQ(read_file(dir / "a"), "content");
  EXPECT_EQ(mode_of(dir / "a"), 0400u);
  EXPECT_EQ(dir.count(), 1);
}

TEST(AtomicFile, SmallAndLargeWritesKeepTheirOrder) {
  const TempDir dir;
  std::string expected;
  AtomicFile file("save", dir / "a");
  for (size_t bytes : {1u, 70'000u, 3u, 65'535u, 65'536u, 0u, 200'000u, 5u}) {
    const std::string piece(bytes, static_cast<char>('a' + bytes % 26));
    file.write(piece);
    expected += piece;
    EXPECT_EQ(file.position(), expected.size());
  }
  file.commit();
  EXPECT_EQ(read_file(dir / "a"), expected);
}

TEST(AtomicFile, ReplacesAReadOnlyFile) {
  const TempDir dir;
  save(dir / "a", "old");
  save(dir / "a", "new");
  EXPECT_EQ(read_file(dir / "a"), "new");
}

TEST(AtomicFile, WithoutCommitTheOldFileStays) {
  const TempDir dir;
  save(dir / "a", "old");
  {
    AtomicFile file("save", dir / "a");
    file.write(std::string(100'000, 'x'));
    EXPECT_EQ(read_file(dir / "a"), "old");
  }
  EXPECT_EQ(read_file(dir / "a"), "old");
  EXPECT_EQ(dir.count(), 1);
}

// /tmp is on a file system with nameless files; then even a killed program leaves nothing.
TEST(AtomicFile, WhatIsNotCommittedHasNoName) {
  const TempDir dir;
  AtomicFile file("save", dir / "a");
  file.write(std::string(100'000, 'x'));
  EXPECT_EQ(dir.count(), 0);
}

TEST(AtomicFile, BytesCanBeWrittenOver) {
  const TempDir dir;
  AtomicFile file("save", dir / "a");
  file.write(std::string(100'000, 'x'));
  file.write("end");
  file.overwrite(1, as_bytes("ab"));
  file.overwrite(99'999, as_bytes("cd"));
  EXPECT_EQ(file.position(), 100'003u);
  file.commit();
  EXPECT_EQ(read_file(dir / "a"), "xab" + std::string(99'996, 'x') + "cdnd");
}

TEST(AtomicFile, TwoWritersOfOneFileDoNotMix) {
  const TempDir dir;
  AtomicFile first("save", dir / "a"), second("save", dir / "a");
  first.write("first");
  second.write("second");
  second.commit();
  EXPECT_EQ(read_file(dir / "a"), "second");
  first.commit();
  EXPECT_EQ(read_file(dir / "a"), "first");
}

TEST(AtomicFile, AFullDiskLeavesTheOldFile) {
  const TempDir dir;
  save(dir / "a", "old");
  {
    const FileSizeLimit limit(100'000);
    EXPECT_THAT([&] { save(dir / "a", std::string(200'000, 'x')); },
                ThrowsMessage<OSError>(AllOf(HasSubstr("save: cannot write"), HasSubstr(dir / "a"),
                                             HasSubstr("File too large"))));
  }
  EXPECT_EQ(read_file(dir / "a"), "old");
  EXPECT_EQ(dir.count(), 1);
}

TEST(AtomicFile, ASymbolicLinkKeepsPointingAtItsFile) {
  const TempDir dir;
  save(dir / "real", "old");
  std::filesystem::create_symlink("real", dir / "link");
  save(dir / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "link"));
  EXPECT_EQ(read_file(dir / "real"), "new");
}

TEST(AtomicFile, RelativePathsAndNamesOfFullLength) {
  const TempDir dir;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  save("a", "here");
  std::filesystem::current_path(before);
  EXPECT_EQ(read_file(dir / "a"), "here");
  save(dir / std::string(255, 'n'), "long");
  EXPECT_EQ(read_file(dir / std::string(255, 'n')), "long");
  EXPECT_THROW(save(dir / std::string(256, 'n'), ""), OSError);
  EXPECT_EQ(dir.count(), 2);
}

TEST(AtomicFile, AMissingDirectoryIsNotFound) {
  EXPECT_THAT(
      [] { save("/nowhere/a.ckpt", ""); },
      ThrowsMessage<FileNotFoundError>(AllOf(HasSubstr("/nowhere/a.ckpt"), HasSubstr("No such file"))));
  const TempDir dir;
  write_file(dir / "file", "");
  EXPECT_THROW(save(dir / "file/a", ""), FileNotFoundError);
}

TEST(AtomicFile, DirectoriesAndDevicesAreRefused) {
  const TempDir dir;
  EXPECT_THROW(save(dir.path(), ""), IsADirectoryError);
  EXPECT_THROW(save("", ""), IsADirectoryError);
  EXPECT_THAT([] { save("/dev/null", ""); }, ThrowsMessage<OSError>(HasSubstr("not a regular file")));
  EXPECT_THAT([] { save(std::string("a\0b", 3), ""); },
              ThrowsMessage<ValueError>(HasSubstr("contains a NUL")));
}

TEST(AtomicFile, AFolderWithoutWritePermission) {
  const TempDir dir;
  save(dir / "a", "old");
  ::chmod(dir.path().c_str(), 0555);
  {
    const Unprivileged nobody;
    EXPECT_THAT([&] { save(dir / "a", "new"); },
                ThrowsMessage<PermissionError>(AllOf(HasSubstr(dir / "a"), HasSubstr("Permission denied"))));
  }
  ::chmod(dir.path().c_str(), 0755);
  EXPECT_EQ(read_file(dir / "a"), "old");
}

}  // namespace
}  // namespace nucella::io
