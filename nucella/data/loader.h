// DataLoader: batches of an ImageSet in an order that is a function of seed and epoch alone.
#pragma once
#include <vector>

#include "nucella/data/images.h"

namespace nucella::data {

struct LoaderOptions {
  int64_t batch_size = 32;
  bool shuffle = true;
  uint64_t seed = 0;
  /// Leave out the last batch of an epoch when it is smaller than the others.
  bool drop_remainder = false;
  /// Pixels become (value / 255 - mean) / std. These are Fashion-MNIST's.
  float mean = 0.2860F;
  float std = 0.3530F;
  /// Augmentation, by random numbers of its own for each image and epoch: half of the images are mirrored
  /// left to right, and each is moved by up to `shift` pixels along both axes, black coming in from the
  /// edges.
  bool flip = false;
  int64_t shift = 0;
};

struct Batch {
  Tensor images;  ///< Float32 (batch, 1, height, width)
  Tensor labels;  ///< Int32 (batch,)
};

/// Has no position of its own: any batch of any epoch can be asked for, so a run can go on where another one
/// ended.
class DataLoader {
 public:
  /// ValueError unless batch_size and std are positive and shift is less than the images are wide and high.
  explicit DataLoader(ImageSet set, LoaderOptions options = {});

  const ImageSet& set() const { return set_; }
  const LoaderOptions& options() const { return options_; }
  int64_t steps_per_epoch() const;
  /// The order of the images in an epoch: a permutation (Fisher-Yates on a Philox stream), or 0, 1, ...
  /// unshuffled.
  std::vector<int64_t> order(int64_t epoch) const;
  /// The images `set()[indices]` as they are.
  Batch gather(std::span<const int64_t> indices) const;
  /// The same as the augmentation makes them in an epoch.
  Batch gather(std::span<const int64_t> indices, int64_t epoch) const;

  /// The batches of one epoch, for a range-for; `first_step` leaves out those before it.
  class Epoch {
   public:
    struct End {};
    class Iterator {
     public:
      Batch operator*() const;
      Iterator& operator++() {
        ++step_;
        return *this;
      }
      bool operator==(End) const { return step_ >= epoch_->loader_->steps_per_epoch(); }
      int64_t step() const { return step_; }

     private:
      friend class Epoch;
      Iterator(const Epoch* epoch, int64_t step) : epoch_(epoch), step_(step) {}
      const Epoch* epoch_;
      int64_t step_;
    };
    Iterator begin() const { return {this, first_step_}; }
    End end() const { return {}; }

   private:
    friend class DataLoader;
    Epoch(const DataLoader& loader, int64_t epoch, int64_t first_step)
        : loader_(&loader), epoch_(epoch), order_(loader.order(epoch)), first_step_(first_step) {}
    const DataLoader* loader_;
    int64_t epoch_;
    std::vector<int64_t> order_;
    int64_t first_step_;
  };
  Epoch epoch(int64_t epoch, int64_t first_step = 0) const { return {*this, epoch, first_step}; }

 private:
  struct Placement;
  template <class Place>
  Batch gather_placed(std::span<const int64_t> indices, Place place) const;

  ImageSet set_;
  LoaderOptions options_;
};

}  // namespace nucella::data
