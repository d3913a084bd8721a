#include "nucella/train/checkpoint_format.h"

#include <algorithm>
#include <vector>

#include "nucella/io/gguf.h"
#include "nucella/io/npz.h"
#include "nucella/io/pt.h"
#include "nucella/io/safetensors.h"
#include "nucella/io/safetensors_set.h"
#include "nucella/io/unicode.h"

namespace nucella::train {
namespace {

struct Format {
  std::string_view name;
  std::vector<std::string_view> endings;
};

const std::vector<Format>& formats() {
  static const std::vector<Format> all = {{"ckpt", {"ckpt"}},
                                          {"safetensors", {"safetensors", io::kSafetensorsIndex}},
                                          {"npz", {".npz"}},
                                          {"pt", {".pt", ".pth", ".bin"}},
                                          {"gguf", {".gguf"}}};
  return all;
}

std::string listed(const std::vector<std::string_view>& texts) {
  std::string out;
  for (const std::string_view text : texts) out += str(out.empty() ? "'" : ", '", text, "'");
  return out;
}

}  // namespace

void check_load_format(const std::string& path, const std::string& format) {
  const auto found = std::ranges::find(formats(), format, &Format::name);
  if (found == formats().end()) {
    std::vector<std::string_view> names;
    for (const Format& known : formats()) names.push_back(known.name);
    raise<ValueError>("load_checkpoint: 'format' must be one of ", listed(names), ", got ",
                      io::in_quotes(format));
  }
  const auto fits = [&](std::string_view ending) { return path.ends_with(ending); };
  check<ValueError>(std::ranges::any_of(found->endings, fits),
                    "load_checkpoint: the name of the file must end in ", listed(found->endings), ", got ",
                    io::in_quotes(path));
}

NamedTensors read_foreign(const std::string& path, const std::string& format,
                          const io::ReadOptions& options) {
  if (format == "npz") return io::read_npz(path);
  if (format == "pt") return io::read_pt(path, options);
  if (format == "gguf") return io::read_gguf(path, options);
  return path.ends_with(io::kSafetensorsIndex) ? io::read_safetensors_set(path, options)
                                               : io::read_safetensors(path, options);
}

}  // namespace nucella::train
