// HookHandle as Python sees it: one that is copied with its net removes the copy of its hook.
#pragma once
#include "bind.h"
#include "nucella/base/hook_list.h"

namespace nucella::python {

struct PyHookHandle {
  HookHandle handle;
  nb::object cell;   ///< weak reference to the Cell object; null for a hook of something else
  std::string kind;  ///< which of the cell's lists; see CellReferences::for_each_list
  /// Of a copy, whose cell need not be initialised yet: the id of its hook, looked for by remove().
  uint64_t copied = 0;
};

/// The handle of a hook in the list `kind` of the cell behind `self`.
PyHookHandle handle_on(nb::handle self, const char* kind, HookHandle handle);

}  // namespace nucella::python
