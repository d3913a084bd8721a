#include "nucella/io/gguf.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "nucella/io/file_tensor.h"
#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

constexpr std::string_view kReader = "read_gguf", kMagic = "GGUF", kAlignmentKey = "general.alignment";
constexpr uint32_t kOldestVersion = 2, kNewestVersion = 3;
constexpr uint64_t kUsualAlignment = 32, kLargestAlignment = 1 << 20;
constexpr size_t kLongestListShown = 16;

// A type of tensors: `block` elements take `bytes` bytes.
struct TensorType {
  uint32_t number;
  std::string_view name;
  int64_t block;
  int64_t bytes;
  std::optional<DType> dtype;
};
// (Source: ggml's ggml.h and ggml-common.h. The numbers 4, 5 and 31 to 33 are of types that are gone.)
constexpr TensorType kTensorTypes[] = {
    {0, "F32", 1, 4, float32},    {1, "F16", 1, 2, float16},    {2, "Q4_0", 32, 18, {}},
    {3, "Q4_1", 32, 20, {}},      {6, "Q5_0", 32, 22, {}},      {7, "Q5_1", 32, 24, {}},
    {8, "Q8_0", 32, 34, {}},      {9, "Q8_1", 32, 36, {}},      {10, "Q2_K", 256, 84, {}},
    {11, "Q3_K", 256, 110, {}},   {12, "Q4_K", 256, 144, {}},   {13, "Q5_K", 256, 176, {}},
    {14, "Q6_K", 256, 210, {}},   {15, "Q8_K", 256, 292, {}},   {16, "IQ2_XXS", 256, 66, {}},
    {17, "IQ2_XS", 256, 74, {}},  {18, "IQ3_XXS", 256, 98, {}}, {19, "IQ1_S", 256, 50, {}},
    {20, "IQ4_NL", 32, 18, {}},   {21, "IQ3_S", 256, 110, {}},  {22, "IQ2_S", 256, 82, {}},
    {23, "IQ4_XS", 256, 136, {}}, {24, "I8", 1, 1, int8},       {25, "I16", 1, 2, int16},
    {26, "I32", 1, 4, int32},     {27, "I64", 1, 8, int64},     {28, "F64", 1, 8, float64},
    {29, "IQ1_M", 256, 56, {}},   {30, "BF16", 1, 2, bfloat16}, {34, "TQ1_0", 256, 54, {}},
    {35, "TQ2_0", 256, 66, {}},   {39, "MXFP4", 32, 17, {}},    {40, "NVFP4", 64, 36, {}},
    {41, "Q1_0", 128, 18, {}}};

