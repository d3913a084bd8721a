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

Batch DataLoader::gather(std::span<const int64_t> indices) const {
  const Shape& shape = set_.images.shape();
  const int64_t pixels = shape[1] * shape[2], count = static_cast<int64_t>(indices.size());
  std::array<float, 256> table;
  for (size_t v = 0; v < table.size(); ++v)
    table[v] = (static_cast<float>(v) / 255 - options_.mean) / options_.std;

  Batch batch{Tensor::empty({count, 1, shape[1], shape[2]}), Tensor::empty({count}, int32)};
  const auto* from = set_.images.data<uint8_t>();
  const auto* labels = set_.labels.data<uint8_t>();
  auto* to = batch.images.mutable_data<float>();
  auto* classes = batch.labels.mutable_data<int32_t>();
  parallel_for(0, count, kImagesPerThread, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t index = indices[static_cast<size_t>(i)];
      const uint8_t* image = from + index * pixels;
      std::transform(image, image + pixels, to + i * pixels, [&](uint8_t v) { return table[v]; });
      classes[i] = labels[index];
    }
  });
  return batch;
}

Batch DataLoader::Epoch::Iterator::operator*() const {
  const int64_t size = epoch_->loader_->options().batch_size;
  const std::span<const int64_t> order(epoch_->order_);
  const size_t first = static_cast<size_t>(step_ * size);
  return epoch_->loader_->gather(
      order.subspan(first, std::min<size_t>(static_cast<size_t>(size), order.size() - first)));
}

}  // namespace nucella::data
