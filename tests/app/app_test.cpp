#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "nucella/io/ckpt.h"
#include "nucella/tensor/create.h"
#include "tests/support/files.h"

// The nucella program, run as a user runs it.
namespace nucella {
namespace {

using test::golden;
using testing::AllOf;
using testing::HasSubstr;

struct Result {
  int code = -1;
  std::string out, err;
};

// Programs are built beside this test.
std::string path_of(const std::string& program) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / program).string();
}

class Process {
 public:
  Process(const test::TempDir& dir, std::vector<std::string> arguments,
          const std::string& program = "nucella")
      : out_(dir / "stdout"), err_(dir / "stderr") {
    arguments.insert(arguments.begin(), path_of(program));
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    child_ = fork();
    if (child_ != 0) return;
    if (chdir(dir.path().c_str()) == 0 && freopen("stdout", "w", stdout) && freopen("stderr", "w", stderr))
      execv(argv[0], argv.data());
    _exit(127);
  }
  // A test that fails leaves nothing running behind.
  ~Process() {
    if (child_ == 0) return;
    kill(child_, SIGKILL);
    wait();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void interrupt() const { kill(child_, SIGINT); }
  std::string out() const { return std::filesystem::exists(out_) ? test::read_file(out_) : ""; }
  Result wait() {
    int status = 0;
    waitpid(std::exchange(child_, 0), &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), test::read_file(out_),
            test::read_file(err_)};
  }

 private:
  std::string out_, err_;
  pid_t child_;
};

class App : public testing::Test {
 protected:
  Result run(std::vector<std::string> arguments) { return Process(dir_, std::move(arguments)).wait(); }
  /// Trains an MLP on a few images.
  Result train(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"train", "--model", "mlp", "--batch-size", "32", "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(std::move(arguments));
  }
  test::TempDir dir_;
};

TEST_F(App, HelpOfEveryCommand) {
  EXPECT_THAT(run({"--help"}).out, AllOf(HasSubstr("train"), HasSubstr("eval"), HasSubstr("inspect"),
                                         HasSubstr("convert"), HasSubstr("diff")));
  for (const char* command : {"train", "eval", "inspect", "convert", "diff"}) {
    const Result help = run({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr("--help")) << command;
  }
  const std::string train = run({"train", "--help"}).out;
  for (const char* option : {"--model", "--data", "--epochs", "--batch-size", "--lr", "--optimizer", "--seed",
                             "--save", "--resume", "--log-dir", "--threads"})
    EXPECT_THAT(train, HasSubstr(option));
}

TEST_F(App, WrongOptionsEndWithTwo) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"trian"},
                                                       {"train", "--epochs", "0"},
                                                       {"train", "--epochs", "many"},
                                                       {"train", "--model", "resnet"},
                                                       {"train", "--lr", "-1"},
                                                       {"train", "--batch-size", "0"},
                                                       {"train", "--seed", "-1"},
                                                       {"train", "--epochz", "3"},
                                                       {"eval"},
                                                       {"inspect"},
                                                       {"convert", "only-one"}};
  for (const auto& arguments : wrong) {
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 2) << testing::PrintToString(arguments);
    EXPECT_FALSE(result.err.empty()) << testing::PrintToString(arguments);
  }
  EXPECT_THAT(run({"train", "--model", "resnet"}).err, AllOf(HasSubstr("--model"), HasSubstr("lenet5")));
}

