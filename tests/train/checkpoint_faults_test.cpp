// What can go wrong around a checkpoint: killed writers, full disks, several processes, readers during a
// save. The long form of the first is `make torture` (NUCELLA_TORTURE rounds).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "nucella/base/log.h"
#include "nucella/base/parallel.h"
#include "nucella/tensor/create.h"
#include "nucella/train/checkpoint.h"
#include "tests/support/expect.h"
#include "tests/support/files.h"

namespace nucella {
namespace {

using test::TempDir;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;

constexpr int64_t kNumbers = 1 << 19;  // 2 MiB

struct Net : Cell {
  explicit Net(double value, int64_t numbers = kNumbers) {
    for (const char* name : {"a", "b"})
      insert_param_to_cell(name, Parameter(full(Shape{numbers}, value), name));
  }
  Parameter operator[](size_t i) const { return get_parameters()[i]; }
};

// The number that the file is full of; fails the test when it is not whole.
float value_in(const std::string& path, bool mmap = true) {
  const StateDict read = load_checkpoint(path, nullptr, {.crc_check = true, .mmap = mmap});
  const std::vector<float> a = read.at("a").as<Tensor>().to_vector<float>();
  EXPECT_THAT(a, Each(a[0]));
  EXPECT_EQ(read.at("b").as<Tensor>().to_vector<float>(), a);
  return a[0];
}

// Runs `body` in a process of its own, which ends with it.
template <class Body>
pid_t in_process(Body body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const OneThreadScope alone;  // the other threads were not copied
  body();
  ::_exit(0);
}

int torture_rounds() {
  const char* rounds = std::getenv("NUCELLA_TORTURE");
  return rounds ? std::atoi(rounds) : 25;
}

TEST(CheckpointFaults, AWriterKilledAtAnyMomentLeavesAWholeFile) {
  const TempDir dir;
  const std::string path = dir / "net.ckpt";
  const Net old_net(1), new_net(2);
  std::mt19937 random(7);
  int old_ones = 0, new_ones = 0;
  for (int round = 0; round < torture_rounds(); ++round) {
    save_checkpoint(old_net, path, {.crc_check = true});
    const bool async = round % 2;
    const pid_t child = in_process([&] {
      save_checkpoint(new_net, path, {.crc_check = true, .async_save = async});
      if (async) wait_for_async_save();
    });
    ::usleep(random() % 12'000);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const float value = value_in(path);
    EXPECT_THAT(value, testing::AnyOf(1, 2));
    (value == 1 ? old_ones : new_ones)++;
  }
  ::usleep(200'000);  // the background processes of the killed ones complete their files
  EXPECT_EQ(dir.count(), 1) << "nothing is left behind";
  EXPECT_GT(old_ones, 0);
}

TEST(CheckpointFaults, AWriterOfASetKilledAtAnyMomentLeavesAWholeSet) {
  const TempDir dir;
  const std::string path = dir / "net.safetensors";
  const SaveOptions options{.format = "safetensors", .max_shard_bytes = 3 << 20};
  const auto value = [&] {
    Net net(0);
    load_checkpoint(dir / "net.safetensors.index.json", &net, {.strict_load = true, .format = "safetensors"});
    const std::vector<float> a = net[0].to_vector<float>();
    EXPECT_THAT(a, Each(a[0]));
    EXPECT_EQ(net[1].to_vector<float>(), a);
    return a[0];
  };
  std::mt19937 random(8);
  int old_ones = 0;
  for (int round = 0; round < torture_rounds(); ++round) {
    save_checkpoint(Net(1), path, options);
    const pid_t child = in_process([&] { save_checkpoint(Net(2), path, options); });
    ::usleep(random() % 12'000);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const float seen = value();
    EXPECT_THAT(seen, testing::AnyOf(1, 2));
    old_ones += seen == 1;
  }
  EXPECT_GT(old_ones, 0);
}

TEST(CheckpointFaults, AReaderWhileSetsTakeTurnsSeesWholeOnes) {
  const TempDir dir;
  const std::string path = dir / "net.safetensors";
  const SaveOptions options{.format = "safetensors", .max_shard_bytes = 1 << 20};
  save_checkpoint(Net(0, 1 << 17), path, options);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i <= 30; ++i) save_checkpoint(Net(i, 1 << 17), path, options);
    done = true;
  });
  for (int reads = 0; !done || reads < 5; ++reads) {
    const StateDict read =
        load_checkpoint(dir / "net.safetensors.index.json", nullptr, {.format = "safetensors"});
    const std::vector<float> a = read.at("a").as<Tensor>().to_vector<float>();
    ASSERT_THAT(a, Each(a[0]));
    ASSERT_EQ(read.at("b").as<Tensor>().to_vector<float>(), a);
  }
  writer.join();
}

TEST(CheckpointFaults, TwoProcessesSavingToOnePathLeaveOneOfTheirFiles) {
  const TempDir dir;
  const std::string path = dir / "net.ckpt";
  std::vector<pid_t> writers;
  for (int w = 1; w <= 2; ++w)
    writers.push_back(in_process([&] {
      for (int i = 0; i < 8; ++i) save_checkpoint(Net(w), path, {.crc_check = true});
    }));
  for (pid_t writer : writers) {
    int status = 1;
    ::waitpid(writer, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_THAT(value_in(path), testing::AnyOf(1, 2));
  EXPECT_EQ(dir.count(), 1);
}

TEST(CheckpointFaults, AReaderDuringSavesSeesWholeFiles) {
  const TempDir dir;
  const std::string path = dir / "net.ckpt";
  save_checkpoint(Net(0), path, {.crc_check = true});
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i <= 15; ++i)
      save_checkpoint(Net(i), path, {.crc_check = true, .async_save = i % 3 == 0});
    wait_for_async_save();
    done = true;
  });
  for (int reads = 0; !done || reads < 5; ++reads) value_in(path, reads % 2);
  writer.join();
  EXPECT_EQ(value_in(path), 15);
}

TEST(CheckpointFaults, AFullDiskIsAnErrorAndTheOldFileStays) {
  const TempDir dir;
  if (::mount("none", dir.path().c_str(), "tmpfs", 0, "size=6m") != 0) {
    // Not root: a limit of the process takes the part of the disk's.
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit limit{3 << 20, before.rlim_max};
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THROW(save_checkpoint(Net(2), dir / "net"), OSError);
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    EXPECT_EQ(dir.count(), 0);
    return;
  }
  save_checkpoint(Net(1), dir / "net", {.crc_check = true});
  EXPECT_THAT(test::message<OSError>([&] { save_checkpoint(Net(2), dir / "net", {.crc_check = true}); }),
              AllOf(HasSubstr(dir / "net.ckpt"), HasSubstr("No space left")));
  save_checkpoint(Net(2), dir / "net", {.crc_check = true, .async_save = true});
  EXPECT_THAT(test::message<OSError>([] { wait_for_async_save(); }), HasSubstr("No space left"));
  EXPECT_EQ(value_in(dir / "net.ckpt"), 1);
  EXPECT_EQ(dir.count(), 1);
  ::umount2(dir.path().c_str(), MNT_DETACH);
}

TEST(CheckpointFaults, AFileThatVanishesBeforeALoadLeavesTheNetUnchanged) {
  const TempDir dir;
  Net net(1);
  save_checkpoint(Net(2), dir / "net");
  std::filesystem::remove(dir / "net.ckpt");
  EXPECT_THAT(test::message<ValueError>([&] { load_checkpoint(dir / "net.ckpt", &net); }),
              HasSubstr("No such file"));
  EXPECT_THAT(net[0].to_vector<float>(), Each(1));
}

TEST(CheckpointFaults, SymbolicLinksAreFollowedBothWays) {
  const TempDir dir;
  save_checkpoint(Net(1), dir / "real", {.crc_check = true});
  std::filesystem::create_symlink("real.ckpt", dir / "link.ckpt");
  EXPECT_EQ(value_in(dir / "link.ckpt"), 1);
  save_checkpoint(Net(2), dir / "link", {.crc_check = true});
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "link.ckpt"));
  EXPECT_EQ(value_in(dir / "real.ckpt"), 2);
}

