// Saves in the background: a snapshot of the moment, in order, and no error lost.
#include "nucella/train/async_save.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "nucella/nn/dense.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "nucella/train/checkpoint.h"
#include "tests/support/expect.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

using test::TempDir;
using testing::Each;
using testing::HasSubstr;

const Shape kShape{1024, 1024};  // 4 MiB, so that it takes a while to write

class AsyncSave : public testing::Test {
 protected:
  void TearDown() override { train::wait_for_save(false); }
  std::vector<float> loaded(const char* name = "w.ckpt") const {
    return load_checkpoint(dir_ / name).at("w").as<Tensor>().to_vector<float>();
  }
  TempDir dir_;
  Parameter w_{full(kShape, 1), "w"};
};

TEST_F(AsyncSave, HoldsTheValuesOfTheMomentItBegan) {
  for (const char* format : {"ckpt", "safetensors"}) {
    w_.set_data(full(kShape, 1));
    save_checkpoint(std::vector{w_}, dir_ / str("w.", format), {.format = format, .async_save = true});
    w_.set_data(full(kShape, 2));
    wait_for_async_save();
    const StateDict read = load_checkpoint(dir_ / str("w.", format), nullptr, {.format = format});
    EXPECT_THAT(read.at("w").as<Tensor>().to_vector<float>(), Each(1));
  }
}

TEST_F(AsyncSave, WithChecksumKeyOrStridesHoldsTheSame) {
  save_checkpoint(std::vector{w_}, dir_ / "w", {.crc_check = true, .async_save = true});
  wait_for_async_save();
  EXPECT_THAT(
      load_checkpoint(dir_ / "w.ckpt", nullptr, {.crc_check = true}).at("w").as<Tensor>().to_vector<float>(),
      Each(1));
  const std::string key(32, 'k');
  save_checkpoint(std::vector{w_}, dir_ / "w", {.enc_key = key, .async_save = true});
  wait_for_async_save();
  EXPECT_THAT(
      load_checkpoint(dir_ / "w.ckpt", nullptr, {.dec_key = key}).at("w").as<Tensor>().to_vector<float>(),
      Each(1));
  const Tensor columns = tensor({1, 2, 3, 4, 5, 6}, {2, 3}).as_strided({3, 2}, {1, 3}, 0);
  save_checkpoint(StateDict{{"w", columns}}, dir_ / "w", {.async_save = true});
  wait_for_async_save();
  EXPECT_EQ(loaded(), columns.to_vector<float>());
}

TEST_F(AsyncSave, TheNextSaveComesAfterIt) {
  for (int round = 0; round < 3; ++round) {
    w_.set_data(full(kShape, round));
    save_checkpoint(std::vector{w_}, dir_ / "w", {.async_save = true});
  }
  w_.set_data(full(kShape, 9));
  save_checkpoint(std::vector{w_}, dir_ / "w");
  EXPECT_THAT(loaded(), Each(9));
  EXPECT_EQ(dir_.count(), 1);
}

TEST_F(AsyncSave, WrongArgumentsAreErrorsAtOnce) {
  EXPECT_THROW(save_checkpoint(std::vector{w_}, dir_ / "none/w", {.async_save = true}), FileNotFoundError);
  EXPECT_THROW(save_checkpoint(std::vector{w_}, dir_ / "w", {.format = "npz", .async_save = true}),
               ValueError);
  wait_for_async_save();
}

// What a full disk does, without one.
class SmallFiles {
 public:
  SmallFiles() : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{1 << 18, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(AsyncSave, AnErrorReachesTheNextCallOnce) {
  save_checkpoint(std::vector{w_}, dir_ / "w");
  w_.set_data(full(kShape, 2));
  {
    const SmallFiles limit;
    save_checkpoint(std::vector{w_}, dir_ / "w", {.async_save = true});
  }
  EXPECT_THAT(test::message<OSError>([&] { save_checkpoint(std::vector{w_}, dir_ / "other"); }),
              testing::AllOf(HasSubstr(dir_ / "w.ckpt"), HasSubstr("File too large")));
  EXPECT_THAT(loaded(), Each(1)) << "the file before is whole";
  EXPECT_EQ(dir_.count(), 1);
  save_checkpoint(std::vector{w_}, dir_ / "w");
  EXPECT_THAT(loaded(), Each(2));
}

TEST_F(AsyncSave, AKilledProcessIsAnErrorAndTheOldFileStays) {
  save_checkpoint(std::vector{w_}, dir_ / "w");
  train::save_in_background([] { ::raise(SIGKILL); });
  EXPECT_THAT(test::message<OSError>([] { wait_for_async_save(); }), HasSubstr("ended by signal 9"));
  wait_for_async_save();
  EXPECT_THAT(loaded(), Each(1));
}

TEST_F(AsyncSave, WaitingWithoutThrowingKeepsTheError) {
  train::save_in_background([] { raise<PermissionError>("no"); });
  train::wait_for_save(false);
  EXPECT_THROW(train::wait_for_save(), PermissionError);
  train::wait_for_save();
}

TEST_F(AsyncSave, TheCallerGoesOnAtOnce) {
  using namespace std::chrono;
  const auto begin = steady_clock::now();
  train::save_in_background([] { std::this_thread::sleep_for(seconds(1)); });
  EXPECT_LT(steady_clock::now() - begin, milliseconds(800));
  ops::add(w_, w_);
  wait_for_async_save();
  EXPECT_GE(steady_clock::now() - begin, seconds(1));
}

TEST(LoadCheckpointAsync, GivesWhatLoadCheckpointGives) {
  const TempDir dir;
  const Parameter w(tensor({1, 2}), "w");
  save_checkpoint(std::vector{w}, dir / "w");
  EXPECT_EQ(load_checkpoint_async(dir / "w.ckpt").get().at("w").as<Tensor>().to_vector<float>(),
            (std::vector<float>{1, 2}));
  EXPECT_THROW(load_checkpoint_async(dir / "none.ckpt").get(), ValueError);
}

}  // namespace
}  // namespace nucella
