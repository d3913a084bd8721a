// C++ exceptions at the edge to Python, for slots and vectorcalls that nanobind does not wrap.
#pragma once
#include <nanobind/nanobind.h>

namespace nucella::python {

/// Sets the Python error for the exception that is being handled; call within a catch block only.
void set_python_error() noexcept;

/// `body()`, or null (-1 for integers) with the Python error set when it throws.
template <class F>
auto guarded(F&& body) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (...) {
    set_python_error();
    if constexpr (std::is_pointer_v<decltype(body())>) {
      return nullptr;
    } else {
      return -1;
    }
  }
}

}  // namespace nucella::python
