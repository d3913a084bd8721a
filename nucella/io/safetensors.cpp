#include "nucella/io/safetensors.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "nucella/io/atomic_file.h"
#include "nucella/io/checksum.h"
#include "nucella/io/file_tensor.h"
#include "nucella/io/row_major.h"
#include "nucella/io/safetensors_header.h"

namespace nucella::io {
namespace {

constexpr std::string_view kReader = "read_safetensors", kWriter = "write_safetensors";
constexpr size_t kAlignment = 64;
constexpr size_t kCrcDigits = 10;  // of the largest checksum

// MindSpore's checksum: names and contents, in order of the names. `add_content` adds that of an entry.
template <class AddContent>
void verify_crc(const FileInfo& info, const Where& where, const ReadOptions& options,
                AddContent add_content) {
  const auto stored = info.metadata.find("crc_num");
  if (stored == info.metadata.end()) {
    if (options.warn) options.warn(str(kReader, ": '", where.file, "' has no checksum to verify"));
    return;
  }
  Crc32 crc;
  for (const EntryInfo& entry : info.entries) {
    crc.add(as_bytes(entry.name));
    add_content(crc, entry);
  }
  const std::string computed = std::to_string(crc.value());
  check<ValueError>(computed == stored->second, where, ": the stored CRC-32 is ", stored->second,
                    ", the content has ", computed, "; the file is damaged");
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
  Crc32 crc;
  for (const auto& [name, tensor] : by_name) {
    crc.add(as_bytes(name));
    for_each_stretch(*tensor, SIZE_MAX, [&](Bytes stretch) { crc.add(stretch); });
  }
  return std::to_string(crc.value());
}

std::string make_header(const std::vector<const NamedTensor*>& order, const std::string& crc,
                        const SafetensorsWriteOptions& options) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  for (const auto& [key, text] : options.metadata) header["__metadata__"][key] = text;
  if (!crc.empty()) header["__metadata__"]["crc_num"] = crc;
  if (!order.empty()) header["__metadata__"].emplace("format", "ms");
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
  // The contents begin on a boundary of a cache line; without any, as MindSpore pads it.
  const size_t before = sizeof(uint64_t), step = order.empty() ? before : kAlignment;
  text.resize((before + text.size() + step - 1) / step * step - before, ' ');
  return text;
}

void write_entries(AtomicFile& file, const NamedTensors& entries, const SafetensorsWriteOptions& options) {
  const auto order = disk_order(entries);
  const std::string header =
      make_header(order, options.crc_check && !entries.empty() ? crc_of(entries) : "", options);
  const uint64_t header_bytes = header.size();
  file.write(std::as_bytes(std::span(&header_bytes, 1)));
  file.write(header);
  for (const NamedTensor* entry : order)
    for_each_stretch(entry->tensor, SIZE_MAX, [&](Bytes stretch) { file.write(stretch); });
  file.commit();
}

}  // namespace

NamedTensors read_safetensors(const std::string& path, const ReadOptions& options) {
  auto mapping = std::make_shared<const MappedFile>(kReader, path);
  const OpenFile& file = *mapping->file();
  const FileInfo info = inspect_safetensors(mapping->bytes(), path);
  if (options.crc_check)
    verify_crc(info, {kReader, path}, options, [&](Crc32& crc, const EntryInfo& entry) {
      crc.add(file, {entry.offset, entry.bytes});
    });
  const auto tensors = std::make_shared<FileTensors>(mapping, options.mmap);
  NamedTensors out;
  for (const EntryInfo& entry : info.entries)
    out.push_back({entry.name,
                   tensors->tensor(entry.shape, dtype_from_name(entry.dtype), {{entry.offset, entry.bytes}}),
                   {}});
  check_mappings();
  return out;
}

NamedTensors read_safetensors(Bytes file, std::string_view name, const ReadOptions& options) {
  const FileInfo info = inspect_safetensors(file, name);
  const auto content_of = [&](const EntryInfo& entry) { return file.subspan(entry.offset, entry.bytes); };
  if (options.crc_check)
    verify_crc(info, {kReader, name}, options,
               [&](Crc32& crc, const EntryInfo& entry) { crc.add(content_of(entry)); });
  NamedTensors out;
  for (const EntryInfo& entry : info.entries)
    out.push_back(
        {entry.name, tensor_from(content_of(entry), entry.shape, dtype_from_name(entry.dtype)), {}});
  return out;
}

FileInfo inspect_safetensors(Bytes file, std::string_view name) {
  return parse_safetensors_header(file, {kReader, name});
}

std::function<void()> prepare_safetensors(const std::string& path, NamedTensors entries,
                                          const SafetensorsWriteOptions& options) {
  check_entries(entries, kWriter);
  for (const NamedTensor& entry : entries) {
    check<ValueError>(!entry.is_text(), kWriter, ": entry '", entry.name,
                      "' is a text, and safetensors files hold tensors only");
    check<ValueError>(entry.name != "__metadata__", kWriter, ": no tensor can have the name '__metadata__'");
    entry.tensor.prepare(kWriter);
  }
  const size_t header = make_header(disk_order(entries), std::string(kCrcDigits, '0'), options).size();
  check<ValueError>(header <= kLargestSafetensorsHeader, kWriter, ": the header of '", path, "' would have ",
                    header, " bytes, at most ", kLargestSafetensorsHeader, " are allowed");
  auto file = std::make_shared<AtomicFile>(kWriter, path);
  return [file, entries = std::move(entries), options] { write_entries(*file, entries, options); };
}

void write_safetensors(const std::string& path, const NamedTensors& entries,
                       const SafetensorsWriteOptions& options) {
  prepare_safetensors(path, entries, options)();
}

}  // namespace nucella::io
