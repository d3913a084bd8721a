// NameRules and the conversion of files for Python.
#include "bind.h"
#include "nucella/io/file.h"

namespace nucella::python {
namespace {

io::NameStyle style_from(const std::string& style) {
  if (style == "mindspore") return io::NameStyle::kMindSpore;
  if (style == "torch") return io::NameStyle::kTorch;
  check<ValueError>(style.empty(), "NameRules: 'style' must be None, 'mindspore' or 'torch', got '", style,
                    "'");
  return io::NameStyle::kAsIs;
}

using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

}  // namespace

void bind_name_rules(nb::module_& m) {
  nb::class_<io::NameRules>(m, "NameRules")
      .def(
          "__init__",
          [](io::NameRules* self, Texts only, Texts exclude, Pairs prefixes, const std::string& style) {
            new (self)
                io::NameRules{std::move(only), std::move(exclude), std::move(prefixes), style_from(style)};
          },
          "only"_a, "exclude"_a, "prefixes"_a, "style"_a);
  m.def(
      "convert_file",
      [](const std::string& from, const std::string& to, const io::NameRules& rules,
         uint64_t max_shard_bytes) {
        const nb::gil_scoped_release unlocked;
        return io::convert_file(from, to, rules, {.max_shard_bytes = max_shard_bytes});
      },
      "source"_a, "target"_a, "rules"_a, "max_shard_bytes"_a);
}

}  // namespace nucella::python
