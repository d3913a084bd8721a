// Prints the reference of all ops as Markdown, from the table that list.inc makes.
#include <cstdio>
#include <string>

#include "nucella/ops/ops.h"

namespace {

using namespace nucella;

std::string kernels_of(const OpEntry& entry) {
  if (entry.def->view) return "none: the result is a view of the first input";
  if (entry.def->compose) return "none: it is spelled in other ops";
  std::string names;
  for (const Kernel& kernel : entry.cpu->kernels) names += str(names.empty() ? "" : ", ", kernel.name);
  return names;
}

void print(const OpEntry& entry) {
  const OpDef& def = *entry.def;
  const std::string result = entry.outputs == 1           ? "Tensor"
                             : entry.outputs == kVariadic ? "Tensors"
                                                          : str("std::array<Tensor, ", entry.outputs, ">");
  std::printf("## %s\n\n```cpp\n%s ops::%s%s\n```\n\n%s\n\n", entry.name, result.c_str(), entry.name,
              entry.signature, def.doc);
  if (*def.primitive) std::printf("* MindSpore's Primitive: `%s`\n", def.primitive);
  std::printf("* gradient: %s\n* CPU kernels: %s\n\n", def.vjp || def.compose ? "yes" : "no",
              kernels_of(entry).c_str());
}

}  // namespace

int main() {
  std::puts("# Ops\n\nEvery op, generated from the op table.\n");
  for (const OpEntry& entry : op_table()) print(entry);
}
