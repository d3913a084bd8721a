// Files that torch.save() wrote (tests/golden/pt), and files that no honest program writes.
#include "nucella/io/pt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <map>
#include <nlohmann/json.hpp>

#include "nucella/io/zip.h"
#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::golden;
using test::read_file;
using test::TempDir;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string sha256(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  std::string out;
  for (unsigned char byte : digest) out += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  return out;
}

NamedTensors read_golden(const std::string& file) {
  return read_pt(golden("pt/" + file), {.crc_check = true});
}

std::map<std::string, NamedTensor> by_name(const NamedTensors& entries) {
  std::map<std::string, NamedTensor> out;
  for (const NamedTensor& entry : entries) out[entry.name] = entry;
  return out;
}

TEST(Pt, EveryTensorIsTheOneThatWasSaved) {
  const auto manifest = nlohmann::json::parse(read_file(golden("pt/manifest.json")));
  int checked = 0;
  for (const auto& [file, tensors] : manifest.items()) {
    auto entries = by_name(read_golden(file));
    for (const auto& [name, expected] : tensors.items()) {
      SCOPED_TRACE(file + ": " + name);
      const Tensor tensor = entries[name].tensor;
      ASSERT_TRUE(tensor.defined());
      EXPECT_EQ(tensor.dtype(), dtype_from_name(expected["dtype"].get<std::string>()));
      EXPECT_EQ(tensor.shape().vec(), expected["shape"].get<std::vector<int64_t>>());
      EXPECT_EQ(sha256(test::content_of(tensor)), expected["sha256"].get<std::string>());
      ++checked;
    }
  }
  EXPECT_EQ(checked, 83);
}

TEST(Pt, NumbersAndTextsAmongTheTensors) {
  auto entries = by_name(read_golden("training.pt"));
  EXPECT_EQ(entries["epoch"].tensor.dtype(), int64);
  EXPECT_EQ(entries["epoch"].tensor.shape(), Shape{});
  EXPECT_EQ(entries["epoch"].tensor.item<int64_t>(), 7);
  EXPECT_EQ(entries["large"].tensor.item<int64_t>(), -(int64_t{1} << 40));
  EXPECT_EQ(entries["best"].tensor.dtype(), float64);
  EXPECT_EQ(entries["best"].tensor.item<double>(), 0.75);
  EXPECT_EQ(entries["done"].tensor.dtype(), bool_);
  EXPECT_EQ(entries["note"].text, "hello π");
  EXPECT_EQ(entries["device"].text, "cpu");
  EXPECT_EQ(entries["dtype"].text, "bfloat16");
  EXPECT_EQ(entries["size"].tensor.to_vector<int>(), (std::vector{2, 3}));
  EXPECT_EQ(entries["counts.3"].tensor.item<int64_t>(), 2);
  EXPECT_EQ(entries["mixed.1"].text, "two");
  EXPECT_EQ(entries["mixed.2"].tensor.to_vector<double>(), (std::vector{3.0, 4.0}));
  EXPECT_EQ(entries["optimizer.param_groups.0.betas"].tensor.to_vector<double>(), (std::vector{0.9, 0.999}));
  EXPECT_EQ(entries["optimizer.state.0.step"].tensor.item<float>(), 1.0f);
  for (const char* absent : {"nothing", "mixed.3", "mixed.4"})
    EXPECT_FALSE(entries.contains(absent)) << absent;
}

TEST(Pt, TensorsThatLieRowByRowAreReadWhenTheyAreUsed) {
  for (const bool mmap : {true, false}) {
    auto entries = by_name(read_pt(golden("pt/strided.pt"), {.mmap = mmap}));
    for (const char* name : {"whole", "same", "tail"}) EXPECT_FALSE(entries[name].tensor.has_data()) << name;
    EXPECT_EQ(entries["tail"].tensor.to_vector<int>(), (std::vector{16, 17, 18, 19, 20, 21, 22, 23}));
  }
}

