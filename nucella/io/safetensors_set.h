// Sets of safetensors files: model-00001-of-00003.safetensors and so on, and the index that says which file
// holds what.
//
//   {"metadata": {"total_size": bytes of all contents, "set": id}, "weight_map": {name: file, ...}}
//
// The index is called model.safetensors.index.json. The id, which nucella adds, stands in the metadata of
// each file of the set too, so that files of two sets that took turns under the same names are not mixed.
#pragma once
#include <functional>
#include <string>

#include "nucella/io/bytes.h"
#include "nucella/io/info.h"

namespace nucella::io {

inline constexpr std::string_view kSafetensorsIndex = ".safetensors.index.json";

/// The entries that the index lists, sorted by name; `path` is that of the index. ValueError for a damaged
/// index, for files that are named by more than a name beside it, that lack a tensor of theirs or belong to
/// another set, and what read_safetensors() throws.
NamedTensors read_safetensors_set(const std::string& path, const ReadOptions& options = {});
/// Offsets of entries count in their own files.
FileInfo inspect_safetensors_set(const std::string& path);

/// Fills one file after the other in the order of the entries, each with at most `max_shard_bytes` of
/// contents or one larger tensor, and then writes the index to `path`, which must end with kSafetensorsIndex.
/// The index replaces another one as a whole (see AtomicFile), and the new set with it: where files of the
/// usual names exist, the new ones carry the set's id in their names (model-<id>-00001-of-00003.safetensors).
/// Then the files `model-*` that the old index listed are removed.
void write_safetensors_set(const std::string& path, const NamedTensors& entries, uint64_t max_shard_bytes);
/// Makes every check and every file, still without a name; what it returns writes and replaces.
std::function<void()> prepare_safetensors_set(const std::string& path, const NamedTensors& entries,
                                              uint64_t max_shard_bytes);

}  // namespace nucella::io
