// evaluate: runs a classifier over a set of images and counts what it got right.
#pragma once
#include "nucella/data/loader.h"
#include "nucella/nn/cell.h"

namespace nucella::train {

struct Evaluation {
  Tensor logits;                   ///< Float32 (count, classes), in the order of the set
  std::vector<int32_t> predicted;  ///< class of the largest logit
  std::vector<float> confidence;   ///< softmax of that logit
  double accuracy = 0;
  double loss = 0;  ///< mean cross entropy

  /// confusion[truth][predicted] = number of images.
  std::vector<std::vector<int64_t>> confusion(const data::ImageSet& set) const;
};

/// The class of the largest logit of each row of a Float32 (count, classes) tensor; the first of equal ones.
std::vector<int32_t> argmax_rows(const Tensor& logits);

/// Runs `net` in evaluation mode over the whole set and puts its mode back. `loader` gives batch size and
/// normalisation; its shuffling is not used. ValueError when the net's result is no (count, classes).
Evaluation evaluate(Cell& net, const data::DataLoader& loader);

}  // namespace nucella::train