TEST(Pt, StridedTensorsShareTheirStorage) {
  auto entries = by_name(read_golden("strided.pt"));
  EXPECT_EQ(entries["transposed"].tensor.raw_data() + 4, entries["column"].tensor.raw_data());
  EXPECT_EQ(entries["expanded"].tensor.strides(), (Shape{1, 0}));
}

TEST(Pt, InspectFindsTheContentsInTheFile) {
  const std::string file = read_file(golden("pt/all_types.pt"));
  const FileInfo info = inspect_pt(as_bytes(file), "net.pt");
  const NamedTensors entries = read_golden("all_types.pt");
  ASSERT_EQ(info.entries.size(), entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const Tensor& tensor = entries[i].tensor;
    EXPECT_EQ(info.entries[i].name, entries[i].name);
    EXPECT_EQ(info.entries[i].dtype, name(tensor.dtype()));
    EXPECT_EQ(info.entries[i].shape, tensor.shape());
    EXPECT_EQ(file.substr(info.entries[i].offset, info.entries[i].bytes), test::content_of(tensor));
  }
}

TEST(Pt, WhatIsNoFileOfTensorsIsRefusedByName) {
  const std::pair<const char*, const char*> cases[] = {
      {"before_1_6.pth", "the format of PyTorch before 1.6"},
      {"module.pth", "the pickle names 'torch.nn.modules.linear.Linear'"},
      {"program.pth", "a program of torch.jit"},
      {"complex.pth", "'torch.ComplexFloatStorage'"},
      {"float8.pth", "'torch.float8_e4m3fn'"},
      {"sparse.pth", "'torch._utils._rebuild_sparse_tensor'"}};
  for (const auto& [file, text] : cases)
    EXPECT_THAT([&] { read_pt(golden(str("pt/", file))); },
                ThrowsMessage<ValueError>(AllOf(HasSubstr(file), HasSubstr(text), HasSubstr("at offset"))))
        << file;
}

TEST(Pt, CrcCheckFindsAChangedElement) {
  std::string file = read_file(golden("pt/tensor.pt"));
  file[inspect_pt(as_bytes(file), "t").entries[0].offset] ^= 1;
  EXPECT_EQ(read_pt(as_bytes(file), "t")[0].tensor.to_vector<int>(), (std::vector{1, 1, 2}));
  EXPECT_THAT([&] { read_pt(as_bytes(file), "t", {.crc_check = true}); },
              ThrowsMessage<ValueError>(HasSubstr("entry 'tensor/data/0'")));
}

// --- files made by hand ------------------------------------------------------------------------------------

template <class T>
std::string number(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}
std::string text(std::string_view value) {
  return "X" + number(static_cast<uint32_t>(value.size())) + std::string(value);
}
std::string global(std::string_view module, std::string_view name) {
  return str("c", module, "\n", name, "\n");
}
std::string integer(int64_t value) { return std::string("\x8a\x08") + number(value); }
std::string tuple(std::initializer_list<std::string> items) {
  std::string out = "(";
  for (const std::string& item : items) out += item;
  return out + "t";
}
std::string ints(std::initializer_list<int64_t> values) {
  std::string out = "(";
  for (const int64_t value : values) out += integer(value);
  return out + "t";
}
std::string dict(std::string_view key, const std::string& value) { return "}" + text(key) + value + "s"; }

struct TensorCode {
  std::string function = "_rebuild_tensor_v2";
  std::string storage = global("torch", "FloatStorage");
  std::string key = text("0");
  int64_t count = 4;
  int64_t offset = 0;
  std::string shape = ints({4});
  std::string strides = ints({1});
  std::string code() const {
    return global("torch._utils", function) +
           tuple({tuple({text("storage"), storage, key, text("cpu"), integer(count)}) + "Q", integer(offset),
                  shape, strides, "\x89", global("collections", "OrderedDict") + ")R"}) +
           "R";
  }
};

