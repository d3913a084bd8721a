#include "nucella/io/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "nucella/io/os_error.h"

namespace nucella::io {
namespace {

constexpr size_t kLargestRead = 1u << 30;  // the system reads at most 2 GiB at a time

int opened(std::string_view who, const std::string& path) {
  check_path(who, path);
  // O_NONBLOCK: opening a pipe must not wait for somebody to write into it.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) raise_os_error(errno, who, "open", path);
  return descriptor;
}

}  // namespace

OpenFile::OpenFile(std::string_view who, const std::string& path) : OpenFile(who, path, opened(who, path)) {}

OpenFile::OpenFile(std::string_view who, const std::string& path, int descriptor)
    : who_(who), path_(path), descriptor_(descriptor) {
  try {
    state_ = state_now();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

OpenFile::~OpenFile() { ::close(descriptor_); }

OpenFile::State OpenFile::state_now() const {
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) raise_os_error(errno, who_, "read", path_);
  if (S_ISDIR(info.st_mode)) raise_os_error(EISDIR, who_, "read", path_);
  check<OSError>(S_ISREG(info.st_mode), who_, ": cannot read '", path_, "': not a regular file");
  return {static_cast<uint64_t>(info.st_size), info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

void OpenFile::read(uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t n =
        ::pread(descriptor_, out.data(), std::min(out.size(), kLargestRead), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) raise_os_error(errno, who_, "read", path_);
    check<OSError>(n > 0, who_, ": cannot read '", path_, "': it ends at ", offset, ", ", out.size(),
                   " bytes too early; it was cut short after it had been opened");
    offset += static_cast<uint64_t>(n);
    out = out.subspan(static_cast<size_t>(n));
  }
}

void OpenFile::check_unchanged() const {
  check<OSError>(state_now() == state_, who_, ": cannot read '", path_,
                 "': it was written to after it had been opened");
}

}  // namespace nucella::io
