// Saves a training run into one checkpoint, net and all, and takes it up again.
#pragma once
#include <string>

#include "nucella/train/resumable.h"

namespace nucella::train {

/// Writes the net's parameters, then trainer.state() and `more`, into `path` (.ckpt, .safetensors or .npz),
/// replacing it as a whole.
void save_state(const std::string& path, Cell& net, const Resumable& trainer, const NamedTensors& more = {});
/// Puts a saved run back into a net and trainer built like the saved ones. Nothing is changed when it throws.
void load_state(const std::string& path, Cell& net, Resumable& trainer);

}  // namespace nucella::train