// A file with this pickle and one storage of 16 bytes.
std::string file_of(const std::string& pickle) {
  const TempDir dir;
  AtomicFile file("test", dir / "hostile.pt");
  ZipWriter zip(file);
  zip.add("hostile/data.pkl", as_bytes("\x80\x02"), as_bytes(pickle + "."));
  zip.add("hostile/data/0", as_bytes(std::string(16, '\1')), {});
  zip.finish();
  file.commit();
  return read_file(dir / "hostile.pt");
}
NamedTensors read_pickle(const std::string& pickle) {
  return read_pt(as_bytes(file_of(pickle)), "hostile.pt");
}
#define EXPECT_REFUSED(pickle, text) \
  EXPECT_THAT(                       \
      [&] { read_pickle(pickle); },  \
      ThrowsMessage<ValueError>(AllOf(HasSubstr("'hostile.pt'"), HasSubstr("at offset "), HasSubstr(text))))

TEST(Pt, ATensorMadeByHand) {
  const NamedTensors entries = read_pickle(dict("w", TensorCode{}.code()));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, "w");
  EXPECT_EQ(entries[0].tensor.shape(), Shape{4});
}

TEST(Pt, NothingIsExecuted) {
  for (const auto& [module, name] :
       std::initializer_list<std::pair<const char*, const char*>>{{"os", "system"},
                                                                  {"posix", "system"},
                                                                  {"builtins", "eval"},
                                                                  {"builtins", "exec"},
                                                                  {"torch", "load"},
                                                                  {"torch", "_utils._rebuild_tensor_v2"},
                                                                  {"torch.storage", "_load_from_bytes"},
                                                                  {"collections", "namedtuple"},
                                                                  {"torch._utils", "__dict__"},
                                                                  {"", ""}})
    EXPECT_REFUSED(global(module, name) + tuple({text("touch /tmp/owned")}) + "R",
                   "nothing in it was executed");
  // Opcodes that Python runs code for: INST, OBJ, NEWOBJ, EXT1, and the text persistent id.
  for (const char* opcode : {"i", "o", "\x81", "\x82\x01", "Px\n", "\x92", "\x98"})
    EXPECT_REFUSED(std::string("(") + opcode, "nothing in it was executed");
  // Also where the value is thrown away at once.
  EXPECT_REFUSED(global("os", "system") + "0N", "'os.system'");
}

TEST(Pt, TensorsOutsideTheirStorage) {
  EXPECT_REFUSED(dict("w", TensorCode{.shape = ints({5})}.code()), "entry 'w' at offset");
  EXPECT_REFUSED(dict("w", TensorCode{.shape = ints({5})}.code()), "leaves the storage, which has 16 bytes");
  EXPECT_REFUSED(TensorCode{.offset = 1}.code(), "leaves the storage");
  EXPECT_REFUSED(TensorCode{.offset = -1}.code(), "leaves the storage");
  EXPECT_REFUSED(TensorCode{.strides = ints({2})}.code(), "leaves the storage");
  EXPECT_REFUSED(TensorCode{.strides = ints({INT64_MAX})}.code(), "leaves the storage");
  EXPECT_REFUSED(TensorCode{.offset = INT64_MAX}.code(), "leaves the storage");
  EXPECT_REFUSED((TensorCode{.shape = ints({INT64_MAX, 4}), .strides = ints({1, 1})}.code()),
                 "does not fit into 64 bits");
  EXPECT_REFUSED(TensorCode{.shape = ints({-1})}.code(), "must be integers >= 0");
  EXPECT_REFUSED(TensorCode{.strides = ints({-1})}.code(), "must be integers >= 0");
  EXPECT_REFUSED(TensorCode{.shape = ints({2, 2})}.code(), "must have the same length");
  EXPECT_REFUSED((TensorCode{.shape = ints({1, 1, 1, 1, 1, 1, 1, 1, 1})}.code()), "at most 8 are supported");
  EXPECT_REFUSED(TensorCode{.shape = tuple({text("4")})}.code(), "must be integers >= 0");
  EXPECT_REFUSED((TensorCode{.shape = ints({int64_t{1} << 40}), .strides = ints({0})}.code()),
                 "repeats a storage of 16 bytes");
}

