#include "nucella/train/async_save.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "nucella/base/error.h"
#include "nucella/base/parallel.h"

namespace nucella::train {
namespace {

constexpr size_t kLongestReport = 4096;  // fits into a pipe that nobody reads yet
constexpr std::string_view kSaved = "saved";

// What a process tells of an exception: its type, a line break, its text.
std::string described(const std::exception& error) {
  const auto* own = dynamic_cast<const Error*>(&error);
  return str(own ? own->type_name() : "RuntimeError", '\n', error.what()).substr(0, kLongestReport);
}

template <class... E>
std::exception_ptr exception_named(std::string_view name, const std::string& text) {
  std::exception_ptr found = std::make_exception_ptr(RuntimeError(text));
  ((name == E(text).type_name() ? (found = std::make_exception_ptr(E(text)), true) : false) || ...);
  return found;
}

std::exception_ptr exception_from(const std::string& description) {
  const size_t line = description.find('\n');
  return exception_named<FileNotFoundError, IsADirectoryError, PermissionError, OSError, ValueError,
                         MemoryError>(description.substr(0, line), description.substr(line + 1));
}

// In the new process: only the thread that has called goes on, and nothing but the file is touched.
[[noreturn]] void write_and_exit(const std::function<void()>& write, int report) {
  ::signal(SIGINT, SIG_IGN);  // ends the program that trains; the file is completed all the same
  ::signal(SIGHUP, SIG_IGN);
  std::string text(kSaved);
  try {
    const OneThreadScope alone;
    write();
  } catch (const std::exception& error) {
    text = described(error);
  }
  const ssize_t written = ::write(report, text.data(), text.size());
  ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
}

class BackgroundSave {
 public:
  ~BackgroundSave() {
    try {
      wait(true);
    } catch (const std::exception& error) {
      // The log may be gone already.
      std::fputs(str("[nucella] error: the last asynchronous save has failed: ", error.what(), '\n').c_str(),
                 stderr);
    }
  }

  void start(std::function<void()> write) {
    const std::lock_guard lock(mutex_);
    settle();
    throw_error();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return write();
    const pid_t child = ::fork();
    if (child == 0) write_and_exit(write, ends[1]);
    ::close(ends[1]);
    if (child < 0) {
      ::close(ends[0]);
      return write();
    }
    running_ = Running{child, ends[0], ::getpid(), std::move(write)};
  }

  void wait(bool throws) {
    const std::lock_guard lock(mutex_);
    settle();
    if (throws) throw_error();
  }

 private:
  struct Running {
    pid_t child;
    int report;
    pid_t parent;
    std::function<void()> write;  // keeps the file that is written, and removes what a killed process leaves
  };

  void settle() {
    if (!running_) return;
    const Running done = *std::exchange(running_, {});
    if (done.parent == ::getpid()) {  // not in a copy of the process that has begun it
      int status = 0;
      while (::waitpid(done.child, &status, 0) < 0 && errno == EINTR) {
      }
      take_report(done.report, status);
    }
    ::close(done.report);
  }

  void take_report(int report, int status) {
    std::string text(kLongestReport, '\0');
    const ssize_t bytes = ::read(report, text.data(), text.size());
    text.resize(bytes > 0 ? static_cast<size_t>(bytes) : 0);
    if (text.empty()) {
      error_ = std::make_exception_ptr(
          OSError(str("save_checkpoint: the process that wrote the file asynchronously was ended by signal ",
                      WIFSIGNALED(status) ? WTERMSIG(status) : 0, "; the file before is still there")));
    } else if (text != kSaved) {
      error_ = exception_from(text);
    }
  }

  void throw_error() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  std::mutex mutex_;
  std::optional<Running> running_;
  std::exception_ptr error_;
};

BackgroundSave& background_save() {
  static BackgroundSave save;
  return save;
}

}  // namespace

void save_in_background(std::function<void()> write) { background_save().start(std::move(write)); }
void wait_for_save(bool throw_error) { background_save().wait(throw_error); }

}  // namespace nucella::train
