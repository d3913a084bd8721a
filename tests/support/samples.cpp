#include "tests/support/samples.h"

#include <charconv>

#include "nucella/op/signature.h"
#include "nucella/ops/callbacks.h"
#include "nucella/tensor/create.h"

namespace nucella::test {
namespace {

// Stands for callbacks, which samples cannot write: hands the gradients of the outputs to the first inputs.
struct PassThrough : BackwardCallback {
  Tensors backward(const Tensors& ins, const Tensors&, const Tensors& grads) override {
    Tensors out = grads;
    if (!ins.empty()) out.assign(ins.size(), Tensor());
    return out;
  }
};

DType sample_dtype(const std::string& text) {
  static const std::pair<const char*, DType> kShort[] = {
      {"bool", bool_},    {"i8", int8},     {"i16", int16},  {"i32", int32},  {"i64", int64},
      {"u8", uint8},      {"u16", uint16},  {"u32", uint32}, {"u64", uint64}, {"f16", float16},
      {"bf16", bfloat16}, {"f32", float32}, {"f64", float64}};
  for (const auto& [name, dtype] : kShort)
    if (text == name) return dtype;
  return dtype_from_name(text);
}

std::pair<double, double> default_range(DType dtype) {
  if (dtype == bool_) return {0, 1};
  if (is_floating(dtype)) return {-2, 2};
  return {is_signed_int(dtype) ? -5 : 0, 9};
}

// dtype[dims]{low..high}
SampleInput parse_input(const std::string& text) {
  SampleInput input;
  if (text == "none") return {.present = false, .shape = {}};
  const size_t open = text.find('['), close = text.find(']');
  check<ValueError>(open != std::string::npos && close != std::string::npos && open < close,
                    "sample: expected dtype[dims], got '", text, "'");
  input.dtype = sample_dtype(text.substr(0, open));
  for (const std::string& dim : split_top_level(text.substr(open + 1, close - open - 1), ','))
    if (!dim.empty()) input.shape.push_back(std::stoll(dim));
  std::tie(input.low, input.high) = default_range(input.dtype);
  if (close + 1 < text.size()) {
    const size_t dots = text.find("..");
    check<ValueError>(text[close + 1] == '{' && text.back() == '}' && dots != std::string::npos,
                      "sample: expected {low..high}, got '", text, "'");
    input.low = std::stod(text.substr(close + 2));
    input.high = std::stod(text.substr(dots + 2));
  }
  return input;
}

std::vector<Attr> parse_attrs(const OpEntry& entry, const std::string& text) {
  const std::vector<std::string> parts =
      text.empty() ? std::vector<std::string>{} : split_top_level(text, ',');
  std::vector<Attr> attrs;
  size_t next = 0;
  for (const Param& param : parse_signature(entry)) {
    if (!param.is_attr()) continue;
    if (param.kind == ParamKind::kCallback) {
      attrs.emplace_back(std::make_shared<PassThrough>());
    } else if (next < parts.size()) {
      attrs.push_back(parse_attr(param.kind, parts[next++]));
    } else {
      check<ValueError>(param.has_default(), "sample: '", param.name, "' is missing");
      attrs.push_back(parse_attr(param.kind, param.default_text));
    }
  }
  check<ValueError>(next == parts.size(), "sample: too many attributes");
  return attrs;
}

Sample parse_sample(const OpEntry& entry, const std::string& text) {
  Sample sample;
  sample.text = text;
  std::string rest = text;
  if (rest.starts_with("!")) {
    sample.error = rest.substr(1, rest.find(' ') - 1);
    rest = rest.substr(rest.find(' ') + 1);
  }
  const std::vector<std::string> halves = split_top_level(rest, ';');
  check<ValueError>(halves.size() <= 2, "sample: more than one ';'");
  if (halves[0] != "()")
    for (const std::string& input : split_top_level(halves[0], ','))
      sample.inputs.push_back(parse_input(input));
  sample.attrs = parse_attrs(entry, halves.size() == 2 ? halves[1] : "");
  return sample;
}

}  // namespace

std::vector<Sample> samples_of(const OpEntry& entry) {
  std::vector<Sample> samples;
  for (const std::string& text : split_top_level(entry.def->samples, '|')) {
    if (text.empty()) continue;
    try {
      samples.push_back(parse_sample(entry, text));
    } catch (const std::exception& e) {
      raise<ValueError>(entry.name, ", sample '", text, "': ", e.what());
    }
  }
  return samples;
}

bool has_floats(const Sample& sample) {
  for (const SampleInput& input : sample.inputs)
    if (input.present && is_floating(input.dtype)) return true;
  return false;
}

Sample with_floats(Sample sample, DType dtype) {
  for (SampleInput& input : sample.inputs)
    if (is_floating(input.dtype)) input.dtype = dtype;
  for (Attr& attr : sample.attrs)
    if (const DType* t = std::get_if<DType>(&attr.value()); t && is_floating(*t)) attr = dtype;
  return sample;
}

const char* name(Layout layout) {
  static constexpr const char* kNames[] = {"contiguous", "transposed", "sliced", "reversed"};
  return kNames[static_cast<int>(layout)];
}

Tensors make_inputs(const Sample& sample, unsigned seed) {
  std::mt19937 random(seed);
  Tensors inputs;
  for (const SampleInput& input : sample.inputs) {
    if (!input.present) {
      inputs.emplace_back();
      continue;
    }
    Tensor t = Tensor::empty(input.shape, input.dtype);
    dispatch(input.dtype, [&]<class T>() {
      T* p = t.mutable_data<T>();
      for (int64_t i = 0; i < t.size(); ++i) {
        if constexpr (is_floating(dtype_of<T>)) {
          p[i] = static_cast<T>(std::uniform_real_distribution<double>(input.low, input.high)(random));
        } else {
          p[i] = static_cast<T>(std::uniform_int_distribution<int64_t>(
              static_cast<int64_t>(input.low), static_cast<int64_t>(input.high))(random));
        }
      }
    });
    inputs.push_back(t);
  }
  return inputs;
}

Geometry geometry_of(const Shape& shape, Layout layout) {
  const int64_t size = shape.numel();
  Geometry g{contiguous_strides(shape), 0, size};
  if (layout == Layout::kTransposed) {
    int64_t step = 1;
    for (int i = 0; i < shape.ndim(); ++i) {
      g.strides[i] = step;
      step *= std::max<int64_t>(shape[i], 1);
    }
  } else if (layout == Layout::kSliced) {
    for (int64_t& s : g.strides) s *= 3;
    g.offset = 1;
    g.elements = 3 * size + 1;
  } else if (layout == Layout::kReversed) {
    g.offset = std::max<int64_t>(size - 1, 0);
    for (int64_t& s : g.strides) s = -s;
  }
  return g;
}

Tensor with_layout(const Tensor& t, Layout layout) {
  if (!t.defined()) return t;
  const Geometry g = geometry_of(t.shape(), layout);
  const Tensor out = zeros({g.elements}, t.dtype()).as_strided(t.shape(), g.strides, g.offset);
  out.copy_from(t);
  return out;
}

}  // namespace nucella::test
