#include "nucella/io/npy.h"

#include <array>
#include <charconv>

#include "nucella/io/unicode.h"

namespace nucella::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr uint32_t kLongestText = 10'000;  // as numpy.load has it; no array of ours needs more than 300
constexpr size_t kAlignment = 64;

struct TypeName {
  std::string_view descr;
  DType dtype;
};
constexpr std::array<TypeName, kDTypeCount + 1> kTypes = {{{"|b1", bool_},
                                                           {"|i1", int8},
                                                           {"<i2", int16},
                                                           {"<i4", int32},
                                                           {"<i8", int64},
                                                           {"|u1", uint8},
                                                           {"<u2", uint16},
                                                           {"<u4", uint32},
                                                           {"<u8", uint64},
                                                           {"<f2", float16},
                                                           {"<V2", bfloat16},
                                                           {"|V2", bfloat16},
                                                           {"<f4", float32},
                                                           {"<f8", float64}}};

// Reads the one kind of Python dict that a header may hold.
class HeaderText {
 public:
  HeaderText(std::string_view text, const Where& where) : text_(text), where_(where) {}

  NpyHeader parse() {
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted_text();
      expect(':');
      if (key == "descr" && descr_.data() == nullptr) {
        descr_ = quoted_text();
      } else if (key == "fortran_order" && !fortran_order_) {
        fortran_order_ = truth();
      } else {
        check<ValueError>(key == "shape" && !shape_, where_, ": unexpected ", in_quotes(key),
                          " in the npy header");
        shape_ = shape();
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    check<ValueError>(text_.empty(), where_, ": more text follows the dict of the npy header");
    check<ValueError>(descr_.data() != nullptr && fortran_order_ && shape_, where_,
                      ": the npy header needs 'descr', 'fortran_order' and 'shape'");
    return complete();
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \n\t\r"), text_.size())); }
  bool accept(char c) {
    skip_blanks();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    check<ValueError>(accept(c), where_, ": expected '", c, "' in the npy header before ",
                      in_quotes(text_.substr(0, 20)));
  }
  std::string_view quoted_text() {
    skip_blanks();
    const char quote = text_.starts_with('"') ? '"' : '\'';
    expect(quote);
    const size_t end = text_.find(quote);
    check<ValueError>(end != text_.npos, where_, ": a text in the npy header has no end");
    const std::string_view out = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return out;
  }
  bool truth() {
    skip_blanks();
    const bool value = text_.starts_with("True");
    check<ValueError>(value || text_.starts_with("False"), where_,
                      ": expected True or False in the npy header");
    text_.remove_prefix(value ? 4 : 5);
    return value;
  }
  Shape shape() {
    Shape out;
    expect('(');
    while (!accept(')')) {
      int64_t extent = -1;
      skip_blanks();
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      check<ValueError>(error == std::errc() && extent >= 0, where_,
                        ": expected extents >= 0 in the npy header, got ", in_quotes(text_.substr(0, 20)));
      check<ValueError>(out.ndim() < kMaxDims, where_, ": expected at most ", kMaxDims, " dims, got more");
      out.push_back(extent);
      text_.remove_prefix(static_cast<size_t>(end - text_.data()));
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return out;
  }
  NpyHeader complete() const {
    NpyHeader header{{}, *shape_, *fortran_order_, 0, {}};
    for (const TypeName& type : kTypes)
      if (type.descr == descr_) header.dtype = type.dtype;
    if (header.dtype) {
      header.content_bytes = dense_bytes(*shape_, *header.dtype, where_);
      return header;
    }
    uint32_t characters = 0;
    const bool is_text = descr_.starts_with("<U") &&
                         std::from_chars(descr_.data() + 2, descr_.data() + descr_.size(), characters).ptr ==
                             descr_.data() + descr_.size();
    check<ValueError>(is_text && shape_->empty(), where_, ": arrays of NumPy's type ", in_quotes(descr_),
                      " and shape ", *shape_, " are not supported");
    header.content_bytes = uint64_t{4} * characters;
    return header;
  }

  std::string_view text_;
  Where where_;
  std::string_view descr_;
  std::optional<bool> fortran_order_;
  std::optional<Shape> shape_;
};

// Appends what `stream` gives next to `out`.
void read_more(ByteStream& stream, std::string& out, size_t bytes) {
  stream.check_possible(bytes);
  out.resize(out.size() + bytes);
  stream.read(std::as_writable_bytes(std::span(out).last(bytes)));
}

std::string make_header(std::string_view descr, const Shape& shape) {
  std::string text = str("{'descr': '", descr, "', 'fortran_order': False, 'shape': ", shape, ", }");
  constexpr size_t kPrefix = kMagic.size() + 4;
  text.append(kAlignment - (kPrefix + text.size() + 1) % kAlignment, ' ');
  text += '\n';
  const auto length = static_cast<uint16_t>(text.size());
  return str(kMagic, '\1', '\0', as_text(std::as_bytes(std::span(&length, 1))), text);
}

}  // namespace

NpyHeader read_npy_header(ByteStream& stream, const Where& where) {
  std::string raw;
  read_more(stream, raw, kMagic.size() + 2);
  check<ValueError>(raw.starts_with(kMagic), where, ": not an npy array: it must start with \\x93NUMPY");
  const int version = static_cast<unsigned char>(raw[kMagic.size()]);
  check<ValueError>(version >= 1 && version <= 3 && raw.back() == '\0', where,
                    ": expected npy version 1.0, 2.0 or 3.0, got ", version, ".",
                    static_cast<int>(static_cast<unsigned char>(raw.back())));
  const size_t length_at = raw.size();
  read_more(stream, raw, version == 1 ? 2 : 4);
  const uint32_t length =
      version == 1 ? load<uint16_t>(as_bytes(raw), length_at) : load<uint32_t>(as_bytes(raw), length_at);
  check<ValueError>(length <= kLongestText, where, ": expected an npy header of at most ", kLongestText,
                    " bytes, got ", length);
  const size_t text_at = raw.size();
  read_more(stream, raw, length);
  NpyHeader header = HeaderText(std::string_view(raw).substr(text_at), where).parse();
  header.raw = std::move(raw);
  return header;
}

std::string make_npy_header(DType dtype, const Shape& shape) {
  return make_header(std::ranges::find(kTypes, dtype, &TypeName::dtype)->descr, shape);
}

std::string make_npy_text_header(size_t utf32_bytes) { return make_header(str("<U", utf32_bytes / 4), {}); }

}  // namespace nucella::io
