#include "nucella/kernels/cpu/conv_gemm.h"

#include <algorithm>
#include <array>
#include <vector>

#include "nucella/base/parallel.h"
#include "nucella/kernels/cpu/gemm_panels.h"
#include "nucella/kernels/cpu/gemm_tiles.h"
#include "nucella/kernels/cpu/layout.h"
#include "nucella/kernels/cpu/onednn.h"

namespace nucella::cpu {
namespace {

// Places that are summed in one go: their panels fit into the first-level cache.
constexpr int64_t kDepth = 256;
// Panels that are packed together.
constexpr int64_t kGroup = 8;

float* floats(const Tensor& t) { return reinterpret_cast<float*>(t.raw_data_unchecked()); }

// Where one tap of the window finds the channels of the places `first`, `first` + 1, ..., from `column` on:
// null in the padding.
class TapPointers {
 public:
  TapPointers(const Windows& windows, const Tensor& x)
      : height_(windows[0]), width_(windows[1]), data_(floats(x)), channels_(x.shape()[1]) {}

  int64_t taps() const { return height_.kernel * width_.kernel; }
  void find(int64_t tap, int64_t first, int64_t count, int64_t column, const float** to) const {
    const int64_t dy = tap / width_.kernel * height_.dilation, dx = tap % width_.kernel * width_.dilation;
    int64_t ox = first % width_.out, oy = first / width_.out % height_.out,
            n = first / (width_.out * height_.out);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t y = height_.start(oy) + dy, x = width_.start(ox) + dx;
      const bool inside = y >= 0 && y < height_.in && x >= 0 && x < width_.in;
      to[i] = inside ? data_ + ((n * height_.in + y) * width_.in + x) * channels_ + column : nullptr;
      if (++ox < width_.out) continue;
      ox = 0;
      if (++oy < height_.out) continue;
      oy = 0;
      ++n;
    }
  }

 private:
  const Window &height_, &width_;
  const float* data_;
  int64_t channels_;
};

// product (outputs, taps, channels): the sum over all places of grad (places, outputs) times what the taps
// see.
struct Product {
  const float* grad;
  int64_t outputs, places, channels;
  const TapPointers& taps;
  float* to;

  /// Panels of columns: each tap has its own.
  int64_t panels_per_tap() const { return (channels + gemm_tiles().columns - 1) / gemm_tiles().columns; }
  int64_t panels() const { return taps.taps() * panels_per_tap(); }

  /// The rows from o0 to before o1, and the panels from p0 to before p1.
  void run(int64_t o0, int64_t o1, int64_t p0, int64_t p1) const {
    const GemmTiles& tiles = gemm_tiles();
    const int64_t rows = (o1 - o0 + tiles.rows - 1) / tiles.rows * tiles.rows;
    const Tensor a = Tensor::empty({rows, kDepth}), b = Tensor::empty({kGroup * tiles.columns, kDepth});
    std::array<const float*, kDepth> pointers;
    for (int64_t first = 0; first < places; first += kDepth) {
      const int64_t depth = std::min(kDepth, places - first);
      for (int64_t p = 0; p < depth; ++p)
        pointers[static_cast<size_t>(p)] = grad + (first + p) * outputs + o0;
      gemm_panels().pack_a(pointers.data(), depth, o1 - o0, floats(a));
      for (int64_t panel = p0; panel < p1;) {
        const int64_t tap = panel / panels_per_tap(), end = std::min(p1, (tap + 1) * panels_per_tap());
        const int64_t group = std::min(kGroup, end - panel);
        add_panels(first, depth, floats(a), {o0, o1 - o0, tap, panel % panels_per_tap(), group}, pointers,
                   floats(b));
        panel += group;
      }
    }
  }

 private:
  struct Part {
    int64_t row, rows, tap, panel, panels;
  };
  void add_panels(int64_t first, int64_t depth, const float* a, const Part& part,
                  std::array<const float*, kDepth>& pointers, float* b) const {
    const GemmTiles& tiles = gemm_tiles();
    const int64_t column = part.panel * tiles.columns,
                  count = std::min(part.panels * tiles.columns, channels - column);
    taps.find(part.tap, first, depth, column, pointers.data());
    gemm_panels().pack_b(pointers.data(), depth, count, b);
    const int64_t c_row = taps.taps() * channels;
    float* c = to + part.row * c_row + part.tap * channels + column;
    for (int64_t k = 0; k < count; k += tiles.columns)
      tiles.run(a, b + k * depth, depth, part.rows, std::min(tiles.columns, count - k), c + k, c_row,
                {first > 0 ? c + k : nullptr, c_row});
  }
};

// Each thread takes a part of the longer side.
void multiply(const Product& product) {
  const int64_t rows = gemm_tiles().rows, units = (product.outputs + rows - 1) / rows;
  const auto share = [](int64_t all) { return (all + num_threads() - 1) / num_threads(); };
  if (units > 2 * product.panels()) {
    parallel_for(0, units, share(units), [&](int64_t first, int64_t last) {
      product.run(first * rows, std::min(last * rows, product.outputs), 0, product.panels());
    });
  } else {
    parallel_for(0, product.panels(), share(product.panels()),
                 [&](int64_t first, int64_t last) { product.run(0, product.outputs, first, last); });
  }
}

// (O, C, kh, kw) as panels of (taps, C, columns), zeros behind the last output.
Tensor weight_panels(const Tensor& weight) {
  const int64_t width = gemm_tiles().columns, outputs = weight.shape()[0], channels = weight.shape()[1],
                taps = weight.shape()[2] * weight.shape()[3], count = (outputs + width - 1) / width;
  const Tensor panels = Tensor::empty({count, taps, channels, width});
  const float* from = floats(weight);
  parallel_for(0, count, 1 + (1 << 14) / (taps * channels * width), [&](int64_t first, int64_t last) {
    for (int64_t panel = first; panel < last; ++panel) {
      float* to = floats(panels) + panel * taps * channels * width;
      const int64_t o = panel * width, filled = std::min(width, outputs - o);
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t t = 0; t < taps; ++t) {
          const float* column = from + (o * channels + c) * taps + t;
          float* row = to + (t * channels + c) * width;
          for (int64_t k = 0; k < filled; ++k) row[k] = column[k * channels * taps];
          std::fill(row + filled, row + width, 0.f);
        }
    }
  });
  return panels;
}

