// Nets whose parameters lie in the mapped file: never a copy, never a change of the file, never a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "nucella/io/ckpt.h"
#include "nucella/io/safetensors.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "nucella/tensor/mapping.h"
#include "nucella/train/checkpoint.h"
#include "tests/support/expect.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

using test::message;
using test::read_file;
using test::TempDir;
using testing::Each;
using testing::HasSubstr;

constexpr int64_t kRows = 16, kColumns = 1024;  // 64 KiB each: several pages
constexpr int kLayers = 4;

/// Parameters "w0", "w1", ... that would be filled with a number that no file here holds.
struct Wide : Cell {
  explicit Wide(DType dtype = float32) {
    for (int i = 0; i < kLayers; ++i)
      insert_param_to_cell(str("w", i), Parameter(initializer(-7, {kRows, kColumns}, dtype), str("w", i)));
  }
  Parameter w(int i) const { return get_parameters()[static_cast<size_t>(i)]; }
};

std::unique_ptr<Wide> declared(DType dtype = float32) {
  const NoInitParameters scope;
  return std::make_unique<Wide>(dtype);
}

float value_of(int layer) { return static_cast<float>(layer + 1) / 2; }

StateDict entries(DType dtype = float32) {
  StateDict out;
  for (int i = 0; i < kLayers; ++i)
    out.set(str("w", i), Value(full(Shape{kRows, kColumns}, value_of(i), dtype)));
  return out;
}

void expect_loaded(const Wide& net) {
  for (int i = 0; i < kLayers; ++i) EXPECT_THAT(net.w(i).to_vector<float>(), Each(value_of(i))) << i;
}

bool is_mapped(const Tensor& t) { return Mapping::holds(t.raw_data()); }

class MappedCheckpoint : public testing::TestWithParam<const char*> {
 protected:
  std::string format() const { return GetParam(); }
  std::string file() const { return dir_ / str("net.", format()); }
  void save(const StateDict& what) const { save_checkpoint(what, file(), {.format = format()}); }
  StateDict load(Cell* net = nullptr, bool mmap = true) const {
    return load_checkpoint(file(), net, {.format = format(), .mmap = mmap});
  }
  TempDir dir_;
};
INSTANTIATE_TEST_SUITE_P(Formats, MappedCheckpoint, testing::Values("ckpt", "safetensors"));

TEST_P(MappedCheckpoint, ParametersAreViewsOfTheFile) {
  save(entries());
  const auto net = declared();
  load(net.get());
  for (int i = 0; i < kLayers; ++i) {
    EXPECT_FALSE(net->w(i).has_init());
    EXPECT_TRUE(is_mapped(net->w(i)));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(net->w(i).raw_data()) % 64, 0u);
  }
  expect_loaded(*net);
}

TEST_P(MappedCheckpoint, FilledParametersBecomeViewsToo) {
  save(entries());
  Wide net;
  load(&net);
  EXPECT_TRUE(is_mapped(net.w(0)));
  expect_loaded(net);
}

TEST_P(MappedCheckpoint, WithoutMmapNothingIsMapped) {
  save(entries());
  const auto net = declared();
  const StateDict dict = load(net.get(), false);
  EXPECT_FALSE(is_mapped(net->w(0)));
  EXPECT_FALSE(is_mapped(dict.at("w1").as<Tensor>()));
  expect_loaded(*net);
}

TEST_P(MappedCheckpoint, WritingChangesNeitherFileNorDictNorASecondNet) {
  save(entries());
  const std::string before = read_file(file());
  const auto net = declared(), other = declared();
  const StateDict dict = load(net.get());
  load_param_into_net(*other, dict);
  ops::assign(net->w(0), full(Shape{kRows, kColumns}, 99));
  net->w(1).mutable_data<float>()[5] = 99;
  dict.at("w2").as<Tensor>().mutable_data<float>()[5] = 99;
  EXPECT_EQ(read_file(file()), before);
  EXPECT_THAT(net->w(0).to_vector<float>(), Each(99));
  EXPECT_THAT(net->w(2).to_vector<float>(), Each(value_of(2)));
  EXPECT_THAT(dict.at("w0").as<Tensor>().to_vector<float>(), Each(value_of(0)));
  expect_loaded(*other);
}

