// for_each_stretch: the elements of a tensor of any layout as bytes in row-major order, with little memory.
#pragma once
#include <functional>

#include "nucella/io/bytes.h"

namespace nucella::io {

/// Calls `take` with stretches of at most `most` bytes that follow each other; the memory behind one is the
/// tensor's own or holds until `take` returns. The tensor has its data. Allocates nothing from the tensors'
/// allocator.
void for_each_stretch(const Tensor& tensor, size_t most, const std::function<void(Bytes)>& take);

}  // namespace nucella::io
