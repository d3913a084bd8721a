#include "nucella/train/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "nucella/base/log.h"
#include "nucella/nn/containers.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "tests/support/expect.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

using test::message;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<float> values(const Tensor& t) { return t.to_vector<float>(); }
std::vector<float> values(const Value& v) { return values(v.as<Tensor>()); }

struct Linear : Cell {
  Linear(int64_t in, int64_t out)
      : weight(*this, "weight", init::HeUniform(std::sqrt(5.0)), {out, in}),
        bias(*this, "bias", init::Uniform(1 / std::sqrt(static_cast<double>(in))), {out}) {}
  Parameter weight, bias;
};
struct Net : Cell {
  Child<Linear> fc{*this, "fc", 3, 2};
  Parameter scale{*this, "scale", tensor({1, 2})};
  Buffer buffer{*this, "buffer", tensor({9})};
};

/// A directory of its own for each test, and the warnings logged in it.
class Checkpoint : public testing::Test {
 protected:
  void SetUp() override {
    before_ = set_log_sink([this](LogLevel, std::string_view text) { warnings_.emplace_back(text); });
  }
  void TearDown() override { set_log_sink(before_); }
  std::string file(const std::string& name) const { return dir_ / name; }

  test::TempDir dir_;
  std::vector<std::string> warnings_;
  LogSink before_;
};

// --- saving ------------------------------------------------------------------------------------------------

TEST_F(Checkpoint, OfANetHoldsItsParametersByName) {
  Net net;
  for (const char* format : {"ckpt", "safetensors"}) {
    const std::string path = file(str("net.", format));
    save_checkpoint(net, path, {.format = format});
    const StateDict dict = load_checkpoint(path, nullptr, {.format = format});
    EXPECT_THAT(dict.keys(), testing::UnorderedElementsAre("scale", "fc.weight", "fc.bias"))
        << "buffers are not saved";
    EXPECT_EQ(values(dict.at("fc.weight")), values(net.fc.weight));
    const Parameter loaded = Parameter::of(dict.at("scale").as<Tensor>());
    EXPECT_EQ(loaded.repr(), "Parameter (name=scale, shape=(2,), dtype=Float32, requires_grad=True)");
  }
  EXPECT_THAT(load_checkpoint(file("net.ckpt")).keys(), ElementsAre("scale", "fc.weight", "fc.bias"));
}

