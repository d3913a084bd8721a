// Patches: the geometry of unfold and fold over height and width.
#pragma once
#include "nucella/ops/checks.h"

namespace nucella::rules {

class Patches {
 public:
  /// Of attributes (kernel_size, dilation, padding, stride) from number `first` on, over images of height x
  /// width. ValueError for sizes that are wrong or leave no place.
  Patches(const Call& call, size_t first, int64_t height, int64_t width);

  int64_t taps() const { return windows_[0].kernel * windows_[1].kernel; }
  int64_t rows() const { return windows_[0].out; }
  int64_t columns() const { return windows_[1].out; }
  int64_t places() const { return rows() * columns(); }
  /// Height (0) or width (1) with the padding.
  int64_t padded(size_t axis) const {
    return windows_[axis].in + windows_[axis].before + windows_[axis].after;
  }
  /// For ops::pad: what stands around the image, times `sign`.
  Shape border(int64_t sign) const;

  struct Slice {
    Shape begin, end, step;
  };
  /// What tap number `tap` sees of the padded images (n, c, ...).
  Slice slice(int64_t tap, int64_t n, int64_t c) const;

 private:
  Windows windows_;
};

}  // namespace nucella::rules
