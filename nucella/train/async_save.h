// Asynchronous saves: a process of its own writes the file, from memory as it was when the save began.
#pragma once
#include <functional>

namespace nucella::train {

/// Calls `write` in a copy of this process, so that the system copies pages only where this one writes
/// meanwhile. Waits for the save before first, and throws what that failed with; then this one is not begun.
/// Where no process can be made, `write` is called at once.
void save_in_background(std::function<void()> write);
/// Waits for the save that was begun last. With `throw_error`, throws what it failed with, once; else that is
/// kept for the next call.
void wait_for_save(bool throw_error = true);

}  // namespace nucella::train