TEST_F(Checkpoint, TheFileIsReadOnlyAndReplacedAsAWhole) {
  Net net;
  save_checkpoint(net, file("net.ckpt"));
  struct stat st;
  ASSERT_EQ(stat(file("net.ckpt").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0400u);
  net.scale.set_data(tensor({5, 6}));
  save_checkpoint(net, file("net.ckpt"));
  EXPECT_THAT(values(load_checkpoint(file("net.ckpt")).at("scale")), ElementsAre(5, 6));
  EXPECT_THAT(std::vector(std::filesystem::directory_iterator(dir_.path()), {}), SizeIs(1))
      << "nothing is left behind";
}

TEST_F(Checkpoint, TheEndingIsAppendedUnlessItIsThere) {
  const std::vector<Parameter> params{Parameter(tensor({1}), "p")};
  for (const char* name : {"a", "b.ckpt", "model_state_dict_ckpt", "d.pth"})
    save_checkpoint(params, file(name));
  for (const char* name : {"a.ckpt", "b.ckpt", "model_state_dict_ckpt", "d.pth.ckpt"})
    EXPECT_TRUE(std::filesystem::exists(file(name))) << name;
}

TEST_F(Checkpoint, TakesListsAndDicts) {
  const Parameter a(tensor({1}), "same"), b(tensor({2}), "same");
  save_checkpoint(std::vector<Parameter>{a, b}, file("list"));
  EXPECT_THAT(values(load_checkpoint(file("list.ckpt")).at("same")), ElementsAre(2))
      << "the last of equal names stays";

  save_checkpoint(NamedTensors{{"x", tensor({3}), ""}, {"note", {}, "text"}}, file("named"));
  const StateDict named = load_checkpoint(file("named.ckpt"));
  EXPECT_EQ(named.at("note").as<std::string>(), "text");

  Net net;
  save_checkpoint(net.state_dict(), file("state"));
  EXPECT_TRUE(load_checkpoint(file("state.ckpt")).contains("buffer"));
  Net other;
  EXPECT_EQ(other.load_state_dict(load_checkpoint(file("state.ckpt"))).repr(),
            "<All keys matched successfully>");
  save_checkpoint(load_checkpoint(file("state.ckpt")), file("again"));
  EXPECT_EQ(load_checkpoint(file("again.ckpt")).keys(), load_checkpoint(file("state.ckpt")).keys());
}

TEST_F(Checkpoint, AppendDictAndChoice) {
  Net net;
  const StateDict more{
      {"epoch", 7}, {"lr", 0.125}, {"flag", true}, {"note", "hello π"}, {"scale", tensor({8})}};
  save_checkpoint(net, file("net"), {.append_dict = more, .choice_func = [](const std::string& name) {
                                       return name != "fc.bias";
                                     }});
  const StateDict dict = load_checkpoint(file("net.ckpt"));
  EXPECT_THAT(dict.keys(), ElementsAre("scale", "fc.weight", "epoch", "lr", "flag", "note"));
  EXPECT_THAT(values(dict.at("scale")), ElementsAre(8)) << "it replaces the parameter in its place";
  EXPECT_EQ(dict.at("epoch").as<Tensor>().dtype(), int64);
  EXPECT_EQ(dict.at("epoch").as<Tensor>().item<int64_t>(), 7);
  EXPECT_EQ(dict.at("lr").as<Tensor>().dtype(), float32);
  EXPECT_EQ(dict.at("flag").as<Tensor>().dtype(), bool_);
  EXPECT_EQ(dict.at("note").as<std::string>(), "hello π");
}

TEST_F(Checkpoint, WrongArgumentsOfSave) {
  Net net;
  EXPECT_THROW(save_checkpoint(net, ""), IsADirectoryError);
  EXPECT_THROW(save_checkpoint(net, dir_.path().string()), IsADirectoryError);
  EXPECT_THROW(save_checkpoint(net, file("nowhere/net.ckpt")), FileNotFoundError);
  EXPECT_THROW(save_checkpoint(net, file("net"), {.format = "npz"}), ValueError);
  EXPECT_THAT(message<TypeError>([&] {
                save_checkpoint(net, file("n"), {.append_dict = {{"x", Value()}}});
              }),
              HasSubstr("'x' must be a Tensor, int, float, bool or str, got None"));
  EXPECT_FALSE(std::filesystem::exists(file("n.ckpt")));
}

TEST_F(Checkpoint, SavingFillsDeclaredParameters) {
  std::unique_ptr<Net> net;
  {
    const NoInitParameters scope;
    net = std::make_unique<Net>();
  }
  save_checkpoint(*net, file("net"));
  EXPECT_FALSE(net->fc.weight.has_init());
  EXPECT_EQ(values(load_checkpoint(file("net.ckpt")).at("fc.weight")), values(net->fc.weight));
}

// --- loading -----------------------------------------------------------------------------------------------

TEST_F(Checkpoint, LoadsIntoADeclaredNetWithoutRunningAnInitializer) {
  struct Guarded : Cell {
    explicit Guarded(int* runs)
        : w(*this, "w",
            initializer(init::from_function("Guard",
                                            [runs](std::span<float> out, const Shape&, uint64_t) {
                                              ++*runs;
                                              std::ranges::fill(out, -1.f);
                                            }),
                        {2}, float32)) {}
    Parameter w;
  };
  int runs = 0;
  save_checkpoint(std::vector<Parameter>{Parameter(tensor({3, 4}), "w")}, file("w"));
  const NoInitParameters scope;
  Guarded net(&runs);
  load_checkpoint(file("w.ckpt"), &net);
  EXPECT_THAT(values(net.w), ElementsAre(3, 4));
  net.init_parameters_data();
  EXPECT_EQ(runs, 0);
}

TEST_F(Checkpoint, WhatTheFileLacksStaysDeclared) {
  save_checkpoint(std::vector<Parameter>{Parameter(tensor({3, 4}), "scale")}, file("w"));
  const NoInitParameters scope;
  Net net;
  load_checkpoint(file("w.ckpt"), &net);
  EXPECT_TRUE(net.fc.weight.has_init());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("2 parameters of the net are not in the file"),
                                     HasSubstr("fc.weight, fc.bias")));
}

TEST_F(Checkpoint, ParametersAndFileDoNotShareStorage) {
  Net net;
  save_checkpoint(net, file("net"));
  const StateDict dict = load_checkpoint(file("net.ckpt"), &net);
  net.scale.mutable_data<float>()[0] = 100;
  EXPECT_THAT(values(dict.at("scale")), ElementsAre(1, 2));
  EXPECT_THAT(values(load_checkpoint(file("net.ckpt")).at("scale")), ElementsAre(1, 2));
}