TEST_F(App, MissingDataNamesThePackage) {
  const Result result = run({"train", "--data", "/nonexistent"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, AllOf(testing::StartsWith("nucella: "), HasSubstr("/nonexistent"),
                                HasSubstr("apt-get install dataset-fashion-mnist")));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

TEST_F(App, TrainsEvaluatesAndLogs) {
  const Result trained = train({"--limit", "320", "--epochs", "2", "--log-dir", "log", "--save", "net.ckpt"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, AllOf(HasSubstr("epoch 2/2  step 10/10"), HasSubstr("saved net.ckpt"),
                                 HasSubstr("test accuracy 0.")));
  EXPECT_THAT(test::read_file(dir_ / "log/report.svg"), testing::StartsWith("<svg"));
  std::istringstream log(test::read_file(dir_ / "log/steps.jsonl"));
  int lines = 0;
  for (std::string line; std::getline(log, line); ++lines) {
    const auto entry = nlohmann::json::parse(line);
    EXPECT_EQ(entry["epoch"], lines / 10);
    EXPECT_EQ(entry["step"], lines % 10);
    EXPECT_GT(entry["loss"], 0);
  }
  EXPECT_EQ(lines, 20);

  const Result evaluated = run({"eval", "--model", "mlp", "--checkpoint", "net.ckpt"});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_THAT(evaluated.out, HasSubstr("test accuracy 0."));
  const Result wrong_net = run({"eval", "--model", "lenet5", "--checkpoint", "net.ckpt"});
  EXPECT_EQ(wrong_net.code, 1);
  EXPECT_THAT(wrong_net.err, HasSubstr("fc1.weight"));
}

TEST_F(App, ResumesBitForBit) {
  ASSERT_EQ(train({"--limit", "320", "--epochs", "3", "--save", "whole.ckpt"}).code, 0);
  ASSERT_EQ(train({"--limit", "320", "--epochs", "1", "--save", "part.ckpt"}).code, 0);
  ASSERT_EQ(train({"--limit", "320", "--epochs", "3", "--resume", "part.ckpt", "--save", "rest.ckpt"}).code,
            0);
  test::expect_equal(io::read_ckpt(dir_ / "rest.ckpt"), io::read_ckpt(dir_ / "whole.ckpt"));
  const Result other_seed = train({"--limit", "320", "--resume", "part.ckpt", "--seed", "7"});
  EXPECT_EQ(other_seed.code, 1);
  EXPECT_THAT(other_seed.err, HasSubstr("'train.seed' was 1 when the checkpoint was saved, now it is 7"));
}

TEST_F(App, AtLeastFailsBelowTheAccuracy) {
  const Result enough = train({"--limit", "320", "--epochs", "3", "--at-least", "0.2"});
  EXPECT_EQ(enough.code, 0) << enough.err;
  const Result below = train({"--limit", "320", "--epochs", "1", "--at-least", "1", "--save", "net.ckpt"});
  EXPECT_EQ(below.code, 1);
  EXPECT_EQ(below.err, "nucella: the test accuracy is below 1\n");
  EXPECT_THAT(below.out, AllOf(HasSubstr("saved net.ckpt"), HasSubstr("test accuracy 0.")));
  EXPECT_EQ(train({"--at-least", "1.5"}).code, 2);
}

TEST_F(App, OptionsOfTrainingChangeTheNet) {
  const auto net = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"--limit", "96", "--epochs", "2", "--save", "net.ckpt"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = train(arguments);
    EXPECT_EQ(result.code, 0) << result.err;
    return test::read_file(dir_ / "net.ckpt");
  };
  const std::string plain = net({});
  EXPECT_EQ(net({}), plain);
  const std::vector<std::vector<std::string>> options = {{"--flip"},
                                                         {"--shift", "2"},
                                                         {"--label-smoothing", "0.1"},
                                                         {"--weight-decay", "0.01"},
                                                         {"--schedule", "cosine"},
                                                         {"--optimizer", "adam"},
                                                         {"--lr", "0.5"},
                                                         {"--seed", "2"}};
  for (const auto& option : options) EXPECT_NE(net(option), plain) << option[0];
}

TEST_F(App, TextTrainingResumesBitForBit) {
  std::string text;
  for (int64_t i = 0; i < 60000; ++i) text += static_cast<char>('a' + i * i % 23);
  test::write_file(dir_ / "text", text);
  const auto train_text = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "train-text", "--data",    "text",      "--width",   "16",      "--layers", "1",
        "--heads",    "2",         "--context", "16",        "--steps", "600",      "--batch-size",
        "4",          "--dropout", "0.1",       "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  Process process(dir_, train_text({"--save", "part.ckpt"}));
  while (process.out().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  process.interrupt();
  const Result stopped = process.wait();
  ASSERT_EQ(stopped.code, 130) << stopped.out;
  EXPECT_THAT(stopped.out, HasSubstr("go on with --resume part.ckpt"));
  const Result whole = run(train_text({"--save", "whole.ckpt"}));
  ASSERT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(whole.out, AllOf(HasSubstr("step 600/600"), HasSubstr("saved whole.ckpt")));
  const Result rest =
      run(train_text({"--resume", "part.ckpt", "--save", "rest.ckpt", "--curve", "rest.svg"}));
  ASSERT_EQ(rest.code, 0) << rest.err;
  test::expect_equal(io::read_ckpt(dir_ / "rest.ckpt"), io::read_ckpt(dir_ / "whole.ckpt"));
  EXPECT_THAT(test::read_file(dir_ / "rest.svg"), testing::StartsWith("<svg"));

  EXPECT_EQ(run({"generate", "rest.ckpt", "--tokens", "5"}).code, 0);
  const Result other = run(train_text({"--resume", "part.ckpt", "--seed", "7"}));
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("'train.seed' was 1 when the checkpoint was saved, now it is 7"));
}

TEST_F(App, CtrlCSavesAndTheRunGoesOn) {
  Process process(dir_, {"train", "--model", "mlp", "--limit", "3200", "--batch-size", "32", "--threads", "1",
                         "--epochs", "100000", "--save", "net.ckpt"});
  while (process.out().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  process.interrupt();
  const Result stopped = process.wait();
  ASSERT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_THAT(stopped.out, HasSubstr("go on with --resume net.ckpt"));

  int64_t epoch = -1;
  for (const NamedTensor& e : io::read_ckpt(dir_ / "net.ckpt"))
    if (e.name == "train.epoch") epoch = e.tensor.item<int64_t>();
  ASSERT_GE(epoch, 0);
  const auto to_the_end_of_that_epoch = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"--limit", "3200", "--epochs", std::to_string(epoch + 1)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return train(arguments).code;
  };
  ASSERT_EQ(to_the_end_of_that_epoch({"--resume", "net.ckpt", "--save", "net.ckpt"}), 0);
  ASSERT_EQ(to_the_end_of_that_epoch({"--save", "whole.ckpt"}), 0);
  test::expect_equal(io::read_ckpt(dir_ / "net.ckpt"), io::read_ckpt(dir_ / "whole.ckpt"));
}

TEST_F(App, InspectListsEntriesAndTotals) {
  const Result table = run({"inspect", golden("net_seed1.ckpt")});
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, AllOf(HasSubstr("Float32"), HasSubstr("entries")));
  const auto json = nlohmann::json::parse(run({"inspect", golden("net_seed1.ckpt"), "--json"}).out);
  EXPECT_EQ(json["format"], "ckpt");
  EXPECT_EQ(json["file_bytes"], std::filesystem::file_size(golden("net_seed1.ckpt")));
  const NamedTensors entries = io::read_ckpt(golden("net_seed1.ckpt"));
  ASSERT_EQ(json["entries"].size(), entries.size());
  int64_t bytes = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(json["entries"][i]["name"], entries[i].name);
    bytes += json["entries"][i]["bytes"].get<int64_t>();
    if (entries[i].is_text()) continue;
    EXPECT_EQ(json["entries"][i]["shape"], entries[i].tensor.shape().vec());
    EXPECT_EQ(json["entries"][i]["dtype"], std::string(name(entries[i].tensor.dtype())));
    EXPECT_EQ(json["entries"][i]["bytes"], entries[i].tensor.nbytes());
  }
  EXPECT_EQ(json["total_bytes"], bytes);
  EXPECT_EQ(run({"inspect", "absent.ckpt"}).code, 1);
}

