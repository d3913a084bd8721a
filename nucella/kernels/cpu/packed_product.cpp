#include "nucella/kernels/cpu/packed_product.h"

#include <array>

#include "nucella/kernels/cpu/gemm_panels.h"
#include "nucella/kernels/cpu/gemm_tiles.h"

namespace nucella::cpu {
namespace {

// What is multiplied at once: kRows x kDepth of a fill half of the second cache, kDepth x kColumns of b lie
// in the third. Sums of more than kDepth steps pass over the result again.
constexpr int64_t kDepth = 512, kRows = 23 * kGemmRows, kColumns = 2048;

float* floats(const Tensor& t) { return reinterpret_cast<float*>(t.raw_data_unchecked()); }
int64_t round_up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

// `n` in equal parts of at most `most`, each but the last a multiple of `unit`.
int64_t part_of(int64_t n, int64_t most, int64_t unit) {
  const int64_t parts = (n + most - 1) / most;
  return round_up((n + parts - 1) / parts, unit);
}

using Pack = void (*)(const float* const* from, int64_t depth, int64_t count, float* to);
using Turn = void (*)(const float* from, int64_t row, int64_t depth, int64_t count, float* to);

// Panels of `count` columns of m (depth, count), whichever of its axes lies dense.
void to_panels(Matrix<const float> m, int64_t depth, int64_t count, Pack pack, Turn turn, float* to) {
  if (m.row == 1) return turn(m.data, m.column, depth, count, to);
  std::array<const float*, kDepth> rows;
  for (int64_t p = 0; p < depth; ++p) rows[static_cast<size_t>(p)] = m.data + p * m.row;
  pack(rows.data(), depth, count, to);
}

// What all threads have packed of b together.
struct Right {
  int64_t first_column, columns, first_step, depth;
  Tensor panels;
  const float* panel(int64_t column) const { return floats(panels) + (column - first_column) * depth; }
};

struct Product {
  Matrix<float> out;
  Matrix<const float> a, b;
  const float* bias;
  int64_t rows, inner, columns;

  void run() const {
    const int64_t wide = part_of(columns, kColumns, gemm_tiles().columns), deep = part_of(inner, kDepth, 1);
    Right right{0, 0, 0, 0, Tensor::empty({wide, deep})};
    for (int64_t c = 0; c < columns; c += wide)
      for (int64_t k = 0; k < inner; k += deep) {
        right = {c, std::min(wide, columns - c), k, std::min(deep, inner - k), right.panels};
        pack(right);
        multiply(right);
      }
  }

 private:
  void pack(const Right& right) const {
    const int64_t width = gemm_tiles().columns, panels = (right.columns + width - 1) / width;
    parallel_for(0, panels, 1 + (1 << 13) / (width * right.depth), [&](int64_t first, int64_t last) {
      const int64_t c = right.first_column + first * width,
                    end = right.first_column + std::min(last * width, right.columns);
      to_panels({&b(right.first_step, c), b.row, b.column}, right.depth, end - c, gemm_panels().pack_b,
                gemm_panels().turn_b, floats(right.panels) + first * width * right.depth);
    });
  }

  // Each thread takes some of the rows and, where these are few, some of the columns.
  void multiply(const Right& right) const {
    const int64_t width = gemm_tiles().columns;
    const Grid grid(num_threads(), (rows + kGemmRows - 1) / kGemmRows, (right.columns + width - 1) / width);
    parallel_for(0, grid.down * grid.across, 1, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        const int64_t r = i / grid.across * grid.height * kGemmRows, c = i % grid.across * grid.width * width;
        if (r < rows && c < right.columns)
          run_part(right, r, std::min(rows, r + grid.height * kGemmRows), right.first_column + c,
                   right.first_column + std::min(right.columns, c + grid.width * width));
      }
    });
  }

  void run_part(const Right& right, int64_t r0, int64_t r1, int64_t c0, int64_t c1) const {
    const int64_t high = part_of(r1 - r0, kRows, kGemmRows);
    const Tensor left = Tensor::empty({high, right.depth});
    for (int64_t r = r0; r < r1; r += high) {
      const int64_t m = std::min(high, r1 - r);
      to_panels({&a(r, right.first_step), a.column, a.row}, right.depth, m, gemm_panels().pack_a,
                gemm_panels().turn_a, floats(left));
      for (int64_t c = c0; c < c1; c += gemm_tiles().columns) {
        float* to = &out(r, c);
        const GemmStart start =
            right.first_step > 0 ? GemmStart{to, out.row} : GemmStart{bias ? bias + c : nullptr, 0};
        gemm_tiles().run(floats(left), right.panel(c), right.depth, m, std::min(gemm_tiles().columns, c1 - c),
                         to, out.row, start);
      }
    }
  }

  // The parts of the threads, in tiles. To pack a panel of a takes about as long as a tile; to fetch a panel
  // of b that another thread has packed, a few times that.
  struct Grid {
    int64_t down = 1, across = 1, height, width;
    Grid(int64_t threads, int64_t tall, int64_t wide) : height(tall), width(wide) {
      const auto share = [](int64_t tiles, int64_t parts) { return (tiles + parts - 1) / parts; };
      int64_t least = INT64_MAX;
      for (int64_t n = 1; n <= threads; ++n) {
        const int64_t h = share(tall, n), w = share(wide, threads / n), fetched = n > 1 ? 2 * w : 0;
        if (threads % n != 0 || h * w + h + fetched >= least) continue;
        least = h * w + h + fetched;
        *this = {n, threads / n, h, w};
      }
    }
    Grid(int64_t down, int64_t across, int64_t height, int64_t width)
        : down(down), across(across), height(height), width(width) {}
  };
};

}  // namespace

bool is_packed_faster(Matrix<const float> b, int64_t rows, int64_t inner, int64_t columns) {
  constexpr int64_t kMuch = 256, kSome = 64;
  if (gemm_tiles().columns > 16 || inner < kSome) return false;
  const bool collide = b.column == 1 && b.row % 512 == 0;
  return std::min(rows, columns) >= (collide ? kSome : kMuch);
}

void packed_product(Matrix<float> out, Matrix<const float> a, Matrix<const float> b, const float* bias,
                    int64_t rows, int64_t inner, int64_t columns) {
  Product{out, a, b, bias, rows, inner, columns}.run();
}

}  // namespace nucella::cpu
