#include "nucella/io/safetensors_header.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

using nlohmann::json;

struct TypeName {
  std::string_view name;
  DType dtype;
};
// In the order of the reference implementation's list.
constexpr std::array<TypeName, kDTypeCount> kTypes = {{{"BOOL", bool_},
                                                       {"U8", uint8},
                                                       {"I8", int8},
                                                       {"I16", int16},
                                                       {"U16", uint16},
                                                       {"F16", float16},
                                                       {"BF16", bfloat16},
                                                       {"I32", int32},
                                                       {"U32", uint32},
                                                       {"F32", float32},
                                                       {"F64", float64},
                                                       {"I64", int64},
                                                       {"U64", uint64}}};

// What the header says of one tensor; every part may be absent or wrong.
struct Item {
  std::string name;
  std::optional<DType> dtype;
  std::optional<Shape> shape;
  std::vector<uint64_t> offsets;
};

// Receives the JSON text piece by piece. Only what the format allows gets past it: nothing can nest deeply.
class HeaderHandler : public nlohmann::json_sax<json> {
 public:
  HeaderHandler(FileInfo& info, Where where) : info_(info), where_(where) {}
  std::vector<Item> items;

  bool start_object(size_t) override {
    expect(state_ == State::kStart || state_ == State::kEntry || state_ == State::kMetadataStart,
           "an object");
    state_ = state_ == State::kStart   ? State::kTop
             : state_ == State::kEntry ? State::kItem
                                       : State::kMetadata;
    return true;
  }
  bool end_object() override {
    if (state_ == State::kItem) complete_item();
    state_ = State::kTop;
    return true;
  }
  bool key(string_t& key) override {
    where_.entry = {};
    if (state_ == State::kTop) {
      state_ = key == "__metadata__" ? State::kMetadataStart : State::kEntry;
      if (state_ == State::kEntry) items.push_back({key, {}, {}, {}});
      check<ValueError>(state_ == State::kEntry || !std::exchange(has_metadata_, true), where_,
                        ": '__metadata__' occurs twice in the header");
    } else if (state_ == State::kMetadata) {
      metadata_key_ = key;
      check<ValueError>(info_.metadata.try_emplace(key).second, where_, ": ", in_quotes(key),
                        " occurs twice in the metadata");
    } else {
      start_field(key);
    }
    return true;
  }
  bool string(string_t& text) override {
    if (state_ == State::kMetadata) {
      info_.metadata[metadata_key_] = text;
    } else {
      expect(state_ == State::kDType, "a text");
      set_dtype(text);
      state_ = State::kItem;
    }
    return true;
  }
  bool start_array(size_t) override {
    expect((state_ == State::kShape && !in_array_) || (state_ == State::kOffsets && !in_array_), "an array");
    in_array_ = true;
    return true;
  }
  bool end_array() override {
    in_array_ = false;
    state_ = State::kItem;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    expect(in_array_, "a number");
    if (state_ == State::kOffsets) {
      check<ValueError>(items.back().offsets.size() < 2, here(), ": expected 2 data_offsets, got more");
      items.back().offsets.push_back(value);
    } else {
      check<ValueError>(value <= INT64_MAX, here(), ": the extent ", value, " does not fit into 63 bits");
      check<ValueError>(items.back().shape->ndim() < kMaxDims, here(), ": expected at most ", kMaxDims,
                        " dims, got more");
      items.back().shape->push_back(static_cast<int64_t>(value));
    }
    return true;
  }
  bool number_integer(number_integer_t value) override {
    raise<ValueError>(here(), ": expected numbers >= 0 in the header, got ", value);
  }
  bool number_float(number_float_t, const string_t& text) override {
    raise<ValueError>(here(), ": expected whole numbers in the header, got ", text);
  }
  bool null() override { return expect(false, "null"); }
  bool boolean(bool) override { return expect(false, "true or false"); }
  bool binary(binary_t&) override { return expect(false, "binary data"); }
  bool parse_error(size_t position, const std::string&, const json::exception&) override {
    raise<ValueError>(where_, ": the header is not valid JSON at its byte ", position);
  }

 private:
  enum class State { kStart, kTop, kMetadataStart, kMetadata, kEntry, kItem, kDType, kShape, kOffsets };

