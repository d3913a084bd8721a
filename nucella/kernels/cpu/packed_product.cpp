#include "nucella/kernels/cpu/packed_product.h"

#include "nucella/kernels/cpu/tile_product.h"
#include "nucella/tensor/allocator.h"

namespace nucella::cpu {
namespace {

using Buffer = std::vector<float, CachingAllocator<float>>;

// Of a, kRows rows of panels and kDepth inner steps fill half of the second cache; a panel of b fills half of
// the first.
constexpr int64_t kDepth = 256, kRows = 96;

// Panels of kTileRows rows, each step's values side by side.
void pack_left(Matrix<const float> a, int64_t rows, int64_t depth, float* to) {
  for (int64_t i = 0; i < rows; i += kTileRows, to += kTileRows * depth) {
    const int64_t n = std::min(kTileRows, rows - i);
    for (int64_t r = 0; r < n; ++r)
      for (int64_t k = 0; k < depth; ++k) to[k * kTileRows + r] = a(i + r, k);
  }
}

// Panels of `width` columns, one step behind the other.
void pack_right(Matrix<const float> b, int64_t depth, int64_t columns, int64_t width, float* to) {
  for (int64_t j = 0; j < columns; j += width, to += width * depth) {
    const int64_t n = std::min(width, columns - j);
    for (int64_t k = 0; k < depth; ++k)
      for (int64_t c = 0; c < n; ++c) to[k * width + c] = b(k, j + c);
  }
}

struct Part {
  int64_t first, last;
};

// The rows `part` of the product.
void run(Matrix<float> out, Matrix<const float> a, Matrix<const float> b, Part part, int64_t inner,
         int64_t columns) {
  const TileFunctions& f = tile_functions();
  const int64_t width = 2 * f.lanes, padded = (columns + width - 1) / width * width;
  Buffer left(static_cast<size_t>(kRows * kDepth)), right(static_cast<size_t>(kDepth * padded));
  for (int64_t k = 0; k < inner; k += kDepth) {
    const int64_t depth = std::min(kDepth, inner - k);
    pack_right({&b(k, 0), b.row, b.column}, depth, columns, width, right.data());
    for (int64_t i = part.first; i < part.last; i += kRows) {
      const int64_t rows = std::min(kRows, part.last - i);
      pack_left({&a(i, k), a.row, a.column}, rows, depth, left.data());
      for (int64_t j = 0; j < columns; j += width)
        for (int64_t r = 0; r < rows; r += kTileRows)
          f.multiply({left.data() + r * depth, 1, kTileRows}, right.data() + j * depth, width, &out(i + r, j),
                     out.row, std::min(kTileRows, rows - r), std::min(width, columns - j), depth, k > 0);
    }
  }
}

}  // namespace

bool is_packed_faster(int64_t inner) { return tile_functions().lanes <= 8 && inner >= 1024; }

void packed_product(Matrix<float> out, Matrix<const float> a, Matrix<const float> b, int64_t rows,
                    int64_t inner, int64_t columns) {
  const int64_t blocks = (rows + kRows - 1) / kRows;
  parallel_for(0, blocks, 1, [&](int64_t first, int64_t last) {
    run(out, a, b, {first * kRows, std::min(rows, last * kRows)}, inner, columns);
  });
}

}  // namespace nucella::cpu