TEST(Pt, StoragesThatAreNotThere) {
  EXPECT_REFUSED(TensorCode{.key = text("1")}.code(), "no member 'hostile/data/1'");
  EXPECT_REFUSED(TensorCode{.key = text("../data/0")}.code(), "no member 'hostile/data/../data/0'");
  EXPECT_REFUSED(TensorCode{.count = 5}.code(),
                 "the storage needs 20 bytes, the member hostile/data/0 has 16");
  EXPECT_REFUSED(TensorCode{.count = -1}.code(), "cannot have -1 elements");
  EXPECT_REFUSED(TensorCode{.count = INT64_MAX}.code(), "cannot have");
  EXPECT_REFUSED(TensorCode{.storage = text("FloatStorage")}.code(), "element 1 of a storage's description");
  EXPECT_REFUSED(TensorCode{.storage = global("torch", "float32")}.code(), "has no dtype that nucella has");
  EXPECT_REFUSED(TensorCode{.function = "_rebuild_tensor_v3"}.code(), "argument 6 of _rebuild_tensor_v3");
}

TEST(Pt, DamagedPrograms) {
  EXPECT_REFUSED("", "ends with 0 values");
  EXPECT_REFUSED("NN", "ends with 2 values");
  EXPECT_REFUSED("(N", "ends with 1 values");
  EXPECT_REFUSED("N.N", "bytes follow the pickle");
  EXPECT_REFUSED("t", "up to a mark");
  EXPECT_REFUSED("N(0", "takes a value where there is none");
  EXPECT_REFUSED("\x86", "takes a value where there is none");
  EXPECT_REFUSED("N]a", "appends to something that is no list");
  EXPECT_REFUSED("]NNs", "sets items of something that is no dict");
  EXPECT_REFUSED("}(Nu", "a key without a value");
  EXPECT_REFUSED("N)R", "calls something that is no global");
  EXPECT_REFUSED("h\x05", "takes number 5 from its memo");
  EXPECT_REFUSED("X\xff\xff\xff\xff", "ends early");
  EXPECT_REFUSED("X\2\1\1\1", "ends early");
  EXPECT_REFUSED(std::string("X\1\0\0\0\xff", 6), "not valid UTF-8");
  EXPECT_REFUSED("\x8a\x09" + std::string(9, '\1'), "does not fit into 64 bits");
  EXPECT_REFUSED("\x80\x06N", "pickle protocol 6");
  EXPECT_REFUSED("cos", "ends early");
  EXPECT_REFUSED("}NNs", "must be a text or an integer");
  EXPECT_REFUSED("}(" + text("a") + "N" + text("a.b") + "K\1" + text("a") + dict("b", "K\2") + "u",
                 "two values have the name 'a.b'");
}

TEST(Pt, TreesThatAreLargerThanTheFile) {
  std::string deep = "N";
  for (int i = 0; i < 200; ++i) deep = dict("a", deep);
  EXPECT_REFUSED(deep, "nest deeper than 100");
  EXPECT_REFUSED("]q\1h\1a", "nest deeper than 100");  // a list that holds itself
  // Every list holds the one before ten times over: 10^60 values.
  for (const std::string& innermost : {text("x"), std::string("]")}) {
    std::string laughs = "(" + innermost + "q" + std::string(1, '\0');
    for (char i = 0; i < 60; ++i) {
      laughs += "](";
      for (int k = 0; k < 10; ++k) laughs += std::string("h") + i;
      laughs += std::string("eq") + static_cast<char>(i + 1);
    }
    EXPECT_REFUSED(laughs + "t", "the names of the values have more text");
  }
}

TEST(Pt, ArchivesOfAnotherKind) {
  EXPECT_THAT([] { read_pt(golden("numpy.npz")); },
              ThrowsMessage<ValueError>(HasSubstr("no member '<name>/data.pkl'")));
  EXPECT_THAT([] { read_pt(golden("all_types.ckpt")); },
              ThrowsMessage<ValueError>(HasSubstr("not a zip archive")));
  EXPECT_THROW(read_pt("/nowhere/net.pt"), FileNotFoundError);
}

}  // namespace
}  // namespace nucella::io
