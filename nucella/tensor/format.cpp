#include "nucella/tensor/format.h"

#include <cmath>
#include <cstdio>
#include <ostream>

#include "nucella/base/decimal.h"

namespace nucella {
namespace {

constexpr int kEdge = 3;  // elements shown at each end of an axis that is cut short
constexpr int64_t kManyElements = 1000;
constexpr size_t kLineWidth = 75;
constexpr int kPrecision = 8;

// What of a tensor is printed: the words of the elements shown, in row-major order of `shape`.
struct Shown {
  Shape shape;
  std::array<bool, kMaxDims> cut{};  // axes with only the ends in `shape`
  std::vector<std::string> words;
};

bool is_long(int64_t extent) { return extent > 2 * kEdge; }

// The elements to print, cut on the axes that `cut` names.
template <class T>
std::vector<T> pick(const Tensor& t, const std::array<bool, kMaxDims>& cut, Shape& shape) {
  shape = t.shape();
  for (int i = 0; i < t.ndim(); ++i)
    if (cut[i]) shape[i] = 2 * kEdge;
  std::vector<T> out(static_cast<size_t>(shape.numel()));
  const T* from = t.data<T>();
  for (size_t n = 0; n < out.size(); ++n) {
    int64_t rest = static_cast<int64_t>(n), at = 0;
    for (int i = t.ndim() - 1; i >= 0; --i) {
      const int64_t index = rest % shape[i];
      rest /= shape[i];
      at += (index < kEdge || !cut[i] ? index : index + t.shape()[i] - shape[i]) * t.strides()[i];
    }
    out[n] = from[at];
  }
  return out;
}

std::string printed(const char* format, double value, int width = 0, int precision = 6) {
  char text[400];
  const int size = std::snprintf(text, sizeof text, format, width, precision, value);
  return {text, static_cast<size_t>(size)};
}

std::string not_finite(double value) { return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf"; }

void pad_left(std::string& word, size_t width) {
  if (word.size() < width) word.insert(0, width - word.size(), ' ');
}

void align_right(std::vector<std::string>& words) {
  size_t width = 0;
  for (const std::string& w : words) width = std::max(width, w.size());
  for (std::string& w : words) pad_left(w, width);
}

// --- NumPy's float formatting
// ---------------------------------------------------------------------------------

// NumPy divides in the element type: the quotient may round, or overflow to infinity.
template <class T>
bool needs_exponents(const std::vector<T>& values) {
  double largest = 0, smallest = 0;
  for (T v : values) {
    const double magnitude = std::abs(static_cast<double>(v));
    if (!std::isfinite(magnitude) || magnitude == 0) continue;
    largest = std::max(largest, magnitude);
    smallest = smallest == 0 ? magnitude : std::min(smallest, magnitude);
  }
  if (largest == 0) return false;
  using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;
  const T ratio = static_cast<T>(static_cast<Wide>(largest) / static_cast<Wide>(smallest));
  return largest >= 1e8 || smallest < 0.0001 || static_cast<double>(ratio) > 1000;
}

// The shortest digits, but never more than kPrecision behind the point, and before the point the exact ones.
template <class T>
Decimal positional_digits(T value) {
  const Decimal digits = shortest_decimal(value);
  if (digits.fraction_size() > kPrecision) return rounded_positional(static_cast<double>(value), kPrecision);
  const bool ends_before_point = static_cast<int>(digits.digits.size()) < digits.exponent + 1;
  return ends_before_point ? rounded_positional(static_cast<double>(value), 0) : digits;
}

template <class T>
Decimal scientific_digits(T value) {
  Decimal digits = shortest_decimal(value);
  if (digits.digits.size() <= kPrecision + 1) return digits;
  digits = rounded_scientific(static_cast<double>(value), kPrecision);
  while (digits.digits.size() > 1 && digits.digits.back() == '0') digits.digits.pop_back();
  return digits;
}

// All numbers with as many digits as the longest needs; the further digits of the others are those of the
// exact value.
template <class T>
std::vector<std::string> scientific_words(const std::vector<T>& values) {
  size_t fraction = 0, exponent_size = 2;
  for (T v : values) {
    if (!std::isfinite(static_cast<double>(v))) continue;
    const Decimal digits = scientific_digits(v);
    fraction = std::max(fraction, digits.digits.size() - 1);
    if (std::abs(digits.exponent) >= 100) exponent_size = 3;
  }
  std::vector<std::string> words;
  for (T v : values) {
    const auto exact = static_cast<double>(v);
    if (!std::isfinite(exact)) {
      words.push_back(not_finite(exact));
      continue;
    }
    Decimal digits = shortest_decimal(v);
    if (digits.digits.size() != fraction + 1) digits = rounded_scientific(exact, static_cast<int>(fraction));
    words.push_back(digits.scientific(exponent_size));
  }
  return words;
}

// All decimal points below each other.
template <class T>
std::vector<std::string> positional_words(const std::vector<T>& values) {
  std::vector<std::string> words;
  size_t fraction = 0;
  for (T v : values) {
    const auto exact = static_cast<double>(v);
    words.push_back(std::isfinite(exact) ? positional_digits(v).positional() : not_finite(exact));
    if (std::isfinite(exact)) fraction = std::max(fraction, words.back().size() - words.back().find('.') - 1);
  }
  for (std::string& w : words)
    if (const size_t point = w.find('.'); point != w.npos) w.append(fraction - (w.size() - point - 1), ' ');
  return words;
}

template <class T>
std::string scalar_text(T value) {
  const auto exact = static_cast<double>(value);
  if (!std::isfinite(exact)) return not_finite(exact);
  const Decimal digits = shortest_decimal(value);
  const double magnitude = std::abs(exact);
  std::string text;
  if (magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16)) {
    text = digits.positional();
    return text.back() == '.' ? text + "0" : text;
  }
  text = digits.scientific();
  if (digits.digits.size() == 1) text.erase(text.find('.'), 1);
  return text;
}

template <class T>
std::vector<std::string> numpy_words(const std::vector<T>& values, bool scalar) {
  std::vector<std::string> words;
  if constexpr (std::is_same_v<T, BFloat16>) {
    for (T v : values) words.push_back(printed("%*.*f", static_cast<double>(v)));
    return words;
  } else if constexpr (std::is_same_v<T, bool>) {
    for (bool v : values) words.push_back(v ? scalar ? "True" : " True" : "False");
  } else if constexpr (is_floating(dtype_of<T>)) {
    if (scalar) return {scalar_text(values[0])};
    words = needs_exponents(values) ? scientific_words(values) : positional_words(values);
  } else {
    for (T v : values) words.push_back(std::to_string(v));
  }
  if (!scalar) align_right(words);
  return words;
}

// Joins words into nested, wrapped rows.
class NumpyRows {
 public:
  explicit NumpyRows(const Shown& shown) : shown_(shown) {}

