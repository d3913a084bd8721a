#include "nucella/io/safetensors.h"

#include <zlib.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "nucella/io/atomic_file.h"
#include "nucella/io/mapped_file.h"
#include "nucella/io/safetensors_header.h"

namespace nucella::io {
namespace {

constexpr std::string_view kReader = "read_safetensors", kWriter = "write_safetensors";

// MindSpore's checksum: names and contents, in order of the names.
class Crc {
 public:
  void add(Bytes bytes) {
    value_ = crc32_z(value_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  }
  void add(std::string_view name, Bytes content) {
    add(as_bytes(name));
    if (!content.empty()) add(content);
  }
  std::string str() const { return std::to_string(value_); }

 private:
  uLong value_ = 0;
};

Bytes content_of(Bytes file, const EntryInfo& info) { return file.subspan(info.offset, info.bytes); }

void verify_crc(Bytes file, const FileInfo& info, const Where& where, const ReadOptions& options) {
  const auto stored = info.metadata.find("crc_num");
  if (stored == info.metadata.end()) {
    if (options.warn) options.warn(str(kReader, ": '", where.file, "' has no checksum to verify"));
    return;
  }
  Crc crc;
  for (const EntryInfo& entry : info.entries) crc.add(entry.name, content_of(file, entry));
  check<ValueError>(crc.str() == stored->second, where, ": the stored CRC-32 is ", stored->second,
                    ", the content has ", crc.str(), "; the file is damaged");
}

// Order on disk as the reference implementation has it: widest type first, then by name.
std::vector<const NamedTensor*> disk_order(const NamedTensors& entries) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& entry : entries) order.push_back(&entry);
  std::ranges::sort(order, [](const NamedTensor* a, const NamedTensor* b) {
    const int rank_a = safetensors_rank(a->tensor.dtype()), rank_b = safetensors_rank(b->tensor.dtype());
    return rank_a != rank_b ? rank_a > rank_b : a->name < b->name;
  });
  return order;
}

std::string crc_of(const NamedTensors& entries) {
  std::map<std::string_view, const Tensor*> by_name;
  for (const NamedTensor& entry : entries) by_name[entry.name] = &entry.tensor;
  Crc crc;
  for (const auto& [name, tensor] : by_name) {
    const Tensor dense = tensor->contiguous();
    crc.add(name, {dense.raw_data(), static_cast<size_t>(dense.nbytes())});
  }
  return crc.str();
}

std::string make_header(const std::vector<const NamedTensor*>& order, const std::string& crc) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!crc.empty()) header["__metadata__"]["crc_num"] = crc;
  if (!order.empty()) header["__metadata__"]["format"] = "ms";
  int64_t begin = 0;
  for (const NamedTensor* entry : order) {
    const int64_t end = begin + entry->tensor.nbytes();
    auto& item = header[entry->name];
    item["dtype"] = safetensors_name(entry->tensor.dtype());
    item["shape"] = entry->tensor.shape().vec();
    item["data_offsets"] = {begin, end};
    begin = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace

NamedTensors read_safetensors(const std::string& path, const ReadOptions& options) {
  const MappedFile file(kReader, path);
  return read_safetensors(file.bytes(), path, options);
}

NamedTensors read_safetensors(Bytes file, std::string_view name, const ReadOptions& options) {
  const FileInfo info = inspect_safetensors(file, name);
  if (options.crc_check) verify_crc(file, info, {kReader, name}, options);
  NamedTensors out;
  for (const EntryInfo& entry : info.entries)
    out.push_back(
        {entry.name, tensor_from(content_of(file, entry), entry.shape, dtype_from_name(entry.dtype)), {}});
  return out;
}

FileInfo inspect_safetensors(Bytes file, std::string_view name) {
  return parse_safetensors_header(file, {kReader, name});
}

void write_safetensors(const std::string& path, const NamedTensors& entries,
                       const SafetensorsWriteOptions& options) {
  check_entries(entries, kWriter);
  for (const NamedTensor& entry : entries) {
    check<ValueError>(!entry.is_text(), kWriter, ": entry '", entry.name,
                      "' is a text, and safetensors files hold tensors only");
    check<ValueError>(entry.name != "__metadata__", kWriter, ": no tensor can have the name '__metadata__'");
    entry.tensor.prepare(kWriter);
  }
  const auto order = disk_order(entries);
  const std::string header = make_header(order, options.crc_check && !entries.empty() ? crc_of(entries) : "");
  check<ValueError>(header.size() <= kLargestSafetensorsHeader, kWriter, ": the header of '", path,
                    "' would have ", header.size(), " bytes, at most ", kLargestSafetensorsHeader,
                    " are allowed");
  AtomicFile file(kWriter, path);
  const uint64_t header_bytes = header.size();
  file.write(std::as_bytes(std::span(&header_bytes, 1)));
  file.write(header);
  for (const NamedTensor* entry : order) {
    const Tensor dense = entry->tensor.contiguous();
    file.write({dense.raw_data(), static_cast<size_t>(dense.nbytes())});
  }
  file.commit();
}

}  // namespace nucella::io