TEST_F(App, ConvertsAndBack) {
  const NamedTensors entries = io::read_ckpt(golden("all_types.ckpt"));
  ASSERT_EQ(run({"convert", golden("all_types.ckpt"), "a.safetensors"}).code, 0);
  ASSERT_EQ(run({"convert", "a.safetensors", "b.npz"}).code, 0);
  ASSERT_EQ(run({"convert", "b.npz", "c.ckpt"}).code, 0);
  NamedTensors back = io::read_ckpt(dir_ / "c.ckpt");
  const auto by_name = [](const NamedTensor& a, const NamedTensor& b) { return a.name < b.name; };
  std::sort(back.begin(), back.end(), by_name);
  NamedTensors sorted = entries;
  std::sort(sorted.begin(), sorted.end(), by_name);
  test::expect_equal(back, sorted);
  const Result unknown = run({"convert", "a.safetensors", "a.onnx"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("a.onnx"));
}

TEST_F(App, ConvertChoosesRenamesAndCuts) {
  const Result result = run({"convert", golden("pt/training.pt"), "net.safetensors.index.json", "--only",
                             "state_dict.*", "--exclude", "*.fc.*", "--prefix", "state_dict.=model.",
                             "--names", "mindspore", "--max-shard-size", "200B"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("wrote 8 entries"));
  const auto json = nlohmann::json::parse(run({"inspect", "net.safetensors.index.json", "--json"}).out);
  EXPECT_EQ(json["format"], "safetensors set");
  EXPECT_EQ(json["entries"][0]["name"], "model.bn.beta");
  EXPECT_EQ(json["entries"][0]["file"], "net-00002-of-00003.safetensors");
  EXPECT_EQ(run({"convert", golden("pt/net.pt"), "x.ckpt", "--prefix", "no-equals-sign"}).code, 2);
  EXPECT_EQ(run({"convert", golden("pt/net.pt"), "x.ckpt", "--names", "jax"}).code, 2);
  EXPECT_EQ(run({"convert", golden("pt/net.pt"), "x.gguf"}).code, 1);
}

TEST_F(App, InspectReadsEveryFormat) {
  for (const auto& [file, format] :
       {std::pair{"pt/net.pt", "pt"}, {"gguf/quantised.gguf", "gguf"}, {"numpy.npz", "npz"}}) {
    const Result result = run({"inspect", golden(file), "--json"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(nlohmann::json::parse(result.out)["format"], format);
    EXPECT_EQ(run({"inspect", golden(file)}).code, 0);
  }
  EXPECT_THAT(run({"inspect", golden("pt/module.pth")}).err, HasSubstr("torch.nn.modules.linear.Linear"));
}

TEST_F(App, DiffOfFilesThatAreEqual) {
  ASSERT_EQ(run({"convert", golden("all_types.ckpt"), "a.safetensors"}).code, 0);
  const Result result = run({"diff", golden("all_types.ckpt"), "a.safetensors"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr(" 0 differences"));
  EXPECT_EQ(nlohmann::json::parse(run({"diff", "a.safetensors", "a.safetensors", "--json"}).out)["equal"],
            true);
}

TEST_F(App, DiffSaysWhatDiffers) {
  io::write_ckpt(dir_ / "a.ckpt", {{"same", tensor({1, 2}), {}},
                                   {"value", tensor({1, 2, 4}), {}},
                                   {"shape", tensor({1, 2}), {}},
                                   {"dtype", tensor({1, 2}), {}},
                                   {"nan", tensor({NAN, NAN}), {}},
                                   {"text", {}, "x"},
                                   {"gone", tensor({1}), {}}});
  io::write_ckpt(dir_ / "b.ckpt", {{"same", tensor({1, 2}), {}},
                                   {"value", tensor({1, 2.5, 3}), {}},
                                   {"shape", tensor({1, 2}, Shape{2, 1}), {}},
                                   {"dtype", tensor({1, 2}, float64), {}},
                                   {"nan", tensor({NAN, 0}), {}},
                                   {"text", {}, "y"},
                                   {"new", tensor({1}), {}}});
  const Result result = run({"diff", "a.ckpt", "b.ckpt"});
  EXPECT_EQ(result.code, 1);
  for (const char* line : {"value: Float32(3,): 2 of 3 elements differ, at most by 1, relatively 0.25\n",
                           "shape: Float32(2,) against Float32(2, 1)\n",
                           "dtype: Float32(2,) against Float64(2,): 0 of 2 elements differ",
                           "nan: Float32(2,): 1 of 2 elements differ, at most by inf",
                           "text: the texts differ\n", "gone: only in the first file\n",
                           "new: only in the second file\n", "7 and 7 entries, 7 differences\n"})
    EXPECT_THAT(result.out, HasSubstr(line));
  EXPECT_THAT(result.out, testing::Not(HasSubstr("same")));
  const Result json = run({"diff", "a.ckpt", "b.ckpt", "--json", "--only", "value"});
  EXPECT_EQ(json.code, 1);
  const auto document = nlohmann::json::parse(json.out);
  EXPECT_EQ(document["equal"], false);
  EXPECT_EQ(document["differences"][0]["max_abs"], 1);
  EXPECT_EQ(document["differences"][0]["max_rel"], 0.25);
  EXPECT_EQ(run({"diff", "a.ckpt"}).code, 2);
  EXPECT_EQ(run({"diff", "a.ckpt", "absent.ckpt"}).code, 1);
}

// What the README shows is the example, and the example does what it says.
TEST_F(App, QuickstartOfTheReadme) {
  const std::string source = test::read_file(test::source_file("examples/quickstart.cpp"));
  const std::string readme = test::read_file(test::source_file("README.md"));
  const std::string body = source.substr(source.find("#include"));
  EXPECT_NE(readme.find("```cpp\n" + body + "```"), std::string::npos);
  const Result result = Process(dir_, {"320"}, "examples/quickstart").wait();
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, testing::StartsWith("test accuracy 0."));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "lenet5.ckpt"));
}

}  // namespace
}  // namespace nucella
