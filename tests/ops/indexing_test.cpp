#include "nucella/ops/indexing.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "tests/support/expect.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

using nlohmann::json;
using Floats32 = std::vector<float>;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }

Tensor counting(const Shape& shape, double start = 0, DType dtype = float32) {
  return ops::reshape(arange(start, start + static_cast<double>(shape.numel()), 1, dtype), shape);
}
Tensor integers(const std::vector<int64_t>& v) { return tensor_of(v, {static_cast<int64_t>(v.size())}); }
Tensor mask(std::initializer_list<float> v) { return tensor(v, bool_); }
bool shares_storage(const Tensor& a, const Tensor& b) {
  return a.impl()->storage.get() == b.impl()->storage.get();
}

Shape shape_of(const json& j) { return Shape(j.get<std::vector<int64_t>>()); }

Index index_of(const json& j) {
  const auto bound = [](const json& v) {
    return v.is_null() ? std::nullopt : std::optional(v.get<int64_t>());
  };
  if (j.is_number()) return j.get<int64_t>();
  if (j.is_array()) return Slice{bound(j[0]), bound(j[1]), bound(j[2])};
  if (j == "...") return ellipsis;
  if (j == "new") return new_axis;
  const bool is_mask = j.contains("m");
  const Tensor t = tensor_of(j[is_mask ? "m" : "t"].get<std::vector<int64_t>>(), shape_of(j["s"]));
  return is_mask ? ops::cast(t, bool_) : t;
}

std::vector<Index> indices_of(const json& j) {
  std::vector<Index> out;
  for (const json& entry : j) out.push_back(index_of(entry));
  return out;
}

class IndexingGolden : public testing::Test {
 protected:
  template <class F>
  static void for_each_case(F check) {
    std::ifstream file(test::golden("indexing.json"));
    for (const json& c : json::parse(file)) {
      SCOPED_TRACE(c["x"].dump() + " " + c["index"].dump());
      const std::vector<Index> indices = indices_of(c["index"]);
      check(c, counting(shape_of(c["x"])), indices);
    }
  }
};

TEST_F(IndexingGolden, ReadsAsNumpyDoes) {
  for_each_case([](const json& c, const Tensor& x, const std::vector<Index>& indices) {
    if (c.contains("error")) {
      EXPECT_THROW(ops::index(x, indices), Error);
      return;
    }
    const Tensor y = ops::index(x, indices);
    EXPECT_EQ(y.shape(), shape_of(c["shape"]));
    EXPECT_EQ(values(y), c["values"].get<Floats32>());
  });
}

TEST_F(IndexingGolden, GradientsComeBackToTheirPlaces) {
  for_each_case([](const json& c, const Tensor& x, const std::vector<Index>& indices) {
    if (c.contains("error")) return;
    Tape tape;
    tape.watch(x);
    Tensor y;
    {
      TapeScope scope(tape);
      y = ops::index(x, indices);
    }
    const Tensor g = tape.backward({y}, {counting(y.shape(), 1)}, {x})[0];
    EXPECT_EQ(values(g), c["grad"].get<Floats32>());
  });
}

TEST_F(IndexingGolden, AssignsAsNumpyDoes) {
  for_each_case([](const json& c, const Tensor& x, const std::vector<Index>& indices) {
    if (c.contains("error")) {
      EXPECT_THROW(ops::index_put(x, indices, scalar(1)), Error);
      EXPECT_EQ(values(x), values(counting(x.shape())));
      return;
    }
    ops::index_put(x, indices, counting(shape_of(c["value"]), 100, int32));
    EXPECT_EQ(values(x), c["put"].get<Floats32>());
  });
}

TEST_F(IndexingGolden, AssignsToStridedTensors) {
  for_each_case([](const json& c, const Tensor& x, const std::vector<Index>& indices) {
    if (c.contains("error")) return;
    Shape perm;
    for (int i = x.ndim() - 1; i >= 0; --i) perm.push_back(i);
    const Tensor turned = ops::transpose(ops::transpose(x, perm).clone(), perm);
    ops::index_put(turned, indices, counting(shape_of(c["value"]), 100));
    EXPECT_EQ(values(turned), c["put"].get<Floats32>());
  });
}

TEST(Indexing, BasicIndicesGiveViewsAndTensorsGiveCopies) {
  const Tensor x = counting({3, 4});
  EXPECT_TRUE(shares_storage(x, ops::index(x, {1, Slice{.step = -1}, new_axis})));
  EXPECT_TRUE(shares_storage(x, ops::index(x, {ellipsis})));
  EXPECT_FALSE(shares_storage(x, ops::index(x, {integers({0, 1, 2})})));
}

TEST(Indexing, ZeroDimensionalMasksAddAnAxis) {
  const Tensor x = counting({2, 2});
  EXPECT_EQ(ops::index(x, {true}).shape(), (Shape{1, 2, 2}));
  EXPECT_EQ(ops::index(x, {false}).shape(), (Shape{0, 2, 2}));
  EXPECT_EQ(values(ops::index(x, {true, 1})), (Floats32{2, 3}));
  ops::index_put(x, {false}, scalar(9));
  EXPECT_EQ(values(x), (Floats32{0, 1, 2, 3}));
  ops::index_put(x, {true}, scalar(9));
  EXPECT_EQ(values(x), (Floats32{9, 9, 9, 9}));
}