  // The block that starts at element `first`; later lines are indented by `indent`.
  std::string block(int axis, size_t first, size_t indent, size_t width) const {
    const auto n = static_cast<size_t>(shown_.shape[axis]);
    const bool innermost = axis == shown_.shape.ndim() - 1;
    std::string out, line(innermost ? indent : 0, ' ');
    const size_t stride =
        static_cast<size_t>(Shape(shown_.shape.begin() + axis + 1, shown_.shape.end()).numel());
    const std::string gap(static_cast<size_t>(shown_.shape.ndim() - 1 - axis), '\n');
    for (size_t i = 0; i < n; ++i) {
      const bool skip = shown_.cut[axis] && i == kEdge, last = i + 1 == n;
      if (innermost) {
        if (skip) {
          extend(out, line, "...", indent, width - 1);
          line += ' ';
        }
        extend(out, line, shown_.words[first + i], indent, width - 1);
        if (!last) line += ' ';
      } else {
        const std::string blanks(indent, ' ');
        if (skip) out += blanks + "..." + gap;
        out += blanks + block(axis + 1, first + i * stride, indent + 1, width - 1);
        if (!last) out += gap;
      }
    }
    return "[" + (out + line).substr(indent) + "]";
  }

 private:
  static void extend(std::string& out, std::string& line, const std::string& word, size_t indent,
                     size_t width) {
    if (line.size() + word.size() > width && line.size() > indent) {
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
      line.assign(indent, ' ');
    }
    line += word;
  }