TEST_P(MappedCheckpoint, WhatTheDictWasChangedToIsWhatLoads) {
  save(entries());
  const StateDict dict = load();
  dict.at("w0").as<Tensor>().copy_from(full(Shape{kRows, kColumns}, 42));
  const auto net = declared();
  load_param_into_net(*net, dict);
  EXPECT_THAT(net->w(0).to_vector<float>(), Each(42));
  dict.at("w0").as<Tensor>().copy_from(full(Shape{kRows, kColumns}, 43));
  EXPECT_THAT(net->w(0).to_vector<float>(), Each(42));
}

TEST_P(MappedCheckpoint, AReplacedOrDeletedFileLeavesTheNetAsItIs) {
  save(entries());
  const auto net = declared();
  const StateDict dict = load(net.get());
  StateDict others;
  for (int i = 0; i < kLayers; ++i) others.set(str("w", i), Value(full(Shape{kRows, kColumns}, -1)));
  save(others);
  expect_loaded(*net);
  EXPECT_THAT(dict.at("w3").as<Tensor>().to_vector<float>(), Each(value_of(3)));
  std::filesystem::remove(file());
  expect_loaded(*net);
  const auto late = declared();
  load_param_into_net(*late, dict);
  expect_loaded(*late);
}

TEST_P(MappedCheckpoint, ANetCanBeSavedOverTheFileItLiesIn) {
  save(entries());
  const auto net = declared();
  load(net.get());
  for (int round = 0; round < 2; ++round) {
    net->w(0).mutable_data<float>()[0] = static_cast<float>(round);
    save_checkpoint(*net, file(), {.format = format()});
    const auto again = declared();
    load(again.get());
    EXPECT_EQ(again->w(0).data<float>()[0], static_cast<float>(round));
    EXPECT_EQ(again->w(0).data<float>()[1], value_of(0));
  }
}

TEST_P(MappedCheckpoint, ValuesAreConvertedOnTheWay) {
  for (DType from : {float32, bfloat16, float16, float64}) {
    save(entries(from));
    for (DType to : {float32, bfloat16, float16, float64}) {
      const auto net = declared(to);
      load(net.get());
      EXPECT_EQ(net->w(0).dtype(), to);
      EXPECT_EQ(is_mapped(net->w(0)), from == to);
      expect_loaded(*net);
    }
  }
}

TEST_P(MappedCheckpoint, ViewsOfAParameterGoOnBeingViews) {
  save(entries());
  Wide net;
  const Parameter w0 = net.w(0);
  const Tensor row = w0.as_strided({kColumns}, {1}, 0);
  net.flatten_weights();
  const Tensor flat_row = w0.as_strided({kColumns}, {1}, 0);
  const std::byte* place = w0.raw_data();
  load(&net);
  EXPECT_EQ(net.w(0).raw_data(), place) << "a flattened net stays flat";
  EXPECT_THAT(flat_row.to_vector<float>(), Each(value_of(0)));
  expect_loaded(net);
}

TEST_P(MappedCheckpoint, ATapeSeesThatAParameterWasLoaded) {
  save(entries());
  Wide net;
  const uint32_t before = net.w(0).impl()->storage->version();
  load(&net);
  EXPECT_NE(net.w(0).impl()->storage->version(), before);
}

