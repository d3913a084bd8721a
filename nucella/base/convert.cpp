#include "nucella/base/convert.h"

#include <algorithm>
#include <cstring>

#include "nucella/base/half_rows.h"

namespace nucella {
namespace {

template <class T>
const T* in(const std::byte* bytes) {
  return reinterpret_cast<const T*>(bytes);
}
template <class T>
T* out(std::byte* bytes) {
  return reinterpret_cast<T*>(bytes);
}

void widen(DType from, const std::byte* source, float* target, int64_t n) {
  if (from == float16) return half_rows().widen_f16(in<Half>(source), target, n);
  half_rows().widen_bf16(in<BFloat16>(source), target, n);
}
void narrow(const float* source, DType to, std::byte* target, int64_t n) {
  if (to == float16) return half_rows().narrow_f16(source, out<Half>(target), n);
  half_rows().narrow_bf16(source, out<BFloat16>(target), n);
}

template <class From, class To>
void cast_row(const From* source, To* target, int64_t n) {
  for (int64_t i = 0; i < n; ++i) target[i] = static_cast<To>(source[i]);
}

bool is_half(DType t) { return t == float16 || t == bfloat16; }

// By way of float when a 16-bit type is involved.
void convert_floats(DType from, const std::byte* source, DType to, std::byte* target, int64_t n) {
  constexpr int64_t kBlock = 2048;
  float block[kBlock];
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t count = std::min(n - first, kBlock);
    const std::byte* read = source + first * itemsize(from);
    std::byte* write = target + first * itemsize(to);
    const float* floats = from == float32 ? in<float>(read) : block;
    if (is_half(from)) widen(from, read, to == float32 ? out<float>(write) : block, count);
    if (from == float64) cast_row(in<double>(read), to == float32 ? out<float>(write) : block, count);
    if (is_half(to)) narrow(floats, to, write, count);
    if (to == float64) cast_row(floats, out<double>(write), count);
  }
}

template <class F>
void dispatch_signed(DType t, F&& f) {
  switch (t) {
    case int8:
      return f.template operator()<int8_t>();
    case int16:
      return f.template operator()<int16_t>();
    case int32:
      return f.template operator()<int32_t>();
    default:
      return f.template operator()<int64_t>();
  }
}

}  // namespace

void convert_row(DType from, const std::byte* source, DType to, std::byte* target, int64_t n) {
  check<TypeError>(is_same_kind(from, to), "convert_row: cannot convert ", from, " to ", to);
  if (from == to) {
    std::memcpy(target, source, static_cast<size_t>(n * itemsize(from)));
  } else if (is_floating(from)) {
    convert_floats(from, source, to, target, n);
  } else {
    dispatch_signed(from, [&]<class From>() {
      dispatch_signed(to, [&]<class To>() { cast_row(in<From>(source), out<To>(target), n); });
    });
  }
}

}  // namespace nucella
