// The kernels of gather_nd, scatter_nd, scatter_nd_reduce and scatter_nd_update: pieces of a tensor,
// addressed by tuples of indices.
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/scalar_math.h"
#include "nucella/kernels/cpu/words.h"

namespace nucella {
namespace {

// Element offset of every addressed piece, relative to the first element. IndexError before anything is
// touched.
std::vector<int64_t> piece_offsets(const Shape& shape, const Shape& strides, const Tensor& indices,
                                   std::string_view op) {
  const int depth = static_cast<int>(indices.shape().back());
  const Shape places(indices.shape().begin(), indices.shape().end() - 1);
  std::vector<int64_t> offsets(static_cast<size_t>(places.numel()));
  const std::vector<int64_t> flat = indices.to_vector<int64_t>();
  for (size_t i = 0; i < offsets.size(); ++i)
    for (int axis = 0; axis < depth; ++axis) {
      const int64_t extent = shape[axis], index = flat[i * depth + axis];
      check<IndexError>(index >= -extent && index < extent, op, ": index ", index,
                        " is out of bounds for axis ", axis, " of extent ", extent);
      offsets[i] += (index < 0 ? index + extent : index) * strides[axis];
    }
  return offsets;
}

Shape tail(const Shape& shape, int from) { return Shape(shape.begin() + from, shape.end()); }

// Walks one piece of `x` beside a dense one.
struct PieceLoop {
  PieceLoop(const Tensor& x, int depth)
      : shape(tail(x.shape(), depth)),
        size(shape.numel()),
        loop(plan_loop<2>(shape, {contiguous_strides(shape), tail(x.strides(), depth)})) {}

  // Calls move(dense offset, x offset) for every element.
  template <class F>
  void each(F move) const {
    const int inner_axis = loop.shape.ndim() - 1;
    const int64_t inner = loop.shape[inner_axis], rows = loop.shape.numel() / inner;
    for (int64_t row = 0; row < rows; ++row) {
      int64_t rest = row, dense = 0, at = 0;
      for (int i = inner_axis - 1; i >= 0; --i) {
        const int64_t index = rest % loop.shape[i];
        rest /= loop.shape[i];
        dense += index * loop.strides[0][i];
        at += index * loop.strides[1][i];
      }
      for (int64_t i = 0; i < inner; ++i)
        move(dense + i * loop.strides[0][inner_axis], at + i * loop.strides[1][inner_axis]);
    }
  }
  bool is_run() const { return loop.shape.ndim() == 1 && loop.strides[0][0] == 1 && loop.strides[1][0] == 1; }

