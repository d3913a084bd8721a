// The kernels of gather, gather_elements and scatter_elements: positions along one axis.
#include <atomic>

#include "nucella/base/half_rows.h"
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/words.h"

namespace nucella {
namespace {

constexpr int64_t kGrain = 1 << 14;

[[noreturn]] void refuse(const Call& call, int64_t index, int axis, int64_t extent) {
  raise<IndexError>(entry_of(call.op).name, ": index ", index, " is out of bounds for axis ", axis,
                    " of extent ", extent);
}

// The positions counted from the front. IndexError before anything is read.
std::vector<int64_t> resolved(const Call& call, const Tensor& indices, int axis, int64_t extent) {
  std::vector<int64_t> at = indices.to_vector<int64_t>();
  for (int64_t& index : at) {
    if (index < -extent || index >= extent) refuse(call, index, axis, extent);
    if (index < 0) index += extent;
  }
  return at;
}

template <class Word>
void gather_pieces(const Word* from, const int64_t* at, Word* to, int64_t count, int64_t inner) {
  if (inner == 1) {
    for (int64_t k = 0; k < count; ++k) to[k] = from[at[k]];
    return;
  }
  for (int64_t k = 0; k < count; ++k)
    std::memcpy(to + k * inner, from + at[k] * inner, static_cast<size_t>(inner) * sizeof(Word));
}

const char* gather_ref(const Call& call) {
  const Tensor x = call.in[0].contiguous();
  const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "gather");
  const Shape& shape = x.shape();
  const int64_t extent = shape[axis], inner = Shape(shape.begin() + axis + 1, shape.end()).numel();
  const std::vector<int64_t> at = resolved(call, call.in[1], axis, extent);
  const auto count = static_cast<int64_t>(at.size());
  if (call.out[0].size() == 0) return nullptr;
  cpu::dispatch_word(x.itemsize(), [&]<class Word>() {
    const auto* from = reinterpret_cast<const Word*>(x.raw_data_unchecked());
    auto* to = reinterpret_cast<Word*>(call.out[0].raw_data_unchecked());
    parallel_for(0, call.out[0].size() / inner, std::max<int64_t>(1, kGrain / inner),
                 [&](int64_t first, int64_t last) {
                   while (first < last) {
                     const int64_t block = first / count, k = first % count;
                     const int64_t some = std::min(last - first, count - k);
                     gather_pieces(from + block * extent * inner, at.data() + k, to + first * inner, some,
                                   inner);
                     first += some;
                   }
                 });
  });
  return nullptr;
}

// Walks an index tensor row by row (along its last axis) beside a tensor of the same rank that is addressed
// by it along `axis`.
struct Walk {
  Walk(const Tensor& target, const Shape& index, int axis_)
      : shape(index),
        strides(target.strides()),
        axis(axis_),
        extent(target.shape()[axis_]),
        along(strides[axis_]) {
    const int last = shape.ndim() - 1;
    length = shape[last];
    rows = length ? shape.numel() / length : 0;
    step = axis == last ? 0 : strides[last];
  }
  // Offset of the row in the target, without what the positions add.
  int64_t base(int64_t row) const {
    int64_t at = 0;
    for (int i = shape.ndim() - 2; i >= 0; --i) {
      if (i != axis) at += row % shape[i] * strides[i];
      row /= shape[i];
    }
    return at;
  }
  bool within_rows() const { return axis == shape.ndim() - 1; }

  Shape shape, strides;
  int axis;
  int64_t extent, along, length = 0, rows = 0, step = 0;
};

const char* gather_elements_ref(const Call& call) {
  const Tensor &x = call.in[0], index = call.in[1].contiguous();
  const Walk walk(x, index.shape(), normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "gather_elements"));
  std::atomic<int64_t> wrong{-1};
  cpu::dispatch_word(x.itemsize(), [&]<class Word>() {
    cpu::dispatch_index(index.dtype(), [&]<class Position>() {
      const auto* from = reinterpret_cast<const Word*>(x.raw_data_unchecked());
      const auto* at = reinterpret_cast<const Position*>(index.raw_data_unchecked());
      auto* to = reinterpret_cast<Word*>(call.out[0].raw_data_unchecked());
      parallel_for(0, walk.rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(walk.length, 1)),
                   [&](int64_t first, int64_t last) {
                     for (int64_t row = first; row < last; ++row) {
                       const int64_t base = walk.base(row), begin = row * walk.length;
                       for (int64_t j = 0; j < walk.length; ++j) {
                         int64_t position = at[begin + j];
                         if (position < 0) position += walk.extent;
                         if (position < 0 || position >= walk.extent) {
                           wrong = begin + j;
                           return;
                         }
                         to[begin + j] = from[base + j * walk.step + position * walk.along];
                       }
                     }
                   });
      if (const int64_t place = wrong; place >= 0) refuse(call, at[place], walk.axis, walk.extent);
    });
  });
  return nullptr;
}

