// The kernels of sort, argsort and topk: every line along the axis becomes keys with positions, which are put
// in order.
#include "nucella/kernels/cpu/lines.h"
#include "nucella/kernels/cpu/radix_sort.h"

namespace nucella {
namespace {

using cpu::Lines;

// What one line needs: where its elements lie, and whether larger ones come first.
template <class T>
struct Line {
  const T* from;
  int64_t step, extent;
  cpu::key_t<T> flip;

  cpu::joined_t<T> at(int64_t k) const {
    return cpu::joined(cpu::key_of(from[k * step], flip), static_cast<uint64_t>(k));
  }
};

template <class T>
std::vector<cpu::joined_t<T>> pairs_of(const Line<T>& line) {
  std::vector<cpu::joined_t<T>> pairs(static_cast<size_t>(line.extent));
  parallel_for(0, line.extent, 1 << 15, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; ++k) pairs[static_cast<size_t>(k)] = line.at(k);
  });
  return pairs;
}

struct ByComparing {
  template <class T>
  auto operator()(const Line<T>& line) const {
    auto pairs = pairs_of(line);
    std::sort(pairs.begin(), pairs.end());
    return pairs;
  }
};
struct ByDigits {
  template <class T>
  auto operator()(const Line<T>& line) const {
    auto pairs = pairs_of(line);
    cpu::sort_on_threads(pairs);
    return pairs;
  }
};

// The first `count` of the line in order. Candidates gather in a buffer; whenever it is full, all but the
// best go, and from then on what comes must beat the worst of these.
template <class T>
std::vector<cpu::joined_t<T>> first_of(const Line<T>& line, int64_t count) {
  using Pair = cpu::joined_t<T>;
  std::vector<Pair> best;
  if (count == 0) return best;
  if (count > line.extent / 8) {  // so many are had sooner by putting all in order
    best = ByDigits{}(line);
    best.resize(static_cast<size_t>(count));
    return best;
  }
  const size_t kept = static_cast<size_t>(count), room = 2 * kept + 64;
  best.reserve(room);
  const auto cut = [&] {
    std::nth_element(best.begin(), best.begin() + count - 1, best.end());
    best.resize(kept);
  };
  Pair limit{};
  bool limited = false;
  for (int64_t k = 0; k < line.extent; ++k) {
    const Pair pair = line.at(k);
    if (limited && !(pair < limit)) continue;
    best.push_back(pair);
    if (best.size() < room) continue;
    cut();
    limit = best[kept - 1];
    limited = true;
  }
  cut();
  std::sort(best.begin(), best.end());
  return best;
}

// The outputs of a call: values (or none) and positions, along the axis.
struct Results {
  const Tensor* values;
  const Tensor* positions;
};

template <class T, class Pairs>
void store(const Line<T>& line, const Pairs& pairs, T* values, int64_t value_step, auto* positions,
           int64_t step) {
  using Position = std::remove_pointer_t<decltype(positions)>;
  parallel_for(0, std::ssize(pairs), 1 << 15, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; ++k) {
      const auto at = static_cast<int64_t>(pairs[static_cast<size_t>(k)].position());
      if (values) values[k * value_step] = line.from[at * line.step];
      positions[k * step] = static_cast<Position>(at);
    }
  });
}

// Runs `choose(line)`, which gives the pairs that the outputs hold, for every line.
template <class Choose>
const char* for_sorted_lines(const Call& call, int axis, bool descending, const Results& results,
                             Choose choose) {
  const Tensor& x = call.in[0];
  const Lines in(x, axis), places(*results.positions, axis);
  const Lines out = results.values ? Lines(*results.values, axis) : places;
  if (results.positions->size() == 0) return nullptr;
  check<ValueError>(in.extent < cpu::kMaxLine, entry_of(call.op).name,
                    ": at most 2^32 elements can be put in order, got ", in.extent);
  dispatch(x.dtype(), [&]<class T>() {
    const auto* from = reinterpret_cast<const T*>(x.raw_data_unchecked());
    T* const values = results.values ? reinterpret_cast<T*>(results.values->raw_data_unchecked()) : nullptr;
    const auto flip = descending ? static_cast<cpu::key_t<T>>(~cpu::key_t<T>{0}) : cpu::key_t<T>{0};
    const auto run = [&](auto* positions) {
      cpu::for_lines(in, [&](int64_t i) {
        const Line<T> line{from + in.start(i), in.step, in.extent, flip};
        store(line, choose(line), values ? values + out.start(i) : values, out.step,
              positions + places.start(i), places.step);
      });
    };
    if (results.positions->dtype() == int32) {
      run(reinterpret_cast<int32_t*>(results.positions->raw_data_unchecked()));
    } else {
      run(reinterpret_cast<int64_t*>(results.positions->raw_data_unchecked()));
    }
  });
  return nullptr;
}

template <class How>
const char* argsort(const Call& call) {
  return for_sorted_lines(call, cpu::axis_of(call), call.attrs[1].as<bool>(), {nullptr, &call.out[0]}, How{});
}

template <class How>
const char* sort(const Call& call) {
  return for_sorted_lines(call, cpu::axis_of(call), call.attrs[1].as<bool>(), {&call.out[0], &call.out[1]},
                          How{});
}

const char* topk_ref(const Call& call) {
  const auto& [k, axis, largest, in_order, dtype] = unpack<int64_t, int64_t, bool, bool, DType>(call.attrs);
  const int64_t count = k;
  const bool keep_order = in_order;
  return for_sorted_lines(
      call, cpu::axis_of(call, 1), largest, {&call.out[0], &call.out[1]}, [=](const auto& line) {
        auto pairs = first_of(line, count);
        if (!keep_order)
          std::sort(pairs.begin(), pairs.end(),
                    [](const auto& a, const auto& b) { return a.position() < b.position(); });
        return pairs;
      });
}

constexpr Kernel kArgsort[] = {{"radix", argsort<ByDigits>}, {"ref", argsort<ByComparing>}};
constexpr Kernel kSort[] = {{"radix", sort<ByDigits>}, {"ref", sort<ByComparing>}};
constexpr Kernel kTopk[] = {{"ref", topk_ref}};

}  // namespace

extern constinit const KernelList argsort_cpu{kArgsort};
extern constinit const KernelList sort_cpu{kSort};
extern constinit const KernelList topk_cpu{kTopk};

}  // namespace nucella