  Shape shape;
  int64_t size;
  StridedLoop<2> loop;
};

const char* gather_ref(const Call& call) {
  const Tensor &x = call.in[0], &indices = call.in[1], &out = call.out[0];
  const auto offsets = piece_offsets(x.shape(), x.strides(), indices, "gather_nd");
  if (out.size() == 0) return nullptr;
  const PieceLoop piece(x, static_cast<int>(indices.shape().back()));
  cpu::dispatch_word(x.itemsize(), [&]<class Word>() {
    const auto* from = reinterpret_cast<const Word*>(x.raw_data_unchecked());
    auto* to = reinterpret_cast<Word*>(out.raw_data_unchecked());
    constexpr int64_t kGrain = 1 << 14;
    parallel_for(0, std::ssize(offsets), std::max<int64_t>(1, kGrain / piece.size),
                 [&](int64_t first, int64_t last) {
                   for (int64_t i = first; i < last; ++i) {
                     const Word* source = from + offsets[i];
                     Word* target = to + i * piece.size;
                     if (piece.is_run()) {
                       std::memcpy(target, source, static_cast<size_t>(piece.size) * sizeof(Word));
                     } else {
                       piece.each([&](int64_t dense, int64_t at) { target[dense] = source[at]; });
                     }
                   }
                 });
  });
  return nullptr;
}

// Adds the pieces up in the order of the indices, whatever the number of threads: each thread owns a range of
// columns.
template <class T, class Sum>
void add_pieces(Sum* sums, const T* updates, const std::vector<int64_t>& offsets, int64_t piece) {
  constexpr int64_t kGrain = 1 << 14;
  const int64_t grain = std::max<int64_t>(16, kGrain / std::max<int64_t>(std::ssize(offsets), 1));
  parallel_for(0, piece, grain, [&](int64_t first, int64_t last) {
    for (size_t i = 0; i < offsets.size(); ++i)
      for (int64_t c = first; c < last; ++c) sums[offsets[i] + c] += updates[i * piece + c];
  });
}

const char* scatter_ref(const Call& call) {
  const Tensor &indices = call.in[0], &out = call.out[0];
  const int depth = static_cast<int>(indices.shape().back());
  const auto offsets = piece_offsets(out.shape(), out.strides(), indices, "scatter_nd");
  const Tensor updates = call.in[1].contiguous();
  const int64_t piece = tail(out.shape(), depth).numel(), n = out.size();
  dispatch(out.dtype(), [&]<class T>() {
    auto* to = reinterpret_cast<T*>(out.raw_data_unchecked());
    const auto* from = reinterpret_cast<const T*>(updates.raw_data_unchecked());
    if constexpr (std::is_same_v<cpu::compute_t<T>, T> && !std::is_same_v<T, bool>) {
      std::fill(to, to + n, T(0));
      add_pieces(to, from, offsets, piece);
    } else {
      using Sum = std::conditional_t<std::is_same_v<T, bool>, int, float>;
      std::vector<Sum> sums(static_cast<size_t>(n));
      add_pieces(sums.data(), from, offsets, piece);
      for (int64_t i = 0; i < n; ++i) to[i] = static_cast<T>(sums[i]);
    }
  });
  return nullptr;
}

const char* update_ref(const Call& call) {
  const Tensor &x = call.in[0], &indices = call.in[1];
  const auto offsets = piece_offsets(x.shape(), x.strides(), indices, "scatter_nd_update");
  const bool overlap = call.in[2].impl()->storage.get() == x.impl()->storage.get();
  const Tensor updates = overlap ? call.in[2].clone() : call.in[2].contiguous();
  if (updates.size() == 0) return nullptr;
  const PieceLoop piece(x, static_cast<int>(indices.shape().back()));
  cpu::dispatch_word(x.itemsize(), [&]<class Word>() {
    auto* to = reinterpret_cast<Word*>(x.raw_data_unchecked());
    const auto* from = reinterpret_cast<const Word*>(updates.raw_data_unchecked());
    for (size_t i = 0; i < offsets.size(); ++i)
      piece.each([&](int64_t dense, int64_t at) { to[offsets[i] + at] = from[i * piece.size + dense]; });
  });
  return nullptr;
}

// Joins the elements of the pieces with the updates, one index after the other.
template <class T, class Join>
void join_pieces(const PieceLoop& piece, const std::vector<int64_t>& offsets, T* to, const T* from,
                 Join join) {
  using C = cpu::compute_t<T>;
  for (size_t i = 0; i < offsets.size(); ++i)
    piece.each([&](int64_t dense, int64_t at) {
      T& place = to[offsets[i] + at];
      place = static_cast<T>(join(static_cast<C>(place), static_cast<C>(from[i * piece.size + dense])));
    });
}

template <class T>
void join_by_name(std::string_view name, const PieceLoop& piece, const std::vector<int64_t>& offsets, T* to,
                  const T* from) {
  const auto run = [&](auto join) { join_pieces(piece, offsets, to, from, join); };
  if (name == "add") return run(cpu::Add{});
  if (name == "sub") return run(cpu::Sub{});
  if (name == "mul") return run(cpu::Mul{});
  if (name == "div") return run(cpu::Div{});
  if (name == "max") return run(cpu::Maximum{});
  return run(cpu::Minimum{});
}

const char* reduce_ref(const Call& call) {
  const Tensor &x = call.in[0], &indices = call.in[1];
  const auto offsets = piece_offsets(x.shape(), x.strides(), indices, "scatter_nd_reduce");
  const bool overlap = call.in[2].impl()->storage.get() == x.impl()->storage.get();
  const Tensor updates = overlap ? call.in[2].clone() : call.in[2].contiguous();
  if (updates.size() == 0) return nullptr;
  const PieceLoop piece(x, static_cast<int>(indices.shape().back()));
  dispatch(x.dtype(), [&]<class T>() {
    if constexpr (!std::is_same_v<T, bool>)
      join_by_name(call.attrs[0].as<std::string>(), piece, offsets,
                   reinterpret_cast<T*>(x.raw_data_unchecked()),
                   reinterpret_cast<const T*>(updates.raw_data_unchecked()));
  });
  return nullptr;
}

constexpr Kernel kGather[] = {{"ref", gather_ref}};
constexpr Kernel kScatter[] = {{"ref", scatter_ref}};
constexpr Kernel kUpdate[] = {{"ref", update_ref}};
constexpr Kernel kReduce[] = {{"ref", reduce_ref}};
}  // namespace

extern constinit const KernelList gather_nd_cpu{kGather};
extern constinit const KernelList scatter_nd_cpu{kScatter};
extern constinit const KernelList scatter_nd_reduce_cpu{kReduce};
extern constinit const KernelList scatter_nd_update_cpu{kUpdate};

}  // namespace nucella
