// GGUF files that the format's own Python package wrote (tests/golden/gguf), and damaged ones.
#include "nucella/io/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/files.h"

namespace nucella::io {
namespace {

using test::golden;
using test::read_file;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

FileInfo inspect(const std::string& file) { return inspect_gguf(as_bytes(file), "net.gguf"); }

TEST(Gguf, EveryTypeThatIsNotQuantised) {
  const NamedTensors entries = read_gguf(golden("gguf/plain.gguf"));
  const std::pair<const char*, DType> types[] = {{"F32", float32}, {"F16", float16},  {"F64", float64},
                                                 {"I8", int8},     {"I16", int16},    {"I32", int32},
                                                 {"I64", int64},   {"BF16", bfloat16}};
  ASSERT_EQ(entries.size(), std::size(types) + 2);
  for (size_t i = 0; i < std::size(types); ++i) {
    SCOPED_TRACE(types[i].first);
    EXPECT_EQ(entries[i].name, types[i].first);
    EXPECT_EQ(entries[i].tensor.dtype(), types[i].second);
    EXPECT_EQ(entries[i].tensor.shape(), (Shape{2, 3}));
    EXPECT_EQ(entries[i].tensor.to_vector<int>(), (std::vector{0, 1, 2, 3, 4, 5}));
  }
  EXPECT_EQ(entries[8].tensor.shape(), Shape{1});
  EXPECT_EQ(entries[9].tensor.shape(), (Shape{2, 3, 4}));
  EXPECT_EQ(entries[9].tensor.to_vector<int>()[23], 23);
}

TEST(Gguf, NotesBecomeMetadata) {
  const FileInfo info = inspect(read_file(golden("gguf/plain.gguf")));
  EXPECT_EQ(info.format, "gguf");
  const auto note = [&](const char* key) { return info.metadata.at(key); };
  EXPECT_EQ(note("general.architecture"), "test");
  EXPECT_EQ(note("general.name"), "hello π");
  EXPECT_EQ(note("test.layers"), "7");
  EXPECT_EQ(note("test.epsilon"), "0.5");
  EXPECT_EQ(note("test.causal"), "true");
  EXPECT_EQ(note("test.large"), "-1099511627776");
  EXPECT_EQ(note("test.sizes"), "[1, 2, 3]");
  EXPECT_EQ(note("test.words"), "[a, bc]");
  EXPECT_EQ(note("test.long"), "100 x i32");
}

TEST(Gguf, QuantisedTensorsAreShownAndRefusedByName) {
  const std::string file = read_file(golden("gguf/quantised.gguf"));
  const FileInfo info = inspect(file);
  ASSERT_EQ(info.entries.size(), 2u);
  EXPECT_EQ(info.entries[1].dtype, "Q8_0");
  EXPECT_EQ(info.entries[1].shape, (Shape{2, 64}));
  EXPECT_EQ(info.entries[1].bytes, 4u * 34);
  EXPECT_EQ(info.entries[1].offset, 448u);
  EXPECT_THAT([&] { read_gguf(as_bytes(file), "net.gguf"); },
              ThrowsMessage<ValueError>(AllOf(HasSubstr("'net.gguf', entry 'matrix' at offset 448"),
                                              HasSubstr("quantised (Q8_0)"))));
}

// --- files made by hand ------------------------------------------------------------------------------------

template <class T>
std::string number(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}
std::string text(std::string_view value) { return number(uint64_t{value.size()}) + std::string(value); }

struct TensorCode {
  std::string name = text("w");
  std::vector<uint64_t> dims = {2};
  uint32_t type = 0;
  uint64_t offset = 0;
  std::string code() const {
    std::string out = name + number(static_cast<uint32_t>(dims.size()));
    for (const uint64_t dim : dims) out += number(dim);
    return out + number(type) + number(offset);
  }
};
struct File {
  uint32_t version = 3;
  std::vector<std::string> tensors = {TensorCode{}.code()};
  std::vector<std::string> notes = {};
  std::string content = std::string(8, '\1');
  uint64_t tensor_count = tensors.size();
  uint64_t note_count = notes.size();
  std::string bytes() const {
    std::string out = "GGUF" + number(version) + number(tensor_count) + number(note_count);
    for (const std::string& note : notes) out += note;
    for (const std::string& tensor : tensors) out += tensor;
    out.resize((out.size() + 31) / 32 * 32);
    return out + content;
  }
};
File with_tensor(const TensorCode& tensor) { return {.tensors = {tensor.code()}}; }
File with_note(const std::string& note) { return {.notes = {note}}; }
constexpr uint32_t kU32 = 4, kText = 8, kList = 9;

#define EXPECT_REFUSED(file, text)                              \
  EXPECT_THAT(                                                  \
      [&] { read_gguf(as_bytes((file).bytes()), "net.gguf"); }, \
      ThrowsMessage<ValueError>(AllOf(HasSubstr("'net.gguf'"), HasSubstr("at offset "), HasSubstr(text))))

TEST(Gguf, AFileMadeByHand) {
  const std::string file = File{}.bytes();
  EXPECT_EQ(read_gguf(as_bytes(file), "net.gguf")[0].tensor.shape(), Shape{2});
}

TEST(Gguf, DamagedFiles) {
  EXPECT_REFUSED(File{.version = 1}, "version 1 is not supported");
  EXPECT_REFUSED(File{.version = 0x03000000}, "big-endian");
  EXPECT_REFUSED(File{.tensor_count = UINT64_MAX}, "more bytes");
  EXPECT_REFUSED(File{.note_count = UINT64_MAX}, "");
  EXPECT_REFUSED(File{.content = ""}, "entry 'w' at offset");
  EXPECT_REFUSED((File{.tensors = {TensorCode{}.code(), TensorCode{}.code()}}), "occurs twice");
  EXPECT_REFUSED((File{.tensors = {TensorCode{}.code(), TensorCode{.name = text("v")}.code()}}), "overlap");
  EXPECT_REFUSED(with_tensor({.name = number(UINT64_MAX)}), "more bytes");
  EXPECT_REFUSED(with_tensor({.name = text("\xff")}), "not valid UTF-8");
  EXPECT_REFUSED(with_tensor({.dims = std::vector<uint64_t>(9, 1)}), "at most 8 dims");
  EXPECT_REFUSED(with_tensor({.dims = {UINT64_MAX}}), "63 bits");
  EXPECT_REFUSED(with_tensor({.dims = {INT64_MAX, INT64_MAX}}), "does not fit into 64 bits");
  EXPECT_REFUSED(with_tensor({.dims = {uint64_t{1} << 40}}), "leaves the file");
  EXPECT_REFUSED(with_tensor({.type = 4}), "unknown type 4");
  EXPECT_REFUSED(with_tensor({.dims = {33}, .type = 8}), "multiple of 32");
  EXPECT_REFUSED(with_tensor({.offset = 4}), "multiple of 32");
  EXPECT_REFUSED(with_tensor({.offset = UINT64_MAX - 31}), "leaves the file");
  EXPECT_REFUSED(with_note(text("k") + number(uint32_t{13})), "unknown type 13");
  EXPECT_REFUSED(with_note(text("k") + number(kText) + number(UINT64_MAX)), "entry 'k'");
  EXPECT_REFUSED(with_note(text("k") + number(kList) + number(kU32) + number(UINT64_MAX)), "more bytes");
  EXPECT_REFUSED(with_note(text("k") + number(kList) + number(kList) + number(uint64_t{1})),
                 "lists of lists");
  EXPECT_REFUSED(with_note(text("general.alignment") + number(kText) + text("32")), "must be of type u32");
  EXPECT_REFUSED(with_note(text("general.alignment") + number(kU32) + number(uint32_t{0})), "power of two");
  EXPECT_REFUSED(with_note(text("general.alignment") + number(kU32) + number(uint32_t{24})), "power of two");
  EXPECT_THAT([] { read_gguf(golden("numpy.npz")); },
              ThrowsMessage<ValueError>(HasSubstr("begins with 'GGUF'")));
}

}  // namespace
}  // namespace nucella::io
