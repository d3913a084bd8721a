#include "tests/support/expect.h"

#include "nucella/op/dispatch.h"

namespace nucella::test {

Tensors reference(Op op, const Tensors& in, const std::vector<Attr>& attrs) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& t : in) pointers.push_back(&t);
  Tensors out(static_cast<size_t>(entry_of(op).outputs));
  EXPECT_EQ(run_one_kernel({op, Inputs(pointers), attrs, out}, entry_of(op), -1), nullptr);
  return out;
}

Tensor channels_last(const Tensor& image) {
  return ops::transpose(ops::transpose(image, {0, 2, 3, 1}).contiguous(), {0, 3, 1, 2});
}

void expect_near(const Tensor& got, const Tensor& expected, double tolerance) {
  ASSERT_EQ(got.shape(), expected.shape());
  ASSERT_EQ(got.dtype(), expected.dtype());
  const auto a = got.to_vector<double>(), b = expected.to_vector<double>();
  for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], tolerance) << "element " << i;
}

}  // namespace nucella::test
