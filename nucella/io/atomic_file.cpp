#include "nucella/io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "nucella/io/os_error.h"
#include "nucella/tensor/mapping.h"

namespace nucella::io {
namespace {

constexpr size_t kBuffer = 1 << 16;  // small writes are collected up to here
constexpr size_t kLargestWrite = 16 << 20;
constexpr uint64_t kFlushAtOnce = 32 << 20;

// The file that `path` stands for, after following symbolic links.
std::string resolve(std::string_view who, const std::string& path) {
  check_path(who, path);
  if (path.empty()) raise_os_error(EISDIR, who, "write", path);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) raise_os_error(errno, who, "write", path);
    return path;
  }
  if (S_ISDIR(info.st_mode)) raise_os_error(EISDIR, who, "write", path);
  check<OSError>(S_ISREG(info.st_mode), who, ": cannot write '", path, "': not a regular file");
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  if (!real) raise_os_error(errno, who, "write", path);
  return real.get();
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? "./" : path.substr(0, slash + 1);
}

std::string unused_name(const std::string& directory) {
  static std::atomic<uint64_t> counter{0};
  return str(directory, ".nucella-", ::getpid(), "-", counter.fetch_add(1), ".tmp");
}

std::string path_of(int file) { return str("/proc/self/fd/", file); }

// The system refuses to write what lies in a mapped file that was cut short. An access from here tells which
// one.
void touch(const std::byte& byte) {
  const int error = errno;
  static_cast<void>(*static_cast<const volatile std::byte*>(&byte));
  check_mapping_at(&byte);
  errno = error;
}

}  // namespace

AtomicFile::AtomicFile(std::string_view who, const std::string& path)
    : who_(who), target_(resolve(who, path)) {
  const std::string directory = directory_of(target_);
  directory_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory_ < 0) raise_os_error(errno, who, "open the directory of", path);
  try {
    if (!open_nameless(directory)) open_temporary(directory);
    buffer_.reserve(kBuffer);
  } catch (...) {
    ::close(directory_);
    throw;
  }
}

bool AtomicFile::open_nameless(const std::string& directory) {
  file_ = ::open(directory.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file_ < 0) return false;  // no such files here; what else is wrong shows when a temporary one is made
  if (::access(path_of(file_).c_str(), F_OK) == 0) return true;
  ::close(file_);  // without /proc it could not be given a name later
  return false;
}

void AtomicFile::open_temporary(const std::string& directory) {
  do {
    temporary_ = unused_name(directory);
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  } while (file_ < 0 && errno == EEXIST);
  if (file_ < 0) {
    temporary_.clear();
    fail(errno, "create a file beside");
  }
}

void AtomicFile::give_name() {
  if (!temporary_.empty()) return;
  int linked = 0;
  do {
    temporary_ = unused_name(directory_of(target_));
    linked = ::linkat(AT_FDCWD, path_of(file_).c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW);
  } while (linked != 0 && errno == EEXIST);
  if (linked != 0) {
    temporary_.clear();
    fail(errno, "name the file beside");
  }
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  ::close(directory_);
}

void AtomicFile::write(Bytes bytes) {
  position_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBuffer) flush();
  if (bytes.size() >= kBuffer) {
    write_through(bytes);
  } else {
    buffer_ += as_text(bytes);
  }
  check_mapping_at(bytes.data());
}

void AtomicFile::flush() {
  write_through(as_bytes(buffer_));
  buffer_.clear();
}

void AtomicFile::write_through(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), std::min(bytes.size(), kLargestWrite));
    if (n < 0 && errno == EFAULT) touch(bytes.front());
    if (n < 0 && errno != EINTR) fail(errno, "write");
    if (n > 0) bytes = bytes.subspan(static_cast<size_t>(n));
  }
  start_flushing();
}

// The disk begins while the next bytes are copied, so that the sync at the end has little left to do. Only a
// hint: its errors show there, too.
void AtomicFile::start_flushing() {
  const uint64_t written = position_ - buffer_.size();
  if (written < flushing_ + kFlushAtOnce) return;
  ::sync_file_range(file_, static_cast<off_t>(flushing_), static_cast<off_t>(written - flushing_),
                    SYNC_FILE_RANGE_WRITE);
  flushing_ = written;
}

void AtomicFile::overwrite(uint64_t offset, Bytes bytes) {
  flush();
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno != EINTR) fail(errno, "write");
    if (n <= 0) continue;
    bytes = bytes.subspan(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
}

void AtomicFile::commit() {
  flush();
  if (::fchmod(file_, S_IRUSR) != 0) fail(errno, "set the mode of");
  if (::fsync(file_) != 0) fail(errno, "sync");
  give_name();
  // Network file systems report a failed write no earlier than here.
  if (::close(std::exchange(file_, -1)) != 0 && errno != EINTR) fail(errno, "close");
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno, "replace");
  temporary_.clear();
  // Some file systems cannot sync a directory and say EINVAL; then the rename is as durable as they make it.
  if (::fsync(directory_) != 0 && errno != EINVAL) fail(errno, "sync the directory of");
}

void AtomicFile::fail(int error, std::string_view action) const {
  raise_os_error(error, who_, action, target_);
}

}  // namespace nucella::io
