// The cases written in OpDef::samples, read and turned into calls. Grammar: docs/add-an-op.md.
#pragma once
#include <random>
#include <string>
#include <vector>

#include "nucella/op/op.h"

namespace nucella::test {

/// A tensor argument of a sample: dtype, shape and the range its values are drawn from.
struct SampleInput {
  bool present = true;
  DType dtype = DType::kFloat32;
  Shape shape;
  double low = 0, high = 0;
};

/// One case of an op.
struct Sample {
  std::string text;
  std::string error;  ///< "ValueError" when the call must throw that; empty when it must work
  std::vector<SampleInput> inputs;
  std::vector<Attr> attrs;
};

/// The samples of an op. ValueError with the text of a sample that cannot be read.
std::vector<Sample> samples_of(const OpEntry& entry);

/// The sample with every floating dtype (inputs and attributes) replaced.
Sample with_floats(Sample sample, DType dtype);
bool has_floats(const Sample& sample);

/// How the inputs lie in memory; the values are the same.
enum class Layout { kContiguous, kTransposed, kSliced, kReversed };
inline constexpr Layout kLayouts[] = {Layout::kContiguous, Layout::kTransposed, Layout::kSliced,
                                      Layout::kReversed};
const char* name(Layout layout);

/// Row-major tensors with values in the ranges of the sample, the same for the same seed.
Tensors make_inputs(const Sample& sample, unsigned seed);
/// Where the elements of a tensor of this layout lie in a storage of `elements` elements.
struct Geometry {
  Shape strides;
  int64_t offset = 0;
  int64_t elements = 0;
};
Geometry geometry_of(const Shape& shape, Layout layout);
/// `t` copied into storage of its own with the given layout.
Tensor with_layout(const Tensor& t, Layout layout);

}  // namespace nucella::test
