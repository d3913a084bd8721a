#include <ostream>

#include "nucella/op/op.h"
#include "nucella/op/print_stream.h"
#include "nucella/tensor/format.h"

namespace nucella {
namespace {

const char* print_ref(const Call& call) {
  const std::string& format = call.attrs[0].as<std::string>();
  std::string text;
  size_t at = 0;
  for (const Tensor* t : call.in) {
    const size_t place = format.find("{}", at);
    text.append(format, at, place - at).append(repr(*t));
    at = place + 2;
  }
  text.append(format, at).push_back('\n');
  print_stream() << text << std::flush;
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", print_ref}};
}  // namespace

extern constinit const KernelList print_cpu{kKernels};

}  // namespace nucella
