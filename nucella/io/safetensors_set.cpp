#include "nucella/io/safetensors_set.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "nucella/io/atomic_file.h"
#include "nucella/io/mapped_file.h"
#include "nucella/io/safetensors.h"
#include "nucella/io/safetensors_header.h"
#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

using nlohmann::json;

constexpr std::string_view kReader = "read_safetensors_set", kWriter = "write_safetensors_set";
constexpr const char *kSet = "set", *kMetadata = "metadata", *kWeightMap = "weight_map";

// Of each file the names that it holds.
struct Index {
  std::map<std::string, std::vector<std::string>> files;
  std::string set;  // empty when the index has no id
  friend bool operator==(const Index&, const Index&) = default;
};

json parse_json(Bytes file, const Where& where) {
  check<ValueError>(file.size() <= kLargestSafetensorsHeader, where, ": expected an index of at most ",
                    kLargestSafetensorsHeader, " bytes, got ", file.size());
  try {
    return json::parse(as_text(file));
  } catch (const json::parse_error& e) {
    raise<ValueError>(where, ": the index is not valid JSON at its byte ", e.byte);
  } catch (const json::out_of_range&) {
    raise<ValueError>(where, ": the index is not valid JSON: a number is too large");
  }
}

Index read_index(const std::string& path) {
  const MappedFile file(kReader, path);
  const Where where{kReader, path};
  const json document = parse_json(file.bytes(), where);
  check<ValueError>(document.is_object() && document.contains(kWeightMap) && document[kWeightMap].is_object(),
                    where, ": the index has no object '", kWeightMap, "'");
  Index out;
  for (const auto& [name, value] : document[kWeightMap].items()) {
    check<ValueError>(value.is_string(), where, ": the file of ", in_quotes(name), " must be a text");
    const auto shard = value.get<std::string>();
    check<ValueError>(std::filesystem::path(shard).filename() == shard && shard.ends_with(".safetensors"),
                      where, ": ", in_quotes(name), " must lie in a .safetensors file beside the index, got ",
                      in_quotes(shard));
    out.files[shard].push_back(name);
  }
  if (document.contains(kMetadata) && document[kMetadata].is_object())
    if (const json& set = document[kMetadata].value(kSet, json()); set.is_string())
      out.set = set.get<std::string>();
  return out;
}

std::string beside(const std::string& path, const std::string& file) {
  return (std::filesystem::path(path).parent_path() / file).string();
}

FileInfo inspect_shard(const std::string& path, const Index& index) {
  const MappedFile file(kReader, path);
  FileInfo info = inspect_safetensors(file.bytes(), path);
  const auto set = info.metadata.find(kSet);
  check<ValueError>(index.set.empty() || (set != info.metadata.end() && set->second == index.set),
                    Where{kReader, path},
                    ": the file is not of the set that the index describes; it was written at another time");
  return info;
}

// Those of `all`, which are sorted by name, that the index expects in this file.
template <class T>
void take_listed(std::vector<T>& out, std::vector<T> all, std::vector<std::string> names,
                 const std::string& path) {
  std::ranges::sort(names);
  size_t next = 0;
  for (T& entry : all)
    if (next < names.size() && entry.name == names[next]) {
      out.push_back(std::move(entry));
      ++next;
    }
  if (next == names.size()) return;
  raise<ValueError>(Where{kReader, path, names[next], 0},
                    ": the index names the tensor, the file has none of this name");
}

std::string make_id() {
  std::random_device random;
  const uint64_t id = uint64_t{random()} << 32 | random();
  return std::to_string(id);
}

std::vector<NamedTensors> cut(const NamedTensors& entries, uint64_t max_shard_bytes) {
  std::vector<NamedTensors> shards(1);
  uint64_t bytes = 0;
  for (const NamedTensor& entry : entries) {
    const auto size = static_cast<uint64_t>(entry.tensor.nbytes());
    if (!shards.back().empty() && size > max_shard_bytes - std::min(bytes, max_shard_bytes)) {
      shards.emplace_back();
      bytes = 0;
    }
    shards.back().push_back(entry);
    bytes += size;
  }
  return shards;
}

// What `body` makes of the index; once more when it failed because another set took the place of this one.
template <class Body>
auto with_index(const std::string& path, Body body) {
  for (Index index = read_index(path);;) {
    try {
      return body(index);
    } catch (const Error&) {
      Index now = read_index(path);
      if (now == index) throw;
      index = std::move(now);
    }
  }
}

// "model-00002-of-00003.safetensors"
std::string shard_name(std::string_view stem, size_t number, size_t count) {
  const auto padded = [](size_t value) {
    const std::string digits = std::to_string(value);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
  };
  return str(stem, '-', padded(number), "-of-", padded(count), ".safetensors");
}

}  // namespace

