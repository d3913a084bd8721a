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

template <class Word>
void copy_words(const StridedLoop<2>& loop, std::byte* to, const std::byte* from) {
  const int inner_axis = loop.shape.ndim() - 1;
  const int64_t inner = loop.shape[inner_axis], to_step = loop.strides[0][inner_axis],
                from_step = loop.strides[1][inner_axis];
  const int64_t rows = loop.shape.numel() / inner;
  constexpr int64_t kGrain = 1 << 15;
  parallel_for(0, rows, std::max<int64_t>(1, kGrain / inner), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      int64_t rest = row, to_at = 0, from_at = 0;
      for (int i = inner_axis - 1; i >= 0; --i) {
        const int64_t index = rest % loop.shape[i];
        rest /= loop.shape[i];
        to_at += index * loop.strides[0][i];
        from_at += index * loop.strides[1][i];
      }
      auto* t = reinterpret_cast<Word*>(to) + to_at;
      const auto* f = reinterpret_cast<const Word*>(from) + from_at;
      if (to_step == 1 && from_step == 1) {
        std::memcpy(t, f, static_cast<size_t>(inner) * sizeof(Word));
      } else {
        for (int64_t i = 0; i < inner; ++i) t[i * to_step] = f[i * from_step];
      }
    }
  });
}

}  // namespace

void strided_copy(const Tensor& to, const Tensor& from) {
  if (to.size() == 0) return;
  const auto loop = plan_loop<2>(to.shape(), {to.strides(), from.strides()});
  std::byte* t = to.raw_data_unchecked();
  const std::byte* f = from.raw_data_unchecked();
  if (loop.shape.ndim() == 1 && loop.strides[0][0] == 1 && loop.strides[1][0] == 1) {
    const int64_t bytes = to.nbytes();
    constexpr int64_t kGrain = 1 << 18;
    parallel_for(0, bytes, kGrain,
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
