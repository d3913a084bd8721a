#include <algorithm>
#include <cmath>

#include "nucella/ops/rules.h"

namespace nucella {
namespace {

// One of the elements that a new one is made of, along one axis: which, and by what weight, for each place.
struct Tap {
  std::vector<int64_t> index;
  std::vector<double> weight;
};

struct Axis {
  int64_t in, out;
  double scale;  ///< distance of neighbouring new places, in elements
  bool align_corners;

  double source(int64_t o) const {
    const auto at = static_cast<double>(o);
    if (align_corners) return out > 1 ? at * static_cast<double>(in - 1) / static_cast<double>(out - 1) : 0;
    return (at + 0.5) * scale - 0.5;
  }
  int64_t clamped(double at) const { return std::clamp(static_cast<int64_t>(at), int64_t{0}, in - 1); }
};

Tensor gathered(const Tensor& x, int axis, const std::vector<int64_t>& index) {
  return ops::gather(x, tensor_of(index, {static_cast<int64_t>(index.size())}), axis);
}

Tensor nearest(const Tensor& x, int axis, const Axis& a, bool exact) {
  std::vector<int64_t> index;
  for (int64_t o = 0; o < a.out; ++o)
    index.push_back(a.clamped(std::floor((static_cast<double>(o) + (exact ? 0.5 : 0)) * a.scale)));
  return gathered(x, axis, index);
}

std::array<Tap, 2> linear_taps(const Axis& a) {
  std::array<Tap, 2> taps;
  for (int64_t o = 0; o < a.out; ++o) {
    const double at = std::max(a.source(o), 0.0), low = std::floor(at);
    for (size_t i = 0; i < 2; ++i) {
      taps[i].index.push_back(a.clamped(low + static_cast<double>(i)));
      taps[i].weight.push_back(i == 0 ? 1 - (at - low) : at - low);
    }
  }
  return taps;
}

// Keys' cubic convolution kernel (1981).
double cubic(double distance, double a) {
  const double d = std::abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

// As in MindSpore: with aligned corners a = -0.75 and elements outside are those at the edge; else a = -0.5
// and elements outside are left out, the weights of the others making up for them.
std::array<Tap, 4> cubic_taps(const Axis& a) {
  std::array<Tap, 4> taps;
  for (int64_t o = 0; o < a.out; ++o) {
    const double at = a.source(o), low = std::floor(at);
    double sum = 0;
    for (size_t i = 0; i < 4; ++i) {
      const double place = low - 1 + static_cast<double>(i);
      const bool inside = place >= 0 && place < static_cast<double>(a.in);
      const double weight = a.align_corners ? cubic(at - place, -0.75) : inside ? cubic(at - place, -0.5) : 0;
      taps[i].index.push_back(a.clamped(place));
      taps[i].weight.push_back(weight);
      sum += weight;
    }
    for (Tap& tap : taps) tap.weight.back() /= sum;
  }
  return taps;
}

template <size_t N>
Tensor weighted(const Tensor& x, int axis, const std::array<Tap, N>& taps) {
  Tensor sum;
  for (const Tap& tap : taps) {
    Shape along = Shape::filled(x.ndim(), 1);
    along[axis] = static_cast<int64_t>(tap.weight.size());
    const Tensor weight = ops::cast(tensor_of(tap.weight, along), x.dtype());
    const Tensor part = ops::mul(gathered(x, axis, tap.index), weight);
    sum = sum.defined() ? ops::add(sum, part) : part;
  }
  return sum;
}

Tensor along_axis(const Tensor& x, int axis, const Axis& a, const std::string& mode) {
  if (mode == "nearest" || mode == "nearest-exact") return nearest(x, axis, a, mode == "nearest-exact");
  if (a.in == a.out && (a.align_corners || a.scale == 1)) return x;
  if (mode == "bicubic") return weighted(x, axis, cubic_taps(a));
  return weighted(x, axis, linear_taps(a));
}

void check_interpolate(const Tensor& x, const Ints& size, const std::string& mode, bool align_corners,
                       const Floats& scales) {
  const int axes = x.ndim() - 2;
  check<ValueError>(axes >= 1 && axes <= 3, "interpolate: 'x' must have 3 to 5 dimensions, got shape ",
                    x.shape());
  constexpr std::array<std::pair<std::string_view, int>, 7> kModes = {{{"nearest", 0},
                                                                       {"nearest-exact", 0},
                                                                       {"area", 0},
                                                                       {"linear", 1},
                                                                       {"bilinear", 2},
                                                                       {"bicubic", 2},
                                                                       {"trilinear", 3}}};
  const auto found = std::ranges::find(kModes, mode, [](const auto& m) { return m.first; });
  check<ValueError>(found != kModes.end(),
                    "interpolate: 'mode' must be one of 'nearest', 'nearest-exact', 'area', 'linear', "
                    "'bilinear', 'bicubic', 'trilinear', got '",
                    mode, "'");
  check<ValueError>(found->second == 0 || found->second == axes, "interpolate: mode '", mode, "' needs ",
                    found->second + 2, " dimensions, got shape ", x.shape());
  check<ValueError>(found->second != 0 || !align_corners,
                    "interpolate: 'align_corners' goes with the modes that interpolate, got mode '", mode,
                    "'");
  check<ValueError>(
      static_cast<int>(size.size()) == axes && std::ranges::all_of(size, [](int64_t s) { return s > 0; }),
      "interpolate: 'size' must hold ", axes, " positive numbers, got ", Attr(size));
  check<ValueError>(Shape(x.shape().begin() + 2, x.shape().end()).numel() > 0,
                    "interpolate: 'x' must not be empty along its last axes, got shape ", x.shape());
  check<ValueError>(scales.empty() || static_cast<int>(scales.size()) == axes,
                    "interpolate: 'scales' must hold ", axes, " numbers or none, got ", scales.size());
}

}  // namespace

extern constinit const OpDef interpolate_op{
    .doc =
        "`x` (N, C, ...) with its last one to three axes brought to the extents `size`. `mode` 'nearest' "
        "takes the element at floor(place * in / out), 'nearest-exact' the one at the middle of the place, "
        "'area' the mean of all below it; 'linear', 'bilinear', 'trilinear' and 'bicubic' interpolate "
        "between "
        "the middles of elements, or with `align_corners` so that the outer ones stay. `scales`, if given, "
        "stand for out / in.",
    .compose =
        [](const Call& call) {
          const auto& [size, mode, align_corners, scales] =
              unpack<Ints, std::string, bool, Floats>(call.attrs);
          const Tensor& x = call.in[0];
          rules::check_floating(call, x, "x");
          check_interpolate(x, size, mode, align_corners, scales);
          if (mode == "area") {
            call.out[0] = ops::adaptive_avg_pool(x, size);
            return;
          }
          const bool half = x.dtype() == float16 || x.dtype() == bfloat16;
          Tensor y = half ? ops::cast(x, float32) : x;
          for (size_t i = 0; i < size.size(); ++i) {
            const int axis = static_cast<int>(i) + 2;
            const int64_t in = x.shape()[axis];
            const double scale = scales.empty() || scales[i] <= 0
                                     ? static_cast<double>(in) / static_cast<double>(size[i])
                                     : 1 / scales[i];
            y = along_axis(y, axis, {in, size[i], scale, align_corners}, mode);
          }
          call.out[0] = half ? ops::cast(y, x.dtype()) : y;
        },
    .samples =
        "f32[1,2,3]; (5,) | f32[1,2,3,4]; (5, 2), 'nearest-exact' | f32[1,1,2,3,2]; (3, 2, 4) | f32[2,1,4]; "
        "(7,), 'linear' | f32[1,2,3,4]; (5, 3), 'bilinear' | f32[1,2,3,4]; (5, 1), 'bilinear', True | "
        "f32[1,1,4,5]; (6, 3), 'bicubic' | f32[1,1,4,5]; (3, 8), 'bicubic', True | f32[1,1,2,3,2]; (3, 4, "
        "3), "
        "'trilinear' | f32[1,2,3,4]; (2, 3), 'area' | f16[1,1,3,3]; (4, 4), 'bilinear' | f32[0,2,3,4]; (2, "
        "2), 'bilinear' | !ValueError f32[3,4]; (2,) | !ValueError f32[1,1,4]; (2,), 'bilinear' | "
        "!ValueError "
        "f32[1,1,4]; (2,), 'cubic' | !ValueError f32[1,1,4]; (2, 3) | !ValueError f32[1,1,4]; (0,) | "
        "!ValueError f32[1,1,4]; (2,), 'nearest', True | !ValueError f32[1,1,0]; (2,) | !TypeError "
        "i32[1,1,4]; (2,)",
};

}  // namespace nucella
