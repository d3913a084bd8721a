// The exceptions of nucella, one for each Python exception that MindSpore raises, and check<E>().
#pragma once
#include <stdexcept>
#include <string>

#include "nucella/base/str.h"

namespace nucella {

/// Base of all exceptions thrown by nucella. `type_name()` is the name of the Python exception it becomes.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  virtual const char* type_name() const noexcept { return "Error"; }
};

#define NUCELLA_ERROR(Name, Base)                                     \
  class Name : public Base {                                          \
   public:                                                            \
    using Base::Base;                                                 \
    const char* type_name() const noexcept override { return #Name; } \
  };
NUCELLA_ERROR(TypeError, Error)
NUCELLA_ERROR(ValueError, Error)
NUCELLA_ERROR(KeyError, Error)
NUCELLA_ERROR(IndexError, Error)
NUCELLA_ERROR(AttributeError, Error)
NUCELLA_ERROR(RuntimeError, Error)
NUCELLA_ERROR(NotImplementedError, RuntimeError)
NUCELLA_ERROR(MemoryError, Error)
NUCELLA_ERROR(OSError, Error)
NUCELLA_ERROR(FileNotFoundError, OSError)
NUCELLA_ERROR(IsADirectoryError, OSError)
NUCELLA_ERROR(PermissionError, OSError)
#undef NUCELLA_ERROR

/// Throws `E` with the joined parts as its text.
template <class E, class... P>
[[noreturn, gnu::cold, gnu::noinline]] void raise(const P&... parts) {
  throw E(str(parts...));
}

/// Throws `E` unless `ok`; the text is only put together on failure.
template <class E, class... P>
inline void check(bool ok, const P&... parts) {
  if (!ok) [[unlikely]]
    raise<E>(parts...);
}

}  // namespace nucella