TEST_F(Checkpoint, PrefixesAndChoiceSelect) {
  Net net;
  save_checkpoint(net, file("net"));
  const std::string path = file("net.ckpt");
  EXPECT_THAT(load_checkpoint(path, nullptr, {.filter_prefix = {{"fc."}}}).keys(), ElementsAre("scale"));
  EXPECT_THAT(
      load_checkpoint(path, nullptr, {.filter_prefix = {{"fc.w"}}, .specify_prefix = {{"fc", "x"}}}).keys(),
      ElementsAre("fc.bias"));
  const auto only_scale = [](const std::string& name) { return name == "scale"; };
  EXPECT_THAT(load_checkpoint(path, nullptr, {.choice_func = only_scale}).keys(), ElementsAre("scale"));
  EXPECT_THAT(
      load_checkpoint(path, nullptr, {.filter_prefix = {{"fc."}}, .choice_func = [](auto&) { return false; }})
          .keys(),
      ElementsAre("scale"));
  EXPECT_THROW(load_checkpoint(path, nullptr, {.filter_prefix = std::vector<std::string>{}}), ValueError);
  EXPECT_THROW(load_checkpoint(path, nullptr, {.specify_prefix = {{""}}}), ValueError);
  EXPECT_THROW(load_checkpoint(path, nullptr, {.specify_prefix = {{"nobody"}}}), ValueError);
}

TEST_F(Checkpoint, WrongFilesAreValueErrors) {
  EXPECT_THROW(load_checkpoint(file("nope.ckpt")), ValueError);
  EXPECT_THROW(load_checkpoint("a.pth"), ValueError);
  EXPECT_THROW(load_checkpoint(file("a.ckpt"), nullptr, {.format = "npz"}), ValueError);
  std::ofstream(file("empty.ckpt"));
  EXPECT_THROW(load_checkpoint(file("empty.ckpt")), ValueError);
  std::ofstream(file("garbage.ckpt")) << "this is no checkpoint";
  EXPECT_THROW(load_checkpoint(file("garbage.ckpt")), ValueError);
  std::filesystem::create_directory(file("dir.ckpt"));
  EXPECT_THROW(load_checkpoint(file("dir.ckpt")), ValueError);
}

TEST_F(Checkpoint, ChecksumsAreVerifiedOnRequest) {
  Net net;
  save_checkpoint(net, file("with"), {.crc_check = true});
  save_checkpoint(net, file("without"));
  load_checkpoint(file("with.ckpt"), nullptr, {.crc_check = true});
  EXPECT_THAT(warnings_, IsEmpty());
  load_checkpoint(file("without.ckpt"), nullptr, {.crc_check = true});
  EXPECT_THAT(warnings_, SizeIs(1));
}

// --- load_param_into_net -----------------------------------------------------------------------------------

TEST_F(Checkpoint, ReportsWhatFoundNoCounterpart) {
  Net net;
  const NotLoaded names = load_param_into_net(
      net, {{"scale", Parameter(tensor({5, 6}))}, {"extra", tensor({1})}, {"note", "text"}});
  EXPECT_THAT(names.param_not_load, ElementsAre("fc.weight", "fc.bias"));
  EXPECT_THAT(names.ckpt_not_load, ElementsAre("extra", "note"));
  EXPECT_THAT(values(net.scale), ElementsAre(5, 6));
  EXPECT_THAT(warnings_, SizeIs(2));
}

TEST_F(Checkpoint, WrongEntriesAreReportedTogetherAndNothingIsLoaded) {
  Net net;
  const std::string text = message<RuntimeError>([&] {
    load_param_into_net(
        net, {{"scale", tensor({5, 6})}, {"fc.bias", tensor({1, 2, 3})}, {"fc.weight", tensor({1})}});
  });
  EXPECT_THAT(text, HasSubstr("'fc.weight' has the shape (2, 3), the file has (1,)"));
  EXPECT_THAT(text, HasSubstr("'fc.bias' has the shape (2,), the file has (3,)"));
  EXPECT_THAT(values(net.scale), ElementsAre(1, 2));
  EXPECT_THROW(load_param_into_net(net, {{"scale", tensor({5, 6})}, {"epoch", 3}}), TypeError);
  EXPECT_THAT(values(net.scale), ElementsAre(1, 2));
}

TEST_F(Checkpoint, TrailingOnesDoNotMatter) {
  Net net;
  load_param_into_net(net, {{"scale", tensor({5, 6}, Shape{2, 1, 1})}});
  EXPECT_EQ(net.scale.shape(), Shape({2}));
  EXPECT_THAT(values(net.scale), ElementsAre(5, 6));
  EXPECT_THROW(load_param_into_net(net, {{"scale", tensor({5, 6}, Shape{1, 2})}}), RuntimeError);
}