  Where here() const {
    Where where = where_;
    if (!items.empty()) where.entry = items.back().name;
    return where;
  }
  bool expect(bool ok, std::string_view got) const {
    check<ValueError>(ok, here(), ": the header has ", got, " where the format has something else");
    return true;
  }
  void start_field(const std::string& key) {
    Item& item = items.back();
    bool seen = false;
    if (key == "dtype") {
      seen = item.dtype.has_value();
      state_ = State::kDType;
    } else if (key == "shape") {
      seen = std::exchange(item.shape, Shape{}).has_value();
      state_ = State::kShape;
    } else {
      check<ValueError>(key == "data_offsets", here(), ": expected dtype, shape and data_offsets, got ",
                        in_quotes(key));
      seen = !item.offsets.empty();
      state_ = State::kOffsets;
    }
    check<ValueError>(!seen, here(), ": '", key, "' occurs twice");
  }
  void set_dtype(const std::string& text) {
    for (const TypeName& type : kTypes)
      if (type.name == text) items.back().dtype = type.dtype;
    check<ValueError>(items.back().dtype.has_value(), here(), ": the dtype ", in_quotes(text),
                      " is not supported");
  }
  void complete_item() const {
    const Item& item = items.back();
    check<ValueError>(item.dtype && item.shape && item.offsets.size() == 2, here(),
                      ": expected dtype, shape and 2 data_offsets, got less");
  }

  FileInfo& info_;
  Where where_;
  State state_ = State::kStart;
  bool in_array_ = false;
  bool has_metadata_ = false;
  std::string metadata_key_;
};

// Proves that the contents follow each other without hole or overlap and end with the file.
void check_layout(std::vector<Item>& items, uint64_t content_bytes, uint64_t content_start, Where where) {
  std::ranges::sort(items, {}, &Item::offsets);
  uint64_t next = 0;
  for (const Item& item : items) {
    const uint64_t begin = item.offsets[0], end = item.offsets[1];
    where.entry = item.name;
    where.offset = content_start + next;
    check<ValueError>(begin == next, where, ": the content must start at data offset ", next, ", got ", begin,
                      begin > next ? " (a hole)" : " (an overlap)");
    check<ValueError>(end >= begin && end <= content_bytes, where, ": the content ends at data offset ", end,
                      ", the file has ", content_bytes, " bytes of content");
    const uint64_t expected = dense_bytes(*item.shape, *item.dtype, where);
    check<ValueError>(end - begin == expected, where, ": shape ", *item.shape, " of ", *item.dtype, " needs ",
                      expected, " bytes, data_offsets give ", end - begin);
    next = end;
  }
  where.entry = {};
  where.offset = content_start + next;
  check<ValueError>(next == content_bytes, where, ": the contents end here, ", content_bytes - next,
                    " bytes before the end of the file");
}

}  // namespace

std::string_view safetensors_name(DType dtype) {
  return kTypes[static_cast<size_t>(safetensors_rank(dtype))].name;
}

int safetensors_rank(DType dtype) {
  return static_cast<int>(std::ranges::find(kTypes, dtype, &TypeName::dtype) - kTypes.begin());
}

FileInfo parse_safetensors_header(Bytes file, Where where) {
  FileInfo info{"safetensors", file.size(), {}, {}};
  check<ValueError>(file.size() >= 8, where, ": expected 8 bytes for the length of the header, the file has ",
                    file.size());
  const auto header_bytes = load<uint64_t>(file, 0);
  check<ValueError>(header_bytes <= kLargestSafetensorsHeader, where, ": expected a header of at most ",
                    kLargestSafetensorsHeader, " bytes, got ", header_bytes);
  check<ValueError>(contains(file, 8, header_bytes), where, ": the header has ", header_bytes,
                    " bytes, the file only ", file.size());
  const std::string_view header = as_text(file.subspan(8, header_bytes));
  where.offset = 8;
  check<ValueError>(header.starts_with('{'), where, ": the header must start with '{'");

  HeaderHandler handler(info, where);
  json::sax_parse(header, &handler);
  const uint64_t content_start = 8 + header_bytes;
  check_layout(handler.items, file.size() - content_start, content_start, where);

  std::ranges::sort(handler.items, {}, &Item::name);
  for (Item& item : handler.items) {
    where.entry = item.name;
    where.offset = content_start + item.offsets[0];
    check<ValueError>(info.entries.empty() || info.entries.back().name != item.name, where,
                      ": the name occurs twice in the header");
    check<ValueError>(!info.metadata.contains(item.name) || info.metadata[item.name] != "Int4", where,
                      ": the dtype 'Int4' is not supported");
    info.entries.push_back({item.name, std::string(name(*item.dtype)), *item.shape,
                            item.offsets[1] - item.offsets[0], where.offset});
  }
  return info;
}

}  // namespace nucella::io
