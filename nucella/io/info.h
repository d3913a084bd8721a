// FileInfo: what a file holds, entry by entry, without the content of its tensors.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "nucella/base/shape.h"

namespace nucella::io {

struct EntryInfo {
  std::string name;
  std::string dtype;      ///< MindSpore's name ("Float32"), or "str" for a text
  Shape shape;            ///< () for a text
  uint64_t bytes = 0;     ///< of the content in memory
  uint64_t offset = 0;    ///< of the content in the file (of its first piece, if cut into several)
  std::string file = {};  ///< of a set the file that holds it, by its name; else empty
};

struct FileInfo {
  std::string format;  ///< "ckpt", "safetensors", "safetensors set", "npz", "pt" or "gguf"
  uint64_t file_bytes = 0;
  std::vector<EntryInfo> entries;               ///< in the order in which reading gives them
  std::map<std::string, std::string> metadata;  ///< "crc_num" when a checksum is there, the writer's notes
};

}  // namespace nucella::io
