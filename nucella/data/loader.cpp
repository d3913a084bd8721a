#include "nucella/data/loader.h"

#include <array>
#include <numeric>

#include "nucella/base/parallel.h"
#include "nucella/base/random.h"

namespace nucella::data {
namespace {

constexpr int64_t kImagesPerThread = 64;

// Uniform in [0, n) for n <= 2^32, from word `index` of the stream (Lemire, "Fast random integer generation
// in an interval", 2019, without its rejection: the bias is below n / 2^32).
uint32_t uniform(const Philox4x32& stream, uint64_t index, uint32_t n) {
  return static_cast<uint32_t>(uint64_t{stream.block(index / 4)[index % 4]} * n >> 32);
}

}  // namespace

DataLoader::DataLoader(ImageSet set, LoaderOptions options) : set_(std::move(set)), options_(options) {
  check<ValueError>(options.batch_size > 0, "DataLoader: 'batch_size' must be greater than 0, got ",
                    options.batch_size);
  check<ValueError>(options.std > 0, "DataLoader: 'std' must be greater than 0, got ", options.std);
  check<ValueError>(
      options.shift >= 0 && options.shift < std::min(set_.images.shape(1), set_.images.shape(2)),
      "DataLoader: 'shift' must be at least 0 and less than the images' height and width, got ",
      options.shift);
  set_.images = set_.images.contiguous();
  set_.labels = set_.labels.contiguous();
}

int64_t DataLoader::steps_per_epoch() const {
  const int64_t extra = options_.drop_remainder ? 0 : options_.batch_size - 1;
  return (set_.size() + extra) / options_.batch_size;
}

std::vector<int64_t> DataLoader::order(int64_t epoch) const {
  std::vector<int64_t> order(static_cast<size_t>(set_.size()));
  std::iota(order.begin(), order.end(), 0);
  if (!options_.shuffle) return order;
  const Philox4x32 stream(options_.seed ^ static_cast<uint64_t>(epoch + 1) << 32);
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[uniform(stream, i, static_cast<uint32_t>(i))]);
  return order;
}

// Where an image goes: mirrored or not, then moved by whole pixels.
struct DataLoader::Placement {
  bool flip = false;
  int64_t down = 0, right = 0;
};

template <class Place>
Batch DataLoader::gather_placed(std::span<const int64_t> indices, Place place) const {
  const Shape& shape = set_.images.shape();
  const int64_t height = shape[1], width = shape[2], count = static_cast<int64_t>(indices.size());
  std::array<float, 256> table;
  for (size_t v = 0; v < table.size(); ++v)
    table[v] = (static_cast<float>(v) / 255 - options_.mean) / options_.std;

  Batch batch{Tensor::empty({count, 1, height, width}), Tensor::empty({count}, int32)};
  const auto* from = set_.images.data<uint8_t>();
  const auto* labels = set_.labels.data<uint8_t>();
  auto* to = batch.images.mutable_data<float>();
  auto* classes = batch.labels.mutable_data<int32_t>();
  parallel_for(0, count, kImagesPerThread, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t index = indices[static_cast<size_t>(i)];
      const uint8_t* image = from + index * height * width;
      float* out = to + i * height * width;
      const Placement p = place(index);
      const auto pixel = [&](int64_t y, int64_t x) -> uint8_t {
        if (y < 0 || y >= height || x < 0 || x >= width) return 0;
        return image[y * width + (p.flip ? width - 1 - x : x)];
      };
      for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x) *out++ = table[pixel(y - p.down, x - p.right)];
      classes[i] = labels[index];
    }
  });
  return batch;
}

Batch DataLoader::gather(std::span<const int64_t> indices) const {
  return gather_placed(indices, [](int64_t) { return Placement(); });
}

Batch DataLoader::gather(std::span<const int64_t> indices, int64_t epoch) const {
  if (!options_.flip && options_.shift == 0) return gather(indices);
  // Words far behind those that the order of the images takes.
  constexpr uint64_t kFirst = uint64_t{1} << 40;
  const Philox4x32 stream(options_.seed ^ static_cast<uint64_t>(epoch + 1) << 32);
  const auto moves = static_cast<uint32_t>(2 * options_.shift + 1);
  return gather_placed(indices, [&](int64_t index) {
    const uint64_t word = kFirst + 4 * static_cast<uint64_t>(index);
    return Placement{options_.flip && uniform(stream, word, 2) == 1,
                     int64_t{uniform(stream, word + 1, moves)} - options_.shift,
                     int64_t{uniform(stream, word + 2, moves)} - options_.shift};
  });
}

Batch DataLoader::Epoch::Iterator::operator*() const {
  const int64_t size = epoch_->loader_->options().batch_size;
  const std::span<const int64_t> order(epoch_->order_);
  const size_t first = static_cast<size_t>(step_ * size);
  return epoch_->loader_->gather(
      order.subspan(first, std::min<size_t>(static_cast<size_t>(size), order.size() - first)),
      epoch_->epoch_);
}

}  // namespace nucella::data
