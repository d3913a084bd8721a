// Sigmoid and tanh of rows of floats, as vector functions.
#pragma once
#include <cstdint>

namespace nucella::cpu {

/// Both work in place.
struct ActivationRows {
  void (*sigmoid)(float* x, int64_t n);
  void (*tanh)(float* x, int64_t n);
};
const ActivationRows& activation_rows();

}  // namespace nucella::cpu
