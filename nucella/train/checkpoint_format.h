// Formats by the names that save_checkpoint() and load_checkpoint() give them.
#pragma once
#include <string>

#include "nucella/io/bytes.h"

namespace nucella::train {

/// ValueError unless `format` is one that can be loaded and the path ends as its files do.
void check_load_format(const std::string& path, const std::string& format);
/// The entries of a file of a format other than "ckpt", which knows more options.
NamedTensors read_foreign(const std::string& path, const std::string& format, const io::ReadOptions& options);

}  // namespace nucella::train