// Types of the values of notes, by their numbers.
enum class NoteType : uint32_t {
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kF32,
  kBool,
  kText,
  kList,
  kU64,
  kI64,
  kF64,
  kCount
};
constexpr std::array<std::string_view, static_cast<size_t>(NoteType::kCount)> kNoteTypeNames = {
    "u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "text", "list", "u64", "i64", "f64"};

struct Item {
  EntryInfo info;
  const TensorType* type = nullptr;
};

class Parser {
 public:
  Parser(Bytes file, std::string_view name) : file_(file), where_{kReader, name} {}

  void run() {
    check<ValueError>(as_text(take(kMagic.size())) == kMagic, where_, ": a GGUF file begins with 'GGUF'");
    const auto version = number<uint32_t>();
    check<ValueError>(version >= kOldestVersion && version <= kNewestVersion, where_, ": version ", version,
                      " is not supported, nor are big-endian files");
    const auto tensors = number<uint64_t>(), notes = number<uint64_t>();
    for (uint64_t i = 0; i < notes; ++i) read_note();
    for (uint64_t i = 0; i < tensors; ++i) items.push_back(read_tensor());
    place_contents();
  }

  std::vector<Item> items;
  std::map<std::string, std::string> notes;

 private:
  Bytes take(uint64_t bytes) {
    where_.offset = at_;
    check<ValueError>(contains(file_, at_, bytes), where_, ": expected ", bytes, " more bytes, the file has ",
                      file_.size() - at_);
    at_ += bytes;
    return file_.subspan(at_ - bytes, bytes);
  }
  template <class T>
  T number() {
    return load<T>(take(sizeof(T)), 0);
  }
  std::string text() {
    const std::string_view out = as_text(take(number<uint64_t>()));
    check<ValueError>(is_utf8(out), where_, ": the text is not valid UTF-8");
    return std::string(out);
  }

  // --- notes
  // -------------------------------------------------------------------------------------------------

  void read_note() {
    where_.entry = {};
    const std::string key = text();
    where_.entry = key;
    const NoteType type = note_type();
    const uint64_t start = at_;
    const std::string value = type == NoteType::kList ? list_text() : value_text(type);
    check<ValueError>(notes.try_emplace(key, value).second, where_, ": the note occurs twice");
    if (key == kAlignmentKey) set_alignment(type, start);
    where_.entry = {};
  }
  NoteType note_type() {
    const auto type = number<uint32_t>();
    check<ValueError>(type < static_cast<uint32_t>(NoteType::kCount), where_,
                      ": the note has the unknown type ", type);
    return static_cast<NoteType>(type);
  }

  std::string value_text(NoteType type) {
    switch (type) {
      case NoteType::kU8:
        return std::to_string(number<uint8_t>());
      case NoteType::kI8:
        return std::to_string(number<int8_t>());
      case NoteType::kU16:
        return std::to_string(number<uint16_t>());
      case NoteType::kI16:
        return std::to_string(number<int16_t>());
      case NoteType::kU32:
        return std::to_string(number<uint32_t>());
      case NoteType::kI32:
        return std::to_string(number<int32_t>());
      case NoteType::kF32:
        return str(number<float>());
      case NoteType::kBool:
        return number<uint8_t>() != 0 ? "true" : "false";
      case NoteType::kText:
        return text();
      case NoteType::kU64:
        return std::to_string(number<uint64_t>());
      case NoteType::kI64:
        return std::to_string(number<int64_t>());
      case NoteType::kF64:
        return str(number<double>());
      default:
        raise<ValueError>(where_, ": lists of lists are not supported");
    }
  }

  std::string list_text() {
    const NoteType type = note_type();
    const auto count = number<uint64_t>();
    std::string shown;
    for (uint64_t i = 0; i < count; ++i) {
      const std::string value = value_text(type);
      if (count <= kLongestListShown) shown += (i == 0 ? "" : ", ") + value;
    }
    if (count <= kLongestListShown) return "[" + shown + "]";
    return str(count, " x ", kNoteTypeNames[static_cast<size_t>(type)]);
  }

  void set_alignment(NoteType type, uint64_t at) {
    check<ValueError>(type == NoteType::kU32, where_, ": the alignment must be of type u32");
    alignment_ = load<uint32_t>(file_, at);
    check<ValueError>(std::has_single_bit(alignment_) && alignment_ <= kLargestAlignment, where_,
                      ": the alignment must be a power of two up to ", kLargestAlignment, ", got ",
                      alignment_);
  }

  // --- tensors
  // -----------------------------------------------------------------------------------------------

  Item read_tensor() {
    Item item;
    where_.entry = {};
    item.info.name = text();
    where_.entry = item.info.name;
    check<ValueError>(names_.insert(item.info.name).second, where_, ": the name occurs twice in the file");
    const auto ndim = number<uint32_t>();
    check<ValueError>(ndim <= kMaxDims, where_, ": expected at most ", kMaxDims, " dims, got ", ndim);
    for (uint32_t i = 0; i < ndim; ++i) {
      const auto dim = number<uint64_t>();
      check<ValueError>(dim <= INT64_MAX, where_, ": the extent ", dim, " does not fit into 63 bits");
      item.info.shape.insert(0, static_cast<int64_t>(dim));
    }
    const auto type = number<uint32_t>();
    const auto found = std::ranges::find(kTensorTypes, type, &TensorType::number);
    check<ValueError>(found != std::end(kTensorTypes), where_, ": the tensor has the unknown type ", type);
    item.type = found;
    item.info.dtype = found->dtype ? nucella::name(*found->dtype) : found->name;
    item.info.bytes = content_bytes(item);
    item.info.offset = number<uint64_t>();
    check<ValueError>(item.info.offset % alignment_ == 0, where_,
                      ": the content must begin on a multiple of ", alignment_, " bytes");
    where_.entry = {};
    return item;
  }

  uint64_t content_bytes(const Item& item) const {
    const TensorType& type = *item.type;
    if (type.dtype) return dense_bytes(item.info.shape, *type.dtype, where_);
    const uint64_t elements = dense_bytes(item.info.shape, uint8, where_);
    const int64_t row = item.info.shape.empty() ? 1 : item.info.shape.back();
    check<ValueError>(row % type.block == 0, where_, ": a row of ", type.name, " must have a multiple of ",
                      type.block, " elements, got ", row);
    uint64_t bytes = 0;
    check<ValueError>(!__builtin_mul_overflow(elements / static_cast<uint64_t>(type.block),
                                              static_cast<uint64_t>(type.bytes), &bytes),
                      where_, ": the size does not fit into 64 bits");
    return bytes;
  }

  // Turns offsets into those of the file; contents must lie in it, apart from each other.
  void place_contents() {
    const uint64_t start = (at_ + alignment_ - 1) / alignment_ * alignment_;
    std::vector<std::pair<uint64_t, uint64_t>> extents;
    for (Item& item : items) {
      if (item.info.bytes == 0) {
        item.info.offset = 0;
        continue;
      }
      const Where where{kReader, where_.file, item.info.name, item.info.offset};
      const bool fits = !__builtin_add_overflow(item.info.offset, start, &item.info.offset) &&
                        contains(file_, item.info.offset, item.info.bytes);
      check<ValueError>(fits, where, ": the content of ", item.info.bytes,
                        " bytes leaves the file, which has ", file_.size());
      extents.emplace_back(item.info.offset, item.info.offset + item.info.bytes);
    }
    std::ranges::sort(extents);
    for (size_t i = 1; i < extents.size(); ++i)
      check<ValueError>(extents[i - 1].second <= extents[i].first,
                        Where{kReader, where_.file, {}, extents[i].first},
                        ": the contents of two tensors overlap");
  }

  Bytes file_;
  Where where_;
  uint64_t at_ = 0;
  uint64_t alignment_ = kUsualAlignment;
  std::unordered_set<std::string> names_;
};

// ValueError for quantised tensors.
std::vector<Item> readable_items(Bytes file, std::string_view name) {
  Parser parser(file, name);
  parser.run();
  for (const Item& item : parser.items)
    check<ValueError>(item.type->dtype.has_value(), Where{kReader, name, item.info.name, item.info.offset},
                      ": the tensor is quantised (", item.type->name, "), which is not supported");
  return std::move(parser.items);
}

}  // namespace

NamedTensors read_gguf(const std::string& path, const ReadOptions& options) {
  const auto mapping = std::make_shared<const MappedFile>(kReader, path);
  const auto file = std::make_shared<FileTensors>(mapping, options.mmap);
  NamedTensors out;
  for (const Item& item : readable_items(mapping->bytes(), path))
    out.push_back({item.info.name,
                   file->tensor(item.info.shape, *item.type->dtype, {{item.info.offset, item.info.bytes}}),
                   {}});
  check_mappings();
  return out;
}

NamedTensors read_gguf(Bytes file, std::string_view name) {
  NamedTensors out;
  for (const Item& item : readable_items(file, name)) {
    const Bytes content = file.subspan(item.info.offset, item.info.bytes);
    out.push_back({item.info.name, tensor_from(content, item.info.shape, *item.type->dtype), {}});
  }
  return out;
}

FileInfo inspect_gguf(Bytes file, std::string_view name) {
  Parser parser(file, name);
  parser.run();
  FileInfo info{"gguf", file.size(), {}, std::move(parser.notes)};
  for (Item& item : parser.items) info.entries.push_back(std::move(item.info));
  return info;
}

}  // namespace nucella::io
