// The defined tensors of a Value taken out, and others put in their places.
#pragma once
#include "nucella/nn/value.h"

namespace nucella {

inline Tensors defined_tensors(const Value& value) {
  Tensors out = value.tensors();
  std::erase_if(out, [](const Tensor& t) { return !t.defined(); });
  return out;
}

/// `value` with its defined tensors replaced by those from `next` on.
inline Value refill(const Value& value, Tensors::const_iterator& next) {
  return value.map_tensors([&](const Tensor& t) { return t.defined() ? *next++ : t; });
}

}  // namespace nucella