// Threads share out the rows when no two of these meet in one place, else the columns.
template <class F>
void for_targets(const Walk& walk, F f) {
  if (walk.within_rows()) {
    parallel_for(0, walk.rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(walk.length, 1)),
                 [&](int64_t first, int64_t last) {
                   for (int64_t row = first; row < last; ++row) f(row, 0, walk.length);
                 });
    return;
  }
  parallel_for(0, walk.length, std::max<int64_t>(16, kGrain / std::max<int64_t>(walk.rows, 1)),
               [&](int64_t first, int64_t last) {
                 for (int64_t row = 0; row < walk.rows; ++row) f(row, first, last);
               });
}

// Joins the updates to the elements that the positions, which have been checked, address.
template <class Position, class T, class Join>
void scatter_rows(const Walk& walk, const Position* at, const T* updates, auto* to, Join join) {
  for_targets(walk, [&](int64_t row, int64_t first, int64_t last) {
    auto* base = to + walk.base(row);
    const int64_t begin = row * walk.length;
    for (int64_t j = first; j < last; ++j) {
      const int64_t position = at[begin + j], place = position < 0 ? position + walk.extent : position;
      join(base[j * walk.step + place * walk.along], updates[begin + j]);
    }
  });
}

// Sums of 16-bit floats run in float32.
template <class Position, class T>
void add_rows(const Walk& walk, const Position* at, const T* updates, const Tensor& out) {
  auto* to = reinterpret_cast<T*>(out.raw_data_unchecked());
  if constexpr (std::is_same_v<T, bool>) {
    scatter_rows(walk, at, updates, to, [](bool& a, bool b) { a = a || b; });
  } else if constexpr (std::is_same_v<cpu::compute_t<T>, T>) {
    scatter_rows(walk, at, updates, to, [](T& a, T b) { a = static_cast<T>(a + b); });
  } else {
    std::vector<float> sums(static_cast<size_t>(out.size()));
    widen(to, sums.data(), out.size());
    scatter_rows(walk, at, updates, sums.data(), [](float& a, T b) { a += static_cast<float>(b); });
    narrow(sums.data(), to, out.size());
  }
}

// IndexError for the first position that is out of bounds.
template <class Position>
void check_positions(const Call& call, const Position* at, int64_t count, int axis, int64_t extent) {
  std::atomic<bool> wrong{false};
  parallel_for(0, count, kGrain, [&](int64_t first, int64_t last) {
    Position least = 0, most = 0;
    for (int64_t i = first; i < last; ++i) {
      least = std::min(least, at[i]);
      most = std::max(most, at[i]);
    }
    if (least < -extent || most >= extent) wrong = true;
  });
  for (int64_t i = 0; wrong && i < count; ++i)
    if (at[i] < -extent || at[i] >= extent) refuse(call, at[i], axis, extent);
}

const char* scatter_elements_ref(const Call& call) {
  const Tensor &x = call.in[0], &out = call.out[0];
  const Tensor index = call.in[1].contiguous(), updates = call.in[2].contiguous();
  const int axis = normalize_axis(call.attrs[0].as<int64_t>(), x.ndim(), "scatter_elements");
  cpu::dispatch_index(index.dtype(), [&]<class Position>() {
    const auto* at = reinterpret_cast<const Position*>(index.raw_data_unchecked());
    check_positions(call, at, index.size(), axis, x.shape()[axis]);
    if (out.size() == 0) return;
    strided_copy(out, x);
    const Walk walk(out, index.shape(), axis);
    if (call.attrs[1].as<std::string>() == "add") {
      dispatch(x.dtype(), [&]<class T>() {
        add_rows(walk, at, reinterpret_cast<const T*>(updates.raw_data_unchecked()), out);
      });
    } else {
      cpu::dispatch_word(x.itemsize(), [&]<class Word>() {
        scatter_rows(walk, at, reinterpret_cast<const Word*>(updates.raw_data_unchecked()),
                     reinterpret_cast<Word*>(out.raw_data_unchecked()), [](Word& a, Word b) { a = b; });
      });
    }
  });
  return nullptr;
}

constexpr Kernel kGather[] = {{"ref", gather_ref}};
constexpr Kernel kGatherElements[] = {{"ref", gather_elements_ref}};
constexpr Kernel kScatterElements[] = {{"ref", scatter_elements_ref}};
}  // namespace

extern constinit const KernelList gather_cpu{kGather};
extern constinit const KernelList gather_elements_cpu{kGatherElements};
extern constinit const KernelList scatter_elements_cpu{kScatterElements};

}  // namespace nucella
