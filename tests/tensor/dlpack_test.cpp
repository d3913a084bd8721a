#include "nucella/tensor/dlpack.h"

#include <gtest/gtest.h>

#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella {
namespace {

using dlpack::from_dlpack;
using dlpack::ManagedTensor;
using dlpack::to_dlpack;

// A producer as another library would be one: counts how often its deleter was called.
struct Producer {
  explicit Producer(std::vector<int64_t> extents) : shape(std::move(extents)) {
    managed.view = {values,
                    {dlpack::kCpu, 0},
                    static_cast<int32_t>(shape.size()),
                    {dlpack::kFloat, 32, 1},
                    shape.data(),
                    nullptr,
                    0};
    managed.context = this;
    managed.deleter = [](ManagedTensor* self) { ++static_cast<Producer*>(self->context)->deleted; };
  }
  void set_strides(std::vector<int64_t> s) {
    strides = std::move(s);
    managed.view.strides = strides.data();
  }
  alignas(8) float values[6] = {0, 1, 2, 3, 4, 5};
  std::vector<int64_t> shape, strides;
  int deleted = 0;
  ManagedTensor managed{};
};

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

TEST(DlpackImport, SharesTheMemoryUntilTheLastTensorGoes) {
  Producer p({2, 3});
  {
    Tensor row;
    {
      const Tensor t = from_dlpack(&p.managed);
      EXPECT_EQ(t.shape(), (Shape{2, 3}));
      EXPECT_EQ(t.raw_data(), reinterpret_cast<std::byte*>(p.values));
      p.values[3] = 30;
      row = ops::strided_slice(t, {1}, {2});
    }
    EXPECT_EQ(p.deleted, 0);
    EXPECT_EQ(values(row), (std::vector<float>{30, 4, 5}));
  }
  EXPECT_EQ(p.deleted, 1);
}

TEST(DlpackImport, TakesStridesAndByteOffset) {
  Producer p({3, 2});
  p.set_strides({1, 3});
  EXPECT_EQ(values(from_dlpack(&p.managed)), (std::vector<float>{0, 3, 1, 4, 2, 5}));
  Producer mirrored({3});
  mirrored.set_strides({-2});
  mirrored.managed.view.byte_offset = 5 * sizeof(float);
  EXPECT_EQ(values(from_dlpack(&mirrored.managed)), (std::vector<float>{5, 3, 1}));
  Producer repeated({4});
  repeated.set_strides({0});
  EXPECT_EQ(values(from_dlpack(&repeated.managed)), (std::vector<float>{0, 0, 0, 0}));
}

TEST(DlpackImport, ScalarsAndEmptyTensorsMayHaveNullPointers) {
  Producer scalar({});
  scalar.managed.view.shape = nullptr;
  EXPECT_EQ(from_dlpack(&scalar.managed).item<float>(), 0);
  Producer empty({0, 3});
  empty.managed.view.data = nullptr;
  { EXPECT_EQ(from_dlpack(&empty.managed).shape(), (Shape{0, 3})); }
  EXPECT_EQ(empty.deleted, 1);
}

TEST(DlpackImport, WithoutADeleter) {
  Producer p({6});
  p.managed.deleter = nullptr;
  EXPECT_EQ(from_dlpack(&p.managed).size(), 6);
}

template <class E>
void expect_refused(void (*damage)(Producer&)) {
  Producer p({2, 3});
  damage(p);
  EXPECT_THROW(from_dlpack(&p.managed), E);
  EXPECT_EQ(p.deleted, 0) << "a refused tensor stays its producer's";
}

TEST(DlpackImport, RefusesWrongStructures) {
  EXPECT_THROW(from_dlpack(nullptr), ValueError);
  expect_refused<ValueError>([](Producer& p) { p.managed.view.ndim = 9; });
  expect_refused<ValueError>([](Producer& p) { p.managed.view.ndim = -1; });
  expect_refused<ValueError>([](Producer& p) { p.managed.view.shape = nullptr; });
  expect_refused<ValueError>([](Producer& p) { p.managed.view.data = nullptr; });
  expect_refused<ValueError>([](Producer& p) { p.managed.view.device.type = 2; });
  expect_refused<ValueError>([](Producer& p) { p.managed.view.byte_offset = 1; });
  expect_refused<ValueError>([](Producer& p) { p.managed.view.byte_offset = ~uint64_t{0} - 3; });
  expect_refused<ValueError>([](Producer& p) { p.shape[0] = -2; });
  expect_refused<ValueError>([](Producer& p) { p.shape[0] = p.shape[1] = int64_t{1} << 40; });
  expect_refused<ValueError>([](Producer& p) { p.set_strides({int64_t{1} << 62, 1}); });
  expect_refused<ValueError>([](Producer& p) { p.set_strides({INT64_MIN, 1}); });
  expect_refused<ValueError>([](Producer& p) { p.set_strides({-(int64_t{1} << 60), 1}); });
}

TEST(DlpackImport, RefusesUnknownElementTypes) {
  expect_refused<TypeError>([](Producer& p) { p.managed.view.dtype.lanes = 4; });
  expect_refused<TypeError>([](Producer& p) { p.managed.view.dtype.lanes = 0; });
  expect_refused<TypeError>([](Producer& p) { p.managed.view.dtype.bits = 24; });
  expect_refused<TypeError>([](Producer& p) { p.managed.view.dtype = {dlpack::kComplex, 64, 1}; });
  expect_refused<TypeError>([](Producer& p) { p.managed.view.dtype.code = 77; });
}

TEST(DlpackExport, KeepsTheTensorAliveUntilDeleted) {
  ManagedTensor* managed = nullptr;
  const std::byte* data = nullptr;
  {
    const Tensor t = ops::transpose(tensor({0, 1, 2, 3, 4, 5}, {2, 3}), {1, 0});
    data = t.raw_data();
    managed = to_dlpack(t);
  }
  EXPECT_EQ(managed->view.data, data);
  EXPECT_EQ(managed->view.ndim, 2);
  EXPECT_EQ(managed->view.shape[0], 3);
  EXPECT_EQ(managed->view.strides[0], 1);
  EXPECT_EQ(managed->view.strides[1], 3);
  EXPECT_EQ(static_cast<float*>(managed->view.data)[4], 4);
  managed->deleter(managed);
}

TEST(Dlpack, EveryDtypeComesBackInPlace) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const Tensor t = tensor({0, 1, 1, 0}, {2, 2}, dtype),
                 view = ops::strided_slice(t, {1, 1}, {-3, -3}, {-1, -1});
    const Tensor back = from_dlpack(to_dlpack(view));
    EXPECT_EQ(back.dtype(), dtype);
    EXPECT_EQ(back.raw_data(), view.raw_data());
    EXPECT_EQ(values(back), (std::vector<float>{0, 1, 1, 0}));
  }
}

TEST(DlpackExport, NeedsData) {
  EXPECT_THROW(to_dlpack(Tensor()), RuntimeError);
  EXPECT_THROW(to_dlpack(Tensor::placeholder({3, kUnknownDim}, float32)), RuntimeError);
}

}  // namespace
}  // namespace nucella
