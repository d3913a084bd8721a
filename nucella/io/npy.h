// The header of NumPy's .npy format, which tells dtype, order and shape of the array that follows.
//
//   "\x93NUMPY", 1 byte major and 1 byte minor version, length of the text (2 bytes in version 1, then 4)
//   {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   text; Latin-1, in version 3 UTF-8
//
// (Source: numpy.org, numpy.lib.format.) A text is an array of shape () and descr '<U5'. BFloat16, which
// NumPy does not know, is '<V2' as the package ml_dtypes writes it.
#pragma once
#include <optional>
#include <string>

#include "nucella/io/byte_stream.h"

namespace nucella::io {

struct NpyHeader {
  std::optional<DType> dtype;  ///< none: a text of 4 bytes per character
  Shape shape;
  bool fortran_order = false;
  uint64_t content_bytes = 0;
  std::string raw;  ///< all bytes of the header
};

/// Takes the header off the front of `stream`. ValueError for anything that is no array of a dtype of
/// nucella.
NpyHeader read_npy_header(ByteStream& stream, const Where& where);
/// Header of a row-major array.
std::string make_npy_header(DType dtype, const Shape& shape);
/// Header of a text that is `utf32_bytes` long.
std::string make_npy_text_header(size_t utf32_bytes);

}  // namespace nucella::io