TEST(Indexing, ErrorsAreMindSporesAndAssignmentLeavesTheTensorAlone) {
  const Tensor x = counting({3, 4});
  const Tensor one = scalar(1);
  const auto expect = [&]<class E>(E*, std::vector<Index> indices) {
    EXPECT_THROW(ops::index(x, indices), E);
    EXPECT_THROW(ops::index_put(x, indices, one), E);
  };
  IndexError* const index_error = nullptr;
  ValueError* const value_error = nullptr;
  expect(index_error, {3});
  expect(index_error, {-4});
  expect(index_error, {INT64_MIN});
  expect(index_error, {0, 0, 0});
  expect(index_error, {ellipsis, ellipsis});
  expect(index_error, {integers({0, 3})});
  expect(index_error, {ellipsis, integers({-5})});
  expect(index_error, {tensor({0, 1})});
  expect(index_error, {Tensor()});
  expect(index_error, {tensor({0, 1}, uint8)});
  expect(value_error, {Slice{.step = 0}});
  expect(value_error, {integers({0, 1}), integers({0, 1, 2})});
  expect(value_error, {mask({1, 0})});
  EXPECT_THROW(ops::index_put(x, {0}, counting({3})), ValueError);
  EXPECT_THROW(ops::index_put(x, {0}, counting({2, 4})), ValueError);
  EXPECT_THROW(ops::index_put(x, {mask({1, 0, 1})}, counting({3, 4})), ValueError);
  EXPECT_EQ(values(x), values(counting({3, 4})));
  EXPECT_THROW(ops::index(scalar(1), {0}), IndexError);
  EXPECT_THROW(ops::index(zeros({0, 3}), {0}), IndexError);
}

TEST(Indexing, TextsNameWhatWasExpectedAndWhatCame) {
  EXPECT_EQ(test::message<IndexError>([] {
              ops::index(counting({3, 4}), {0, 7});
            }),
            "Tensor index: index 7 is out of bounds for axis 1 of extent 4");
}

TEST(IndexPut, CastsTheValueAndCountsAsAWrite) {
  const Tensor x = counting({3}, 0, int64);
  const uint32_t version = x.impl()->storage->version();
  ops::index_put(x, {Slice{1, 3}}, tensor({2.5f, -1.5f}));
  EXPECT_EQ(x.to_vector<int64_t>(), (std::vector<int64_t>{0, 2, -1}));
  EXPECT_GT(x.impl()->storage->version(), version);
}

TEST(IndexPut, ReachesEightDimensions) {
  const Tensor x = counting({2, 3});
  const std::vector<Index> indices{new_axis, new_axis, integers({1, 0}), new_axis,
                                   new_axis, new_axis, Slice{1, 3},      new_axis};
  EXPECT_EQ(ops::index(x, indices).ndim(), 8);
  ops::index_put(x, indices, scalar(9));
  EXPECT_EQ(values(x), (Floats32{0, 9, 9, 3, 9, 9}));
  std::vector<Index> nine = indices;
  nine.push_back(new_axis);
  EXPECT_THROW(ops::index_put(x, nine, scalar(1)), ValueError);
}

TEST(IndexPut, ValueMayBeAViewOfTheTensorItself) {
  const Tensor x = counting({5});
  ops::index_put(x, {Slice{.start = 1}}, ops::index(x, {Slice{.stop = 4}}));
  EXPECT_EQ(values(x), (Floats32{0, 0, 1, 2, 3}));
  const Tensor y = counting({4});
  ops::index_put(y, {integers({0, 1, 2, 3})}, ops::index(y, {Slice{.step = -1}}));
  EXPECT_EQ(values(y), (Floats32{3, 2, 1, 0}));
}

TEST(IndexPut, GradientsStopWhereValuesAreOverwritten) {
  const Tensor x = counting({4}), value = tensor({7, 8});
  Tape tape;
  tape.watch(x);
  tape.watch(value);
  Tensor y;
  {
    TapeScope scope(tape);
    y = ops::add(x, x);
    ops::index_put(y, {integers({3, 1})}, value);
  }
  EXPECT_EQ(values(y), (Floats32{0, 8, 4, 7}));
  const Tensors g = tape.backward({y}, {tensor({1, 10, 100, 1000})}, {x, value});
  EXPECT_EQ(values(g[0]), (Floats32{2, 0, 200, 0}));
  EXPECT_EQ(values(g[1]), (Floats32{1000, 10}));
}

TEST(Split, GivesViewsThatCoverTheTensor) {
  const Tensor x = counting({2, 5});
  const Tensors pieces = ops::split(x, 2, 1);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[2].shape(), (Shape{2, 1}));
  EXPECT_EQ(values(ops::concat(pieces, 1)), values(x));
  for (const Tensor& piece : pieces) EXPECT_TRUE(shares_storage(x, piece));
  EXPECT_EQ(values(ops::split(x, {1, 4, 0}, -1)[1]), (Floats32{1, 2, 3, 4, 6, 7, 8, 9}));
  EXPECT_EQ(ops::split(zeros({0, 3}), 2).size(), 1u);
}

TEST(Split, RefusesWhatDoesNotAddUp) {
  const Tensor x = counting({5});
  EXPECT_THROW(ops::split(x, 0), ValueError);
  EXPECT_THROW(ops::split(x, {2, 2}), ValueError);
  EXPECT_THROW(ops::split(x, {6, -1}), ValueError);
  EXPECT_THROW(ops::split(x, 2, 1), ValueError);
  EXPECT_THROW(ops::split(scalar(1), 1), ValueError);
  EXPECT_THROW(ops::chunk(x, 0), ValueError);
}

TEST(Chunk, LastPieceMayBeSmaller) {
  const Tensors pieces = ops::chunk(counting({5}), 3);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(values(pieces[2]), (Floats32{4}));
  EXPECT_EQ(ops::chunk(counting({2}), 5).size(), 2u);
}

}  // namespace
}  // namespace nucella
