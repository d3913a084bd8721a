#include "nucella/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "nucella/io/os_error.h"

namespace nucella::io {
namespace {

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

MappedFile::MappedFile(std::string_view who, const std::string& path) {
  check_path(who, path);
  // O_NONBLOCK: opening a pipe must not wait for somebody to write into it.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) raise_os_error(errno, who, "open", path);
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) raise_os_error(errno, who, "read", path);
  if (S_ISDIR(info.st_mode)) raise_os_error(EISDIR, who, "read", path);
  check<OSError>(S_ISREG(info.st_mode), who, ": cannot read '", path, "': not a regular file");
  if (info.st_size == 0) return;
  const auto size = static_cast<size_t>(info.st_size);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (start == MAP_FAILED) raise_os_error(errno, who, "map", path);
  bytes_ = {static_cast<const std::byte*>(start), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace nucella::io
