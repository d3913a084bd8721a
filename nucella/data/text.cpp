#include "nucella/data/text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "nucella/base/random.h"

namespace nucella::data {
namespace {

constexpr const char* kFortunes = "/usr/share/games/fortunes";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  check<OSError>(!in.bad() && !text.fail(), "read_text: cannot read '", path.string(), "'");
  return std::move(text).str();
}

// A number in [0, n) from word `at` of a stream.
int64_t pick(const Philox4x32& random, uint64_t at, int64_t n) {
  const uint64_t word = random.block(at / 4)[static_cast<size_t>(at % 4)];
  return static_cast<int64_t>(word * static_cast<uint64_t>(n) >> 32);
}

}  // namespace

std::vector<int32_t> byte_tokens(std::string_view text) {
  std::vector<int32_t> tokens;
  tokens.reserve(text.size());
  for (char c : text) tokens.push_back(static_cast<unsigned char>(c));
  return tokens;
}

std::string bytes_of(const std::vector<int32_t>& tokens) {
  std::string text;
  for (int32_t token : tokens)
    if (token >= 0 && token < 256) text += static_cast<char>(token);
  return text;
}

std::string read_text(const std::string& where) {
  namespace fs = std::filesystem;
  const fs::path path = where == "fortunes" ? fs::path(kFortunes) : fs::path(where);
  check<FileNotFoundError>(fs::exists(path), "read_text: there is no '", path.string(), "'",
                           where == "fortunes" ? "; the Debian package fortunes brings it" : "");
  std::string text;
  if (!fs::is_directory(path)) {
    text = read_file(path);
  } else {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path))
      if (entry.is_regular_file() && entry.path().filename().string().find('.') == std::string::npos)
        files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files) text += read_file(file);
  }
  check<ValueError>(!text.empty(), "read_text: there is no text in '", path.string(), "'");
  return text;
}

TextLoader::TextLoader(std::vector<int32_t> tokens, const TextLoaderOptions& options)
    : tokens_(std::move(tokens)), options_(options) {
  check<ValueError>(options.batch_size > 0 && options.length > 0,
                    "TextLoader: 'batch_size' and 'length' must be positive, got ", options.batch_size,
                    " and ", options.length);
  check<ValueError>(steps_per_epoch() > 0, "TextLoader: a batch needs more than ",
                    options.batch_size * options.length + options.length, " tokens, got ", tokens_.size());
}

// One stretch less than fit, so that an epoch may begin anywhere in the first of them.
int64_t TextLoader::steps_per_epoch() const {
  return ((std::ssize(tokens_) - 1) / options_.length - 1) / options_.batch_size;
}

TextLoader::Batch TextLoader::batch(int64_t epoch, int64_t step) const {
  const int64_t stretches = steps_per_epoch() * options_.batch_size, length = options_.length;
  check<IndexError>(step >= 0 && step < steps_per_epoch(), "TextLoader: 'step' must be in [0, ",
                    steps_per_epoch(), "), got ", step);
  const Philox4x32 random(options_.seed * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(epoch));
  const int64_t start = pick(random, 0, length);
  std::vector<int64_t> order(static_cast<size_t>(stretches));
  for (int64_t i = 0; i < stretches; ++i) {
    const int64_t at = pick(random, static_cast<uint64_t>(i + 1), i + 1);  // Fisher-Yates, inside out
    order[static_cast<size_t>(i)] = order[static_cast<size_t>(at)];
    order[static_cast<size_t>(at)] = i;
  }
  Batch batch{Tensor::empty({options_.batch_size, length}, int32),
              Tensor::empty({options_.batch_size * length}, int32)};
  for (int64_t n = 0; n < options_.batch_size; ++n) {
    const int64_t stretch = order[static_cast<size_t>(step * options_.batch_size + n)];
    const auto from = tokens_.begin() + start + stretch * length;
    std::copy_n(from, length, batch.inputs.mutable_data<int32_t>() + n * length);
    std::copy_n(from + 1, length, batch.targets.mutable_data<int32_t>() + n * length);
  }
  return batch;
}

}  // namespace nucella::data