TEST_P(MappedCheckpoint, AFileThatWasWrittenToInPlaceIsAnErrorAndTheNetUnchanged) {
  save(entries());
  for (const bool mmap : {true, false}) {
    const StateDict dict = load(nullptr, mmap);
    ::chmod(file().c_str(), 0600);
    std::fstream(file(), std::ios::in | std::ios::out | std::ios::binary).seekp(1 << 15).put('x');
    Wide net;
    EXPECT_THAT(message<OSError>([&] { load_param_into_net(net, dict); }),
                testing::AllOf(HasSubstr(file()), HasSubstr("written to after it had been opened")));
    for (int i = 0; i < kLayers; ++i) EXPECT_THAT(net.w(i).to_vector<float>(), Each(-7));
    EXPECT_THROW(dict.at("w0").as<Tensor>().to_vector<float>(), OSError);
  }
}

TEST_P(MappedCheckpoint, AFileCutBeforeItsValuesAreReadIsAnError) {
  save(entries());
  const StateDict dict = load();
  ::truncate(file().c_str(), 5000);
  Wide net;
  EXPECT_THROW(load_param_into_net(net, dict), OSError);
  EXPECT_THAT(net.w(3).to_vector<float>(), Each(-7));
}

// --- a file cut short while parameters lie in it -----------------------------------------------------------

