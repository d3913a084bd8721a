// HalfRows: rows of 16-bit floats to float and back, in vector code.
#pragma once
#include <cstdint>

#include "nucella/base/half.h"

namespace nucella {

/// Each converts `n` elements; narrowing rounds to nearest even.
struct HalfRows {
  void (*widen_f16)(const Half* x, float* out, int64_t n);
  void (*widen_bf16)(const BFloat16* x, float* out, int64_t n);
  void (*narrow_f16)(const float* x, Half* out, int64_t n);
  void (*narrow_bf16)(const float* x, BFloat16* out, int64_t n);
};
const HalfRows& half_rows();

/// One name for both types.
inline void widen(const Half* x, float* out, int64_t n) { half_rows().widen_f16(x, out, n); }
inline void widen(const BFloat16* x, float* out, int64_t n) { half_rows().widen_bf16(x, out, n); }
inline void narrow(const float* x, Half* out, int64_t n) { half_rows().narrow_f16(x, out, n); }
inline void narrow(const float* x, BFloat16* out, int64_t n) { half_rows().narrow_bf16(x, out, n); }

}  // namespace nucella
