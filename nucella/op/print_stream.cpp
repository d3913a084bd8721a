#include "nucella/op/print_stream.h"

#include <atomic>
#include <iostream>

namespace nucella {
namespace {
std::atomic<std::ostream*> current{nullptr};
}  // namespace

std::ostream& print_stream() {
  std::ostream* stream = current.load();
  return stream ? *stream : std::cout;
}

std::ostream* set_print_stream(std::ostream* stream) { return current.exchange(stream); }

}  // namespace nucella
