#include "nucella/kernels/cpu/loops.h"

namespace nucella {
namespace {

// NaN is larger than any number.
template <class T>
bool below(T a, T b) {
  return b != b ? a == a : a < b;
}

template <class T, class Position>
void search_row(const T* sequence, int64_t count, const T* values, int64_t size, bool right, Position* to) {
  const auto less = [](T a, T b) { return below(a, b); };
  for (int64_t i = 0; i < size; ++i) {
    const T* const end = sequence + count;
    const T* const at = right ? std::upper_bound(sequence, end, values[i], less)
                              : std::lower_bound(sequence, end, values[i], less);
    to[i] = static_cast<Position>(at - sequence);
  }
}

const char* searchsorted_ref(const Call& call) {
  const bool right = call.attrs[0].as<bool>();
  const Tensor sequence = call.in[0].contiguous(), values = call.in[1].contiguous();
  const int64_t count = sequence.shape().back(), total = values.size();
  if (total == 0) return nullptr;
  // One sequence serves all values, or each row of values has its own.
  const bool shared = sequence.ndim() == 1;
  const int64_t row_size = shared ? total : values.shape().back();
  dispatch(values.dtype(), [&]<class T>() {
    const auto* rising = reinterpret_cast<const T*>(sequence.raw_data_unchecked());
    const auto* wanted = reinterpret_cast<const T*>(values.raw_data_unchecked());
    const auto run = [&]<class Position>(Position* to) {
      parallel_for(0, total, 1 << 10, [&](int64_t first, int64_t last) {
        while (first < last) {
          const int64_t row = first / row_size, end = std::min(last, (row + 1) * row_size);
          search_row(rising + (shared ? 0 : row * count), count, wanted + first, end - first, right,
                     to + first);
          first = end;
        }
      });
    };
    if (call.out[0].dtype() == int32) {
      run(reinterpret_cast<int32_t*>(call.out[0].raw_data_unchecked()));
    } else {
      run(reinterpret_cast<int64_t*>(call.out[0].raw_data_unchecked()));
    }
  });
  return nullptr;
}

constexpr Kernel kKernels[] = {{"ref", searchsorted_ref}};
}  // namespace

extern constinit const KernelList searchsorted_cpu{kKernels};

}  // namespace nucella
