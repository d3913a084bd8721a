#include "nucella/ops/rules.h"

namespace nucella {
namespace {

int64_t places(const std::string& format) {
  int64_t n = 0;
  for (size_t at = format.find("{}"); at != std::string::npos; at = format.find("{}", at + 2)) ++n;
  return n;
}

}  // namespace

extern constinit const OpDef print_op{
    .doc =
        "Writes `format` and a line end, with each `{}` replaced by the next tensor in the form of "
        "MindSpore's repr.",
    .primitive = "Print",
    .infer =
        [](const Call& call, std::span<Meta>) {
          const auto given = static_cast<int64_t>(call.in.size()),
                     wanted = places(call.attrs[0].as<std::string>());
          check<ValueError>(given == wanted, "print: 'format' has ", wanted, " places for ", given,
                            " tensors");
        },
    .effect = Effect::kIO,
    .samples = "f32[2,3]; '{}' | f32[2], i32[]; 'x = {} and {}' | !ValueError f32[2]; 'no place'",
};

}  // namespace nucella