TEST_P(MappedCheckpoint, ACutFileIsAnErrorOfTheOpThatReadsIt) {
  save(entries());
  const auto net = declared();
  load(net.get());
  ASSERT_EQ(::truncate(file().c_str(), 10'000), 0);
  for (int attempt = 0; attempt < 2; ++attempt)
    EXPECT_THAT(message<OSError>([&] { ops::add(net->w(3), net->w(2)); }),
                testing::AllOf(HasSubstr(file()), HasSubstr("cut short")));
  EXPECT_THROW(net->w(3).to_vector<float>(), OSError);
  EXPECT_THROW(net->w(3).clone(), OSError);
  EXPECT_THAT(ops::add(tensor({1}), tensor({2})).to_vector<float>(), Each(3)) << "other tensors go on";
}

TEST_P(MappedCheckpoint, AReadPastTheLibraryIsAnErrorOfTheNextCall) {
  save(entries());
  const auto net = declared();
  load(net.get());
  const volatile float* values = net->w(3).data<float>();
  ASSERT_EQ(::truncate(file().c_str(), 10'000), 0);
  EXPECT_EQ(values[kRows * kColumns - 1], 0.f);
  EXPECT_THAT(message<OSError>([] { ops::add(tensor({1}), tensor({2})); }), HasSubstr(file()));
  EXPECT_THAT(ops::add(tensor({1}), tensor({2})).to_vector<float>(), Each(3)) << "told once";
}

TEST_P(MappedCheckpoint, SavingANetWhoseFileWasCutIsAnErrorAndTheOldFileStays) {
  save(entries());
  const auto net = declared();
  load(net.get());
  ASSERT_EQ(::truncate(file().c_str(), 10'000), 0);
  const std::string other = dir_ / str("other.", format());
  save_checkpoint(StateDict{{"x", tensor({1})}}, other, {.format = format()});
  const std::string before = read_file(other);
  EXPECT_THAT(message<OSError>([&] { save_checkpoint(*net, other, {.format = format()}); }),
              HasSubstr(file()));
  EXPECT_EQ(read_file(other), before);
}

TEST_P(MappedCheckpoint, AGoodLoadAfterACutFileWorks) {
  save(entries());
  {
    const auto net = declared();
    load(net.get());
    ::truncate(file().c_str(), 10'000);
    EXPECT_THROW(ops::add(net->w(3), net->w(2)), OSError);
  }
  save(entries());
  const auto net = declared();
  load(net.get());
  expect_loaded(*net);
}

TEST_P(MappedCheckpoint, ManyThreadsThatReadACutFileAllGetTheError) {
  save(entries());
  const auto net = declared();
  load(net.get());
  ASSERT_EQ(::truncate(file().c_str(), 10'000), 0);
  std::atomic<int> errors = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      try {
        ops::add(net->w(t % kLayers), net->w(3));
      } catch (const OSError&) {
        ++errors;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(errors, 8);
}

// --- what MindSpore's own files need -----------------------------------------------------------------------

// One tensor whose content begins at an odd place.
std::string odd_ckpt(const std::string& content) {
  const auto varint = [](size_t n) {
    std::string out;
    for (; n >= 128; n >>= 7) out += static_cast<char>(n % 128 + 128);
    return out + static_cast<char>(n);
  };
  const auto field = [&](char tag, const std::string& bytes) { return tag + varint(bytes.size()) + bytes; };
  const std::string dims = std::string("\x08") + varint(kRows) + '\x08' + varint(kColumns);
  const std::string tensor = dims + field('\x12', "Float32") + field('\x1A', content);
  for (std::string name = "w0";; name = "x" + name) {
    const std::string file = field('\x0A', field('\x0A', name) + field('\x12', tensor));
    if ((file.size() - content.size()) % 4 == 1) return file;
  }
}

TEST(OddCkpt, IsReadWithoutMappingAndConverted) {
  const TempDir dir;
  std::vector<float> numbers(kRows * kColumns);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i % 256);
  test::write_file(dir / "a.ckpt", odd_ckpt(std::string(io::as_text(std::as_bytes(std::span(numbers))))));
  const StateDict dict = load_checkpoint(dir / "a.ckpt");
  const std::string key = dict.keys()[0];
  for (DType dtype : {float32, float16, bfloat16, float64}) {
    const NoInitParameters scope;
    Cell net;
    net.insert_param_to_cell("w", Parameter(initializer(-7, {kRows, kColumns}, dtype)));
    Parameter w = net.get_parameters()[0];
    w.set_name(key);
    EXPECT_TRUE(load_param_into_net(net, dict).param_not_load.empty());
    EXPECT_FALSE(is_mapped(w));
    EXPECT_EQ(w.to_vector<float>(), numbers) << name(dtype);
  }
  EXPECT_EQ(dict.at(key).as<Tensor>().to_vector<float>(), numbers);
}

TEST(CutCkpt, PiecesThatEndWithinAnElementAreJoinedAndConverted) {
  const TempDir dir;
  const Tensor numbers = tensor({1, 2, 3, 4, 5, 6});
  io::write_ckpt(dir / "a.ckpt", {{"w", numbers, {}}}, {.piece_bytes = 7});
  for (DType dtype : {float32, bfloat16}) {
    const NoInitParameters scope;
    Cell net;
    net.insert_param_to_cell("w", Parameter(initializer(-7, {6}, dtype), "w"));
    load_checkpoint(dir / "a.ckpt", &net);
    EXPECT_EQ(net.get_parameters()[0].to_vector<float>(), numbers.to_vector<float>());
  }
}

TEST(BoolCkpt, OtherBytesThanOneBecomeOneWithoutTouchingTheFile) {
  const TempDir dir;
  const std::string path = dir / "a.safetensors";
  io::write_safetensors(path, {{"b", full(Shape{4}, 1, bool_), {}}});
  std::string file = read_file(path);
  file[file.size() - 2] = '\7';
  ::chmod(path.c_str(), 0600);
  test::write_file(path, file);
  const NamedTensors read = io::read_safetensors(path);
  EXPECT_TRUE(is_mapped(read[0].tensor));
  EXPECT_EQ(test::content_of(read[0].tensor), "\1\1\1\1");
  EXPECT_EQ(read_file(path), file);
}

TEST(Threads, SixteenLoadOneFileAtOnce) {
  const TempDir dir;
  const std::string path = dir / "net.ckpt";
  save_checkpoint(entries(), path);
  const StateDict shared = load_checkpoint(path);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([&, t] {
      // Some build under no_init, others fill their parameters meanwhile.
      std::unique_ptr<Wide> net = t % 2 ? declared() : std::make_unique<Wide>();
      if (t % 4 < 2) {
        load_checkpoint(path, net.get(), {.mmap = t % 8 < 4});
      } else {
        load_param_into_net(*net, shared);
      }
      right += net->w(2).to_vector<float>() == std::vector<float>(kRows * kColumns, value_of(2));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 16);
}

}  // namespace
}  // namespace nucella
