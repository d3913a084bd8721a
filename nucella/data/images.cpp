#include "nucella/data/images.h"

#include <filesystem>

#include "nucella/data/idx.h"

namespace nucella::data {
namespace {

Tensor read_either(const std::string& folder, const std::string& name) {
  for (const char* ending : {"", ".gz"}) {
    const std::string path = (std::filesystem::path(folder) / (name + ending)).string();
    if (std::filesystem::exists(path)) return read_idx(path);
  }
  raise<FileNotFoundError>("data: there is neither ", name, " nor ", name, ".gz in '", folder,
                           "' (Fashion-MNIST comes with: apt-get install dataset-fashion-mnist)");
}

}  // namespace

ImageSet ImageSet::first(int64_t count) const {
  const auto head = [&](const Tensor& t) {
    Shape shape = t.shape();
    shape[0] = std::clamp<int64_t>(count, 0, shape[0]);
    return t.as_strided(shape, t.strides(), 0);
  };
  return {head(images), head(labels)};
}

ImageSet load_images(const std::string& folder, Split split) {
  const std::string stem = split == Split::kTrain ? "train" : "t10k";
  ImageSet set{read_either(folder, stem + "-images-idx3-ubyte"),
               read_either(folder, stem + "-labels-idx1-ubyte")};
  check<ValueError>(
      set.images.ndim() == 3 && set.labels.ndim() == 1 && set.images.shape(0) == set.labels.shape(0),
      "data: the images and labels of '", stem, "' in '", folder, "' do not belong together: shapes ",
      set.images.shape(), " and ", set.labels.shape());
  return set;
}

ImageSet fashion_mnist(Split split, const std::string& folder) {
  check<FileNotFoundError>(std::filesystem::is_directory(folder), "data: Fashion-MNIST is not in '", folder,
                           "'; install it with: apt-get install dataset-fashion-mnist");
  return load_images(folder, split);
}

}  // namespace nucella::data