TEST_F(Checkpoint, DtypesAreCastWithinTheirKind) {
  struct Typed : Cell {
    Parameter f{*this, "f", tensor({0}, float32)}, i{*this, "i", tensor({0}, int32)},
        u{*this, "u", tensor({0}, uint8)};
  } net;
  load_param_into_net(net,
                      {{"f", tensor({1.5}, float64)}, {"i", tensor({3}, int64)}, {"u", tensor({4}, uint8)}});
  EXPECT_THAT(warnings_,
              ElementsAre(HasSubstr("'f' is cast from Float64 to Float32"), HasSubstr("'i' is cast")));
  EXPECT_EQ(net.f.dtype(), float32);
  EXPECT_EQ(net.f.item<float>(), 1.5f);
  EXPECT_THROW(load_param_into_net(net, {{"f", tensor({1}, int32)}}), RuntimeError);
  EXPECT_THROW(load_param_into_net(net, {{"i", tensor({1}, uint8)}}), RuntimeError);
  EXPECT_THROW(load_param_into_net(net, {{"u", tensor({1}, int32)}}), RuntimeError);
  EXPECT_THROW(load_param_into_net(net, {{"f", tensor({2.5}, float16)}}, true), RuntimeError);
  EXPECT_EQ(net.f.item<float>(), 1.5f);
}

TEST_F(Checkpoint, APrefixInTheFileIsSeenThrough) {
  Net net;
  const StateDict dict{
      {"net.scale", tensor({5, 6})}, {"xxfc.bias", tensor({7, 8})}, {"net.fc.weight", tensor({1})}};
  EXPECT_THROW(load_param_into_net(net, dict), RuntimeError) << "the shape of net.fc.weight is wrong";
  EXPECT_THAT(values(net.scale), ElementsAre(1, 2));
  const StateDict good{{"net.scale", tensor({5, 6})}, {"xxfc.bias", tensor({7, 8})}};
  const NotLoaded names = load_param_into_net(net, good);
  EXPECT_THAT(names.param_not_load, ElementsAre("fc.weight"));
  EXPECT_THAT(names.ckpt_not_load, ElementsAre("net.scale", "xxfc.bias"));
  EXPECT_THAT(values(net.scale), ElementsAre(5, 6));
  EXPECT_THAT(values(net.fc.bias), ElementsAre(7, 8));
  Net strict;
  EXPECT_THAT(load_param_into_net(strict, good, true).param_not_load, SizeIs(3));
}

// --- MindSpore's own file ----------------------------------------------------------------------------------

struct Conv : Cell {
  Parameter weight{*this, "weight", init::HeUniform(std::sqrt(5.0)), {8, 3, 3, 3}};
};
struct BatchNorm : Cell {
  Parameter moving_mean{*this, "moving_mean", init::Zero(), {8}},
      moving_variance{*this, "moving_variance", init::One(), {8}};
  Parameter gamma{*this, "gamma", init::One(), {8}}, beta{*this, "beta", init::Zero(), {8}};
};
struct Relu : Cell {};
struct LayerNorm : Cell {
  Parameter gamma{*this, "gamma", init::One(), {4}}, beta{*this, "beta", init::Zero(), {4}};
};
struct Embedding : Cell {
  Parameter embedding_table{*this, "embedding_table", init::Normal(), {11, 4}};
};
struct GoldenNet : Cell {
  Child<Conv> conv{*this, "conv"};
  Child<BatchNorm> bn{*this, "bn"};
  nn::SequentialCell fc{*this, "fc", nn::cell<Linear>(8, 16), nn::cell<Relu>(), nn::cell<Linear>(16, 4)};
  Child<LayerNorm> ln{*this, "ln"};
  Child<Embedding> emb{*this, "emb"};
};
const std::string kGolden = test::golden("net_seed1.ckpt");

TEST_F(Checkpoint, OfMindSporeHasTheNamesAndNumbersOfTheNetBuiltHere) {
  set_seed(1);
  GoldenNet net;
  const StateDict dict = load_checkpoint(kGolden);
  std::vector<std::string> names;
  for (const Parameter& p : net.get_parameters()) names.push_back(p.name());
  std::vector<std::string> in_file = dict.keys();
  EXPECT_THAT(std::vector(in_file.end() - 4, in_file.end()), ElementsAre("epoch", "lr", "flag", "note"));
  in_file.resize(in_file.size() - 4);
  EXPECT_EQ(names, in_file);
  for (const Parameter& p : net.get_parameters()) EXPECT_EQ(values(p), values(dict.at(p.name()))) << p.name();
  EXPECT_EQ(dict.at("note").as<std::string>(), "hello π");
  EXPECT_EQ(dict.at("epoch").as<Tensor>().item<int>(), 7);
}

TEST_F(Checkpoint, OfMindSporeLoadsIntoADeclaredNet) {
  const NoInitParameters scope;
  GoldenNet net;
  const StateDict dict = load_checkpoint(kGolden, &net);
  for (const Parameter& p : net.get_parameters()) {
    EXPECT_FALSE(p.has_init());
    EXPECT_EQ(values(p), values(dict.at(p.name()))) << p.name();
  }
  EXPECT_THAT(warnings_, IsEmpty());
}

}  // namespace
}  // namespace nucella