// While it lives, this thread is interrupted every 200 microseconds by a signal that does not restart system
// calls.
class Interruptions {
 public:
  Interruptions() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, &before_);
    const itimerval every{{0, 200}, {0, 200}};
    ::setitimer(ITIMER_REAL, &every, nullptr);
  }
  ~Interruptions() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  struct sigaction before_ {};
};

TEST(CheckpointFaults, InterruptedSystemCallsAreTriedAgain) {
  const TempDir dir;
  const Interruptions signals;
  for (int i = 0; i < 5; ++i) {
    save_checkpoint(Net(i), dir / "net", {.crc_check = true, .async_save = i % 2 == 1});
    wait_for_async_save();
    EXPECT_EQ(value_in(dir / "net.ckpt", false), i);
    Net net(-1);
    load_checkpoint(dir / "net.ckpt", &net, {.mmap = false});
    EXPECT_THAT(net[1].to_vector<float>(), Each(i));
  }
}

// Random damages of all kinds; NUCELLA_TORTURE times ten of them in the long form.
TEST(CheckpointFaults, RandomDamageIsFoundByTheChecksumAndNeverACrash) {
  const TempDir dir;
  constexpr int64_t kFew = 4096;
  save_checkpoint(Net(1, kFew), dir / "net", {.crc_check = true});
  const std::string whole = test::read_file(dir / "net.ckpt");
  std::mt19937 random(11);
  for (int round = 0; round < 10 * torture_rounds(); ++round) {
    std::string damaged = whole;
    const size_t at = random() % damaged.size(), bytes = 1 + random() % 64;
    switch (random() % 4) {
      case 0:
        damaged.resize(at);
        break;
      case 1:
        damaged.erase(at, bytes);
        break;
      case 2:
        damaged.insert(at, std::string(bytes, static_cast<char>(random())));
        break;
      default:
        damaged[at] = static_cast<char>(damaged[at] ^ (1 + random() % 255));
    }
    const std::string path = dir / "damaged.ckpt";
    test::write_file(path, damaged);
    Net net(3, kFew);
    const LogSink before = set_log_sink([](LogLevel, std::string_view) {});
    try {
      load_checkpoint(path, &net);
      EXPECT_EQ(net[0].shape(), Shape{kFew});
    } catch (const Error&) {
      EXPECT_THAT(net[0].to_vector<float>(), Each(3));
    }
    bool found = false;
    set_log_sink([&](LogLevel, std::string_view) { found = true; });  // that there is no checksum any more
    try {
      load_checkpoint(path, nullptr, {.crc_check = true});
    } catch (const ValueError&) {
      found = true;
    }
    set_log_sink(before);
    EXPECT_TRUE(found) << "round " << round;
  }
}

}  // namespace
}  // namespace nucella
