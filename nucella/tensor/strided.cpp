#include "nucella/tensor/strided.h"

#include <numeric>

#include "nucella/base/parallel.h"

namespace nucella {

Shape broadcast_strides(const Tensor& t, const Shape& shape) {
  Shape out = Shape::filled(shape.ndim(), 0);
  const int lead = shape.ndim() - t.ndim();
  for (int i = 0; i < t.ndim(); ++i) out[lead + i] = t.shape()[i] == 1 ? 0 : t.strides()[i];
  return out;
}

template <int N>
StridedLoop<N> plan_loop(const Shape& shape, const std::array<Shape, N>& strides) {
  // Order the axes by the stride of operand 0 (then 1, ...), outermost first.
  std::array<int, kMaxDims> axes{};
  int n = 0;
  for (int i = 0; i < shape.ndim(); ++i)
    if (shape[i] != 1) axes[n++] = i;
  std::stable_sort(axes.begin(), axes.begin() + n, [&](int a, int b) {
    for (const Shape& s : strides)
      if (std::abs(s[a]) != std::abs(s[b])) return std::abs(s[a]) > std::abs(s[b]);
    return false;
  });
  StridedLoop<N> loop;
  for (int k = 0; k < n; ++k) {
    const int axis = axes[k];
    bool merge = loop.shape.ndim() > 0;
    for (int op = 0; merge && op < N; ++op)
      merge = loop.strides[op].back() == strides[op][axis] * shape[axis];
    if (merge) {
      const int at = loop.shape.ndim() - 1;
      loop.shape[at] *= shape[axis];
      for (int op = 0; op < N; ++op) loop.strides[op][at] = strides[op][axis];
    } else {
      loop.shape.push_back(shape[axis]);
      for (int op = 0; op < N; ++op) loop.strides[op].push_back(strides[op][axis]);
    }
  }
  if (loop.shape.empty()) {
    loop.shape.push_back(1);
    for (int op = 0; op < N; ++op) loop.strides[op].push_back(1);
  }
  return loop;
}

template StridedLoop<1> plan_loop<1>(const Shape&, const std::array<Shape, 1>&);
template StridedLoop<2> plan_loop<2>(const Shape&, const std::array<Shape, 2>&);
template StridedLoop<3> plan_loop<3>(const Shape&, const std::array<Shape, 3>&);
template StridedLoop<4> plan_loop<4>(const Shape&, const std::array<Shape, 4>&);
template StridedLoop<5> plan_loop<5>(const Shape&, const std::array<Shape, 5>&);

namespace {

constexpr int64_t kGrain = 1 << 15;  // elements worth a thread

// Offsets of both operands at a position of the leading axes of the loop.
struct Place {
  Place(const StridedLoop<2>& loop, int axes, int64_t index) {
    for (int i = axes - 1; i >= 0; --i) {
      const int64_t here = index % loop.shape[i];
      index /= loop.shape[i];
      to += here * loop.strides[0][i];
      from += here * loop.strides[1][i];
    }
  }
  int64_t to = 0, from = 0;
};

template <class Word>
void copy_row(Word* to, int64_t to_step, const Word* from, int64_t from_step, int64_t n) {
  if (to_step == 1 && from_step == 1) {
    std::memcpy(to, from, static_cast<size_t>(n) * sizeof(Word));
  } else {
    for (int64_t i = 0; i < n; ++i) to[i * to_step] = from[i * from_step];
  }
}

// Row by row; the two innermost axes in two nested loops.
template <class Word>
void copy_rows(const StridedLoop<2>& loop, Word* to, const Word* from) {
  const int last = loop.shape.ndim() - 1, next = std::max(last - 1, 0);
  const int64_t inner = loop.shape[last], rows = loop.shape.numel() / inner;
  const int64_t in_a_row = last > 0 ? loop.shape[next] : 1;
  const auto& [to_steps, from_steps] = loop.strides;
  parallel_for(0, rows, std::max<int64_t>(1, kGrain / inner), [&](int64_t first, int64_t end) {
    for (int64_t row = first; row < end;) {
      const int64_t begin = row % in_a_row, some = std::min(end - row, in_a_row - begin);
      const Place place(loop, last, row);
      for (int64_t k = 0; k < some; ++k)
        copy_row(to + place.to + k * to_steps[next], to_steps[last], from + place.from + k * from_steps[next],
                 from_steps[last], inner);
      row += some;
    }
  });
}

// A piece of a matrix, turned: to[j][i] = from[i][j]. It goes through a buffer, so that both sides see whole
// cache lines even where steps of a power of two put all rows into the same few sets of the cache.
constexpr int64_t kTile = 64, kNarrow = 8;
template <class Word>
void turn_tile(Word* to, int64_t to_step, const Word* from, int64_t from_step, int64_t rows,
               int64_t columns) {
  Word buffer[kTile * kTile];
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) buffer[j * kTile + i] = from[i * from_step + j];
  for (int64_t j = 0; j < columns; ++j)
    std::memcpy(to + j * to_step, buffer + j * kTile, static_cast<size_t>(rows) * sizeof(Word));
}

// The axis along which the source lies without gaps when the target does so along another one, the last, and
// both are long enough to turn tiles of them; or -1.
int turned_axis(const StridedLoop<2>& loop) {
  const int last = loop.shape.ndim() - 1;
  if (loop.strides[0][last] != 1 || loop.strides[1][last] == 1 || loop.shape[last] < kNarrow) return -1;
  for (int i = 0; i < last; ++i)
    if (loop.strides[1][i] == 1) return loop.shape[i] < kNarrow ? -1 : i;
  return -1;
}

// Tile by tile over the last axis and the one that the source lies along.
template <class Word>
void copy_turned(StridedLoop<2> loop, int axis, Word* to, const Word* from) {
  const int last = loop.shape.ndim() - 1;
  const int64_t rows = loop.shape[last], columns = loop.shape[axis];
  const int64_t to_step = loop.strides[0][axis], from_step = loop.strides[1][last];
  for (Shape* s : {&loop.shape, &loop.strides[0], &loop.strides[1]}) {
    s->erase(last);
    s->erase(axis);
  }
  const int64_t down = (rows + kTile - 1) / kTile, across = (columns + kTile - 1) / kTile;
  parallel_for(0, loop.shape.numel() * down * across, kGrain / (kTile * kTile), [&](int64_t a, int64_t b) {
    for (int64_t tile = a; tile < b; ++tile) {
      const int64_t i = tile % down * kTile, j = tile / down % across * kTile;
      const Place place(loop, loop.shape.ndim(), tile / down / across);
      turn_tile(to + place.to + j * to_step + i, to_step, from + place.from + i * from_step + j, from_step,
                std::min(kTile, rows - i), std::min(kTile, columns - j));
    }
  });
}

template <class Word>
void copy_words(const StridedLoop<2>& loop, std::byte* to, const std::byte* from) {
  auto* t = reinterpret_cast<Word*>(to);
  const auto* f = reinterpret_cast<const Word*>(from);
  if (const int axis = turned_axis(loop); axis >= 0)
    copy_turned(loop, axis, t, f);
  else
    copy_rows(loop, t, f);
}

}  // namespace

void strided_copy(const Tensor& to, const Tensor& from) {
  if (to.size() == 0) return;
  const auto loop = plan_loop<2>(to.shape(), {to.strides(), from.strides()});
  std::byte* t = to.raw_data_unchecked();
  const std::byte* f = from.raw_data_unchecked();
  if (loop.shape.ndim() == 1 && loop.strides[0][0] == 1 && loop.strides[1][0] == 1) {
    const int64_t bytes = to.nbytes();
    parallel_for(0, bytes, kGrain * 8,
                 [&](int64_t first, int64_t last) { std::memcpy(t + first, f + first, last - first); });
    return;
  }
  switch (to.itemsize()) {
    case 1:
      return copy_words<uint8_t>(loop, t, f);
    case 2:
      return copy_words<uint16_t>(loop, t, f);
    case 4:
      return copy_words<uint32_t>(loop, t, f);
    default:
      return copy_words<uint64_t>(loop, t, f);
  }
}

}  // namespace nucella
