// Files of graphs: there and back, and everything that can be wrong with them.
#include "nucella/train/graph_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "nucella/nucella.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

using test::read_file;
using test::TempDir;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;

class GraphFile : public testing::Test {
 protected:
  std::string path() const { return dir_ / "net.mindir"; }
  std::vector<float> run(const std::string& path, const Tensor& x) {
    GraphCell cell(load_graph(path));
    return cell(x).to_vector<float>();
  }
  TempDir dir_;
};

TEST_F(GraphFile, ALeNetComesBack) {
  models::LeNet5 net;
  const Tensor x = initializer("normal", {2, 1, 28, 28}).init_data();
  save_graph(trace(net, {x}), dir_ / "net");
  EXPECT_EQ(run(path(), x), net(x).to_vector<float>());
  GraphCell same(load_graph(path()));
  EXPECT_EQ(same.get_parameters().size(), net.get_parameters().size());
  for (size_t i = 0; i < same.get_parameters().size(); ++i)
    EXPECT_EQ(same.get_parameters()[i].name(), net.get_parameters()[i].name());
}

// Every kind of attribute, lists, several outputs, optional inputs, effects, constants of each dtype.
TEST_F(GraphFile, AllKindsOfArguments) {
  struct Net : CellOf<Net> {
    Parameter steps{*this, "steps", zeros({2, 2})};
    std::tuple<Tensor, Value> construct(const Tensor& x) {
      ops::assign_add(steps, x);
      const Tensor joined = ops::concat({x, steps, full({1, 2}, 2.5)}, 0);
      const auto normed = ops::layer_norm(joined);
      const Tensor cut = ops::strided_slice(normed[0], {0, 0}, {4, 2}, {2, 1});
      const Tensor flags = ops::cast(ops::greater(cut, zeros({})), float16);
      return {ops::clamp(cut, Tensor(), ones({})),
              Values{flags, Value(3), Value("text"), Value(), Values{x}}};
    }
  } net;
  const Tensor x = tensor({1, 2, 3, 4}, {2, 2});
  save_graph(trace(net, {x}), path());
  GraphCell same(load_graph(path()));
  for (int i = 0; i < 2; ++i) {
    const auto [y, rest] = net(x);
    const Value got = same.call({x});
    EXPECT_EQ((*got.sequence())[0].as<Tensor>().to_vector<float>(), y.to_vector<float>());
    const Values& others = *(*got.sequence())[1].sequence();
    EXPECT_EQ(others[0].as<Tensor>().to_vector<float>(),
              (*rest.sequence())[0].as<Tensor>().to_vector<float>());
    EXPECT_EQ(others[0].as<Tensor>().dtype(), float16);
    EXPECT_EQ(others[1].as<int64_t>(), 3);
    EXPECT_EQ(others[2].as<std::string>(), "text");
    EXPECT_TRUE(others[3].is_none());
    EXPECT_EQ((*others[4].sequence())[0].as<Tensor>().to_vector<int>(), x.to_vector<int>());
  }
  for (int i = 0; i < kDTypeCount; ++i) {
    struct Constant : CellOf<Constant> {
      Tensor value;
      Tensor construct(const Tensor&) { return value; }
    } constant;
    constant.value = ones({2, 3}, static_cast<DType>(i));
    save_graph(trace(constant, {x}), path());
    const Tensor got = GraphCell(load_graph(path())).call({x}).as<Tensor>();
    EXPECT_EQ(got.dtype(), constant.value.dtype());
    EXPECT_EQ(got.to_vector<int>(), std::vector<int>(6, 1));
  }
}

TEST_F(GraphFile, Encrypted) {
  nn::Dense net(2, 2);
  const Tensor x = ones({1, 2});
  save_graph(trace(net, {x}), path(), io::Encryption{"0123456789abcdef", "AES-GCM"});
  EXPECT_THAT([&] { load_graph(path()); },
              ThrowsMessage<ValueError>(HasSubstr("cannot be read without its key")));
  EXPECT_THROW(load_graph(path(), io::Encryption{"0123456789abcdeX", "AES-GCM"}), ValueError);
  GraphCell same(load_graph(path(), io::Encryption{"0123456789abcdef", "AES-GCM"}));
  EXPECT_EQ(same(x).to_vector<float>(), net(x).to_vector<float>());
}

TEST_F(GraphFile, OfMindSporeIsRead) {
  const Tensor x = ops::div(arange(0, 8, 1, float32), full({}, 8));
  GraphCell net(load_graph(test::golden("mindspore_mlp.mindir")));
  const Value got = net.call({ops::reshape(x, {2, 4})});
  const auto numbers = [&](size_t i) { return (*got.sequence())[i].as<Tensor>().to_vector<float>(); };
  EXPECT_THAT(numbers(0), Pointwise(FloatNear(1e-6f),
                                    {0.400765f, 0.2714804f, 0.3277545f, 0.3951951f, 0.2213979f, 0.3834069f}));
  EXPECT_THAT(numbers(1), Pointwise(FloatNear(1e-6f),
                                    {0.7055374f, 0.3160533f, 0.5044272f, 0.650301f, 0.0708830f, 0.6200182f}));
}

TEST_F(GraphFile, AnUnknownOpIsNamed) {
  nn::ReLU net;
  save_graph(trace(net, {ones({2})}), path());
  std::string bytes = read_file(path());
  for (size_t at = bytes.find("ReLU"); at != std::string::npos; at = bytes.find("ReLU"))
    bytes.replace(at, 4, "ReLX");
  test::write_file(dir_ / "other.mindir", bytes);
  EXPECT_THAT([&] { load_graph(dir_ / "other.mindir"); },
              ThrowsMessage<NotImplementedError>(HasSubstr("the op 'ReLX' is not known here")));
}

TEST_F(GraphFile, MissingAndEmptyFiles) {
  EXPECT_THROW(load_graph(path()), FileNotFoundError);
  test::write_file(path(), "");
  EXPECT_THAT([&] { load_graph(path()); }, ThrowsMessage<ValueError>(HasSubstr("the file has no graph")));
  test::write_file(dir_ / "noise.mindir", "not a graph at all");
  EXPECT_THROW(load_graph(dir_ / "noise.mindir"), ValueError);
}

TEST_F(GraphFile, DamageIsAnErrorOrAGraphThatRuns) {
  nn::SequentialCell net{std::make_shared<nn::Dense>(3, 4), std::make_shared<nn::ReLU>()};
  const Tensor x = ones({2, 3});
  save_graph(trace(net, {x}), path());
  const std::string whole = read_file(path());
  std::mt19937 random(5);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = whole;
    if (round % 10 == 0) damaged.resize(random() % damaged.size());
    for (unsigned i = 0; i <= random() % 3; ++i)
      if (!damaged.empty()) damaged[random() % damaged.size()] = static_cast<char>(random());
    test::write_file(dir_ / "damaged.mindir", damaged);
    try {
      GraphCell(load_graph(dir_ / "damaged.mindir")).call({x});
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace nucella
