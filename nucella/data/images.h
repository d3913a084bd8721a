// ImageSet: labelled grey images in memory, and where they come from (Fashion-MNIST or any folder like
// MNIST's).
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "nucella/tensor/tensor.h"

namespace nucella::data {

struct ImageSet {
  Tensor images;  ///< UInt8 (count, height, width)
  Tensor labels;  ///< UInt8 (count,)
  int64_t size() const { return labels.shape(0); }
  /// The first `count` of them (all, when there are fewer).
  ImageSet first(int64_t count) const;
};

enum class Split { kTrain, kTest };

inline constexpr const char* kFashionMnistFolder = "/usr/share/datasets/fashion-mnist";
inline constexpr std::array<std::string_view, 10> kFashionMnistClasses = {
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};

/// Reads `<train|t10k>-images-idx3-ubyte` and `<train|t10k>-labels-idx1-ubyte`, plain or with `.gz`, from
/// `folder`. FileNotFoundError for a missing file, ValueError for damaged ones or when images and labels
/// differ in number.
ImageSet load_images(const std::string& folder, Split split);
/// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 60,000 and 10,000 images of 28x28 in 10 classes.
/// FileNotFoundError names the Debian package that brings the files.
ImageSet fashion_mnist(Split split, const std::string& folder = kFashionMnistFolder);

}  // namespace nucella::data