  const Shown& shown_;
};

// --- MindSpore's repr
// -------------------------------------------------------------------------------------------

template <class T>
std::vector<std::string> mindspore_words(const std::vector<T>& values, bool scalar) {
  std::vector<std::string> words;
  for (T v : values) {
    if constexpr (std::is_same_v<T, bool>) {
      words.push_back(v ? scalar ? "True" : " True" : "False");
    } else if constexpr (!is_floating(dtype_of<T>)) {
      words.push_back(std::to_string(v));
    } else if (scalar || std::is_same_v<T, BFloat16>) {
      words.push_back(printed("%*.*g", static_cast<double>(v)));
    } else if constexpr (std::is_same_v<T, Half>) {
      words.push_back(printed("%*.*e", static_cast<double>(v), 11, 4));
    } else {
      words.push_back(printed("%*.*e", static_cast<double>(v), 15, 8));
    }
  }
  if (!scalar) align_right(words);
  return words;
}

// Rows of words; a vector is broken into lines of `per_line`, with a break even after a full last line.
std::string mindspore_rows(const Shown& shown, int axis, size_t first, size_t per_line) {
  const auto n = static_cast<size_t>(shown.shape[axis]);
  const bool innermost = axis == shown.shape.ndim() - 1, vector = shown.shape.ndim() == 1;
  const size_t stride = static_cast<size_t>(Shape(shown.shape.begin() + axis + 1, shown.shape.end()).numel());
  const std::string next_row = "\n" + std::string(static_cast<size_t>(axis) + 1, ' ');
  std::string out = "[";
  for (size_t i = 0; i < n; ++i) {
    const bool skip = shown.cut[axis] && i == kEdge;
    if (innermost) {
      if (skip) out += " ... ";
      out += shown.words[first + i];
      if (i + 1 < n && !(shown.cut[axis] && i + 1 == kEdge)) out += ", ";
      if (vector && (i + 1) % per_line == 0) out += "\n ";
    } else {
      if (skip)
        out += "," + next_row + "..." + next_row;
      else if (i > 0)
        out += "," + next_row;
      out += mindspore_rows(shown, axis + 1, first + i * stride, per_line);
    }
  }
  return out + "]";
}

}  // namespace

std::string to_string(const Tensor& t) {
  if (!t.defined()) return "undefined";
  check<ValueError>(t.shape().is_static(), "Tensor.to_string: the shape ", t.shape(), " is not known yet");
  t.prepare("Tensor.to_string");
  if (t.size() == 0) return "[]";
  Shown shown;
  for (int i = 0; i < t.ndim(); ++i) shown.cut[i] = t.size() > kManyElements && is_long(t.shape()[i]);
  dispatch(t.dtype(),
           [&]<class T>() { shown.words = numpy_words(pick<T>(t, shown.cut, shown.shape), t.ndim() == 0); });
  return t.ndim() == 0 ? shown.words[0] : NumpyRows(shown).block(0, 0, 1, kLineWidth);
}

std::string repr(const Tensor& t) {
  if (!t.defined()) return "undefined";
  std::string out = "Tensor(shape=[";
  for (int i = 0; i < t.ndim(); ++i) out += str(i ? ", " : "", t.shape()[i]);
  out += str("], dtype=", t.dtype(), ", value=", t.ndim() < 2 ? ' ' : '\n');
  if (!t.shape().is_static() || t.size() == 0) return out + ")";
  t.prepare("Tensor.repr");
  Shown shown;
  for (int i = 0; i < t.ndim(); ++i)
    shown.cut[i] = is_long(t.shape()[i]) && (t.ndim() > 1 || t.size() > kManyElements);
  size_t per_line = 24;
  dispatch(t.dtype(), [&]<class T>() {
    shown.words = mindspore_words(pick<T>(t, shown.cut, shown.shape), t.ndim() == 0);
    if (std::is_same_v<T, bool> || (is_floating(dtype_of<T>) && !std::is_same_v<T, BFloat16>)) per_line = 12;
  });
  return out + (t.ndim() == 0 ? shown.words[0] : mindspore_rows(shown, 0, 0, per_line)) + ")";
}

std::ostream& operator<<(std::ostream& out, const Tensor& t) { return out << to_string(t); }

}  // namespace nucella
