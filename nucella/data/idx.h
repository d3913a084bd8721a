// Reads idx files, the format of MNIST and Fashion-MNIST, plain or gzipped.
//
//   2 zero bytes, 1 byte element type (8: unsigned byte), 1 byte number of dims, the dims as big-endian
//   32-bit numbers, the elements in row-major order. (Source: the description on yann.lecun.com/exdb/mnist.)
#pragma once
#include <string>
#include <string_view>

#include "nucella/io/bytes.h"

namespace nucella::data {

/// A UInt8 tensor of the file's shape. ValueError names file and offset when the file is damaged, cut or
/// holds other elements than bytes; FileNotFoundError and its kin when it cannot be opened.
Tensor read_idx(const std::string& path);
/// The same from memory; `name` stands for the file in errors.
Tensor read_idx(io::Bytes file, std::string_view name);

}  // namespace nucella::data
