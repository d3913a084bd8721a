// Exceptions of nucella become the Python exceptions of the same name, with the same text.
#include "errors.h"

#include <array>
#include <utility>

#include "bind.h"
#include "nucella/base/error.h"

namespace nucella::python {
namespace {

PyObject* python_type(std::string_view name) {
  const std::array<std::pair<std::string_view, PyObject*>, 12> types = {{
      {"TypeError", PyExc_TypeError},
      {"ValueError", PyExc_ValueError},
      {"KeyError", PyExc_KeyError},
      {"IndexError", PyExc_IndexError},
      {"AttributeError", PyExc_AttributeError},
      {"RuntimeError", PyExc_RuntimeError},
      {"NotImplementedError", PyExc_NotImplementedError},
      {"MemoryError", PyExc_MemoryError},
      {"OSError", PyExc_OSError},
      {"FileNotFoundError", PyExc_FileNotFoundError},
      {"IsADirectoryError", PyExc_IsADirectoryError},
      {"PermissionError", PyExc_PermissionError},
  }};
  for (const auto& [known, type] : types)
    if (known == name) return type;
  return PyExc_RuntimeError;
}

}  // namespace

void set_python_error() noexcept {
  try {
    throw;
  } catch (nb::python_error& e) {
    e.restore();
  } catch (const Error& e) {
    PyErr_SetString(python_type(e.type_name()), e.what());
  } catch (const std::bad_alloc& e) {
    PyErr_SetString(PyExc_MemoryError, e.what());
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "an exception of unknown type");
  }
}

void bind_errors(nb::module_&) {
  nb::register_exception_translator([](const std::exception_ptr& p, void*) {
    try {
      std::rethrow_exception(p);
    } catch (const Error&) {
      set_python_error();
    }
  });
}

}  // namespace nucella::python
