// Files of other programs, and sets of files, through load_checkpoint and save_checkpoint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nucella/io/pt.h"
#include "nucella/tensor/create.h"
#include "nucella/train/checkpoint.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

struct Norm : Cell {
  explicit Norm(const Shape& shape)
      : gamma(*this, "gamma", init::One(), shape), beta(*this, "beta", init::Zero(), shape) {}
  Parameter gamma, beta;
};
struct Linear : Cell {
  Linear() : weight(*this, "weight", init::One(), {2, 16}), bias(*this, "bias", init::Zero(), {2}) {}
  Parameter weight, bias;
};
// The layers of tests/golden/pt/net.pt, with MindSpore's names.
struct Net : Cell {
  Child<Norm> bn{*this, "bn", Shape{4}}, norm{*this, "norm", Shape{16}};
  Child<Linear> fc{*this, "fc"};
};

std::vector<float> saved(const std::string& name) {
  for (const NamedTensor& entry : io::read_pt(test::golden("pt/net.pt")))
    if (entry.name == name) return entry.tensor.to_vector<float>();
  return {};
}

TEST(CheckpointFormat, APyTorchFileIntoANetOfMindSporesNames) {
  const NoInitParameters scope;
  Net net;
  const StateDict dict = load_checkpoint(
      test::golden("pt/net.pt"), &net, {.format = "pt", .name_rules = {.style = io::NameStyle::kMindSpore}});
  EXPECT_TRUE(dict.contains("bn.gamma"));
  EXPECT_FALSE(dict.contains("bn.num_batches_tracked"));
  for (const Parameter& param : net.get_parameters()) EXPECT_TRUE(param.has_data()) << param.name();
  EXPECT_EQ(net.fc.weight.to_vector<float>(), saved("fc.weight"));
  EXPECT_EQ(net.norm.gamma.to_vector<float>(), saved("norm.weight"));
}

TEST(CheckpointFormat, OnlyWhatThePatternsChoose) {
  Net net;
  const StateDict dict = load_checkpoint(
      test::golden("pt/training.pt"), &net,
      {.format = "pt", .name_rules = {.only = {"state_dict.fc.*"}, .prefixes = {{"state_dict.", ""}}}});
  EXPECT_THAT(dict.keys(), testing::ElementsAre("fc.weight", "fc.bias"));
  EXPECT_EQ(net.bn.gamma.to_vector<float>(), std::vector<float>(4, 1));
}

TEST(CheckpointFormat, ASetOfFiles) {
  const test::TempDir dir;
  Net net;
  save_checkpoint(net, dir / "net", {.format = "safetensors", .max_shard_bytes = 64});
  EXPECT_EQ(dir.count(), 6);  // of 32, 64, 64, 128 and 8 bytes, and the index
  Net other;
  other.fc.weight.set_data(zeros({2, 16}));
  const StateDict dict =
      load_checkpoint(dir / "net.safetensors.index.json", &other, {.format = "safetensors"});
  EXPECT_EQ(dict.size(), 6u);
  EXPECT_EQ(other.fc.weight.to_vector<float>(), net.fc.weight.to_vector<float>());
  EXPECT_THAT([&] { save_checkpoint(net, dir / "net", {.max_shard_bytes = 64}); },
              ThrowsMessage<ValueError>(HasSubstr("'max_shard_bytes' needs the format 'safetensors'")));
}

TEST(CheckpointFormat, EveryFormatAndItsEndings) {
  for (const auto& [file, format] : {std::pair{"pt/net.pt", "pt"},
                                     {"gguf/plain.gguf", "gguf"},
                                     {"numpy.npz", "npz"},
                                     {"crc.safetensors", "safetensors"},
                                     {"crc.ckpt", "ckpt"}})
    EXPECT_GT(load_checkpoint(test::golden(file), nullptr, {.format = format}).size(), 0u) << file;
  EXPECT_THAT([] { load_checkpoint("net.onnx", nullptr, {.format = "onnx"}); },
              ThrowsMessage<ValueError>(
                  HasSubstr("must be one of 'ckpt', 'safetensors', 'npz', 'pt', 'gguf', got 'onnx'")));
  EXPECT_THAT([] { load_checkpoint("net.ckpt", nullptr, {.format = "pt"}); },
              ThrowsMessage<ValueError>(HasSubstr("must end in '.pt', '.pth', '.bin', got 'net.ckpt'")));
  EXPECT_THROW(load_checkpoint("absent.pt", nullptr, {.format = "pt"}), ValueError);
}

}  // namespace
}  // namespace nucella