// out (places, outputs): tiles of places times panels of the weight.
struct Forward {
  const TapPointers& taps;
  const float* panels;
  int64_t outputs, channels, places;
  float* out;

  /// Goes through the tiles in blocks, whose part of the image stays in the caches for all panels.
  void run(int64_t first, int64_t last) const {
    constexpr int64_t kBlock = 16;
    const GemmTiles& code = gemm_tiles();
    const int64_t panel_size = taps.taps() * channels * code.columns, tile_size = taps.taps() * code.rows;
    const std::vector<float> padding(static_cast<size_t>(channels));
    std::vector<const float*> pointers(static_cast<size_t>(kBlock * tile_size));
    for (int64_t block = first; block < last; block += kBlock) {
      const int64_t end = std::min(block + kBlock, last);
      for (int64_t tile = block; tile < end; ++tile)
        find(tile * code.rows, padding.data(), pointers.data() + (tile - block) * tile_size);
      for (int64_t o = 0; o < outputs; o += code.columns)
        for (int64_t tile = block; tile < end; ++tile) {
          const int64_t place = tile * code.rows;
          code.run_pieces(pointers.data() + (tile - block) * tile_size, taps.taps(), channels,
                          panels + o / code.columns * panel_size, std::min(code.rows, places - place),
                          std::min(code.columns, outputs - o), out + place * outputs + o, outputs);
        }
    }
  }

 private:
  void find(int64_t place, const float* padding, const float** to) const {
    const int64_t rows = gemm_tiles().rows, count = std::min(rows, places - place);
    for (int64_t tap = 0; tap < taps.taps(); ++tap, to += rows) {
      taps.find(tap, place, count, 0, to);
      std::fill(to + count, to + rows, padding);
      std::replace(to, to + count, static_cast<const float*>(nullptr), padding);
    }
  }
};

// From (O, taps, C) to (O, C, taps).
void taps_innermost(const float* from, float* to, int64_t outputs, int64_t taps, int64_t channels) {
  parallel_for(0, outputs, 1 + (1 << 14) / (taps * channels), [&](int64_t first, int64_t last) {
    for (int64_t o = first; o < last; ++o)
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t t = 0; t < taps; ++t)
          to[(o * channels + c) * taps + t] = from[(o * taps + t) * channels + c];
  });
}

}  // namespace

const char* unfit_for_gemm(const Tensor& weight, const Tensor& image, int64_t group) {
  // Below, packing costs more than the product gains.
  constexpr int64_t kFew = 16, kFewForOneTap = 192;
  if (weight.dtype() != float32) return "only float32";
  if (weight.ndim() != 4 || group != 1) return "only images, without groups";
  if (image.size() == 0 || weight.size() == 0) return "empty";
  const Shape& s = weight.shape();
  if (std::min(s[0], s[1]) < (s[2] * s[3] == 1 ? kFewForOneTap : kFew)) return "too few channels";
  if (onednn::has_wide_convolutions()) return "the convolution has code for wider vectors";
  return nullptr;
}

const char* unfit_for_forward_gemm(const Tensor& weight, const Tensor& image, int64_t group) {
  if (weight.ndim() == 4 && weight.shape()[2] * weight.shape()[3] == 1) return "one tap";
  return unfit_for_gemm(weight, image, group);
}

void conv_forward_gemm(const Windows& windows, const Tensor& out, const Tensor& x, const Tensor& weight) {
  const Tensor image = to_channels_last(x);
  const TapPointers taps(windows, image);
  const int64_t outputs = weight.shape()[0];
  const Tensor panels = weight_panels(weight);
  const Forward forward{taps, floats(panels), outputs, weight.shape()[1], out.size() / outputs, floats(out)};
  const int64_t tiles = (forward.places + gemm_tiles().rows - 1) / gemm_tiles().rows;
  parallel_for(0, tiles, (tiles + num_threads() - 1) / num_threads(),
               [&](int64_t first, int64_t last) { forward.run(first, last); });
}

void conv_weight_grad_gemm(const Windows& windows, const Tensor& dw, const Tensor& x, const Tensor& grad) {
  const Tensor image = to_channels_last(x), gradient = to_channels_last(grad);
  const int64_t outputs = dw.shape()[0], channels = dw.shape()[1];
  const TapPointers taps(windows, image);
  const bool pointwise = taps.taps() == 1;
  const Tensor product = pointwise ? dw : Tensor::empty({outputs, taps.taps(), channels});
  multiply({floats(gradient), outputs, gradient.size() / outputs, channels, taps, floats(product)});
  if (!pointwise) taps_innermost(floats(product), floats(dw), outputs, taps.taps(), channels);
}

}  // namespace nucella::cpu