NamedTensors read_safetensors_set(const std::string& path, const ReadOptions& options) {
  return with_index(path, [&](const Index& index) {
    NamedTensors out;
    for (const auto& [file, names] : index.files) {
      const std::string shard = beside(path, file);
      inspect_shard(shard, index);
      take_listed(out, read_safetensors(shard, options), names, shard);
    }
    std::ranges::sort(out, {}, &NamedTensor::name);
    return out;
  });
}

FileInfo inspect_safetensors_set(const std::string& path) {
  return with_index(path, [&](const Index& index) {
    FileInfo out{"safetensors set", std::filesystem::file_size(path), {}, {}};
    for (const auto& [file, names] : index.files) {
      const std::string shard = beside(path, file);
      FileInfo info = inspect_shard(shard, index);
      for (EntryInfo& entry : info.entries) entry.file = file;
      take_listed(out.entries, std::move(info.entries), names, shard);
      out.file_bytes += info.file_bytes;
      out.metadata.merge(info.metadata);
    }
    std::ranges::sort(out.entries, {}, &EntryInfo::name);
    return out;
  });
}

namespace {

// "model" of "dir/model.safetensors.index.json".
std::string stem_of(const std::string& path) {
  return std::filesystem::path(path.substr(0, path.size() - kSafetensorsIndex.size())).filename().string();
}

// The usual names, or names with the id where that would touch a file that exists.
std::vector<std::string> shard_names(const std::string& path, size_t count, const std::string& set) {
  const auto names = [&](const std::string& stem) {
    std::vector<std::string> out;
    for (size_t i = 1; i <= count; ++i) out.push_back(shard_name(stem, i, count));
    return out;
  };
  const std::string stem = stem_of(path);
  const std::vector<std::string> usual = names(stem);
  const bool taken = std::ranges::any_of(
      usual, [&](const std::string& name) { return std::filesystem::exists(beside(path, name)); });
  return taken ? names(str(stem, '-', set)) : usual;
}

// The files of this stem that the index in place lists: none when there is no sound one.
std::vector<std::string> replaced_files(const std::string& path) {
  std::vector<std::string> out;
  try {
    for (const auto& [file, names] : read_index(path).files)
      if (file.starts_with(stem_of(path) + "-")) out.push_back(file);
  } catch (const Error&) {  // it is replaced, whatever it was
  }
  return out;
}

}  // namespace

std::function<void()> prepare_safetensors_set(const std::string& path, const NamedTensors& entries,
                                              uint64_t max_shard_bytes) {
  check<ValueError>(path.ends_with(kSafetensorsIndex), kWriter, ": the name must end with ",
                    kSafetensorsIndex, ", got ", in_quotes(path));
  check<ValueError>(max_shard_bytes > 0, kWriter, ": 'max_shard_bytes' must be positive");
  check_entries(entries, kWriter);
  for (const NamedTensor& entry : entries)
    check<ValueError>(!entry.is_text(), kWriter, ": entry ", in_quotes(entry.name),
                      " is a text, and safetensors files hold tensors only");
  const std::string set = make_id();
  std::vector<NamedTensors> shards = cut(entries, max_shard_bytes);
  const std::vector<std::string> names = shard_names(path, shards.size(), set);
  std::vector<std::function<void()>> writes;
  nlohmann::ordered_json index = {{kMetadata, {{"total_size", 0}, {kSet, set}}},
                                  {kWeightMap, json::object()}};
  int64_t total = 0;
  for (size_t i = 0; i < shards.size(); ++i) {
    for (const NamedTensor& entry : shards[i]) {
      index[kWeightMap][entry.name] = names[i];
      total += entry.tensor.nbytes();
    }
    // "pt" is what the programs that read such sets look for.
    writes.push_back(prepare_safetensors(beside(path, names[i]), std::move(shards[i]),
                                         {.metadata = {{kSet, set}, {"format", "pt"}}}));
  }
  index[kMetadata]["total_size"] = total;
  auto file = std::make_shared<AtomicFile>(kWriter, path);
  return [writes = std::move(writes), file, path, names, text = index.dump(2) + "\n"] {
    for (const auto& write : writes) write();
    file->write(text);
    const std::vector<std::string> old = replaced_files(path);
    file->commit();
    for (const std::string& name : old)
      if (std::error_code ignored; !std::ranges::count(names, name))
        std::filesystem::remove(beside(path, name), ignored);
  };
}

void write_safetensors_set(const std::string& path, const NamedTensors& entries, uint64_t max_shard_bytes) {
  prepare_safetensors_set(path, entries, max_shard_bytes)();
}

}  // namespace nucella::io
