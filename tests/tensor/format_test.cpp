#include "nucella/tensor/format.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nucella/tensor/create.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

uint8_t nibble(char c) { return static_cast<uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

Tensor from_bytes(const std::string& hex, const Shape& shape, DType dtype) {
  const Tensor out = Tensor::empty(shape, dtype);
  EXPECT_EQ(static_cast<int64_t>(hex.size()), 2 * out.nbytes());
  for (int64_t i = 0; i < out.nbytes(); ++i)
    out.raw_data()[i] = static_cast<std::byte>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  return out;
}

Tensor ramp(const Shape& shape, DType dtype) {
  const Tensor flat = arange(0, static_cast<double>(shape.numel()), 1, dtype);
  return flat.as_strided(shape, contiguous_strides(shape), 0);
}

Tensor tensor_of_case(const nlohmann::json& c) {
  const DType dtype = dtype_from_name(c["dtype"].get<std::string>());
  const Shape shape(c["shape"].get<std::vector<int64_t>>());
  if (c.contains("ramp")) return ramp(shape, dtype);
  if (dtype != bfloat16) return from_bytes(c["hex"], shape, dtype);
  const Tensor wide = from_bytes(c["hex"], shape, float32), out = Tensor::empty(shape, bfloat16);
  for (int64_t i = 0; i < out.size(); ++i) out.mutable_data<BFloat16>()[i] = wide.data<float>()[i];
  return out;
}

nlohmann::json golden() {
  std::ifstream file(test::golden("format.json"));
  return nlohmann::json::parse(file);
}

TEST(TensorToString, IsWhatNumpyPrints) {
  for (const auto& c : golden()) {
    EXPECT_EQ(to_string(tensor_of_case(c)), c["str"].get<std::string>()) << c["dtype"] << c["shape"];
  }
}

TEST(TensorRepr, IsWhatMindSporePrints) {
  for (const auto& c : golden()) {
    EXPECT_EQ(repr(tensor_of_case(c)), c["repr"].get<std::string>()) << c["dtype"] << c["shape"];
  }
}

TEST(TensorToString, ReadsStridedTensors) {
  const Tensor x = ramp({2, 3}, int32), turned = x.as_strided({3, 2}, {1, 3}, 0),
               mirrored = x.as_strided({3}, {-1}, 2);
  EXPECT_EQ(to_string(turned), "[[0 3]\n [1 4]\n [2 5]]");
  EXPECT_EQ(to_string(mirrored), "[2 1 0]");
  EXPECT_EQ(repr(mirrored), "Tensor(shape=[3], dtype=Int32, value= [2, 1, 0])");
}

TEST(TensorRepr, OfDeferredShapes) {
  EXPECT_EQ(repr(Tensor::placeholder({3, kUnknownDim}, float32)),
            "Tensor(shape=[3, -1], dtype=Float32, value=\n)");
  EXPECT_EQ(repr(Tensor::placeholder({kUnknownDim}, float32)), "Tensor(shape=[-1], dtype=Float32, value= )");
  EXPECT_EQ(repr(Tensor::placeholder({kUnknownRank}, int64)), "Tensor(shape=[-2], dtype=Int64, value= )");
  EXPECT_THROW(to_string(Tensor::placeholder({3, kUnknownDim}, float32)), ValueError);
}

TEST(TensorToString, OfTheUndefinedTensor) {
  EXPECT_EQ(to_string(Tensor()), "undefined");
  std::ostringstream out;
  out << tensor({1, 2.5});
  EXPECT_EQ(out.str(), "[1.  2.5]");
}

}  // namespace
}  // namespace nucella
