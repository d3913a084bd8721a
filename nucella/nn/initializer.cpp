#include "nucella/nn/initializer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "nucella/base/parallel.h"
#include "nucella/base/random_fill.h"
#include "nucella/nn/orthogonal.h"

namespace nucella::init {
namespace {

using Kind = RandomKey::Kind;
constexpr int64_t kGrain = 1 << 15;

/// Keys for n elements. Under 2.x each is one Philox seed; r1.5 took the numbers themselves from NumPy's
/// generator.
RandomKey draw_uniform_key(int64_t n) {
  if (random_stream() == RandomStream::kV2) return nucella::draw_key(Kind::kPhilox);
  return nucella::draw_key(Kind::kNumpy, [n](NumpyRandom& r) { r.skip(2 * static_cast<uint64_t>(n)); });
}
RandomKey draw_gaussian_key(int64_t n) {
  if (random_stream() == RandomStream::kV2) return nucella::draw_key(Kind::kPhilox);
  return nucella::draw_key(Kind::kNumpy, [n](NumpyRandom& r) {
    for (int64_t i = 0; i < n; ++i) r.gauss();  // rejects as it goes: only a dry run tells how far
  });
}

void check_sigma(double sigma, std::string_view who) {
  check<ValueError>(sigma >= 0, who, ": 'sigma' must not be negative, got ", sigma);
}

double mean_fan_bound(const Shape& shape, double gain, double numerator) {
  const Fans f = fans(shape);
  return gain * std::sqrt(numerator / (f.in + f.out));
}

/// Numbers to integers as C does (towards zero), but defined for every value.
template <class T>
T convert(float value) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    constexpr float kLow = static_cast<float>(std::numeric_limits<int64_t>::min());
    return static_cast<T>(value >= kLow && value < -kLow ? static_cast<int64_t>(value) : 0);
  } else {
    return static_cast<T>(value);
  }
}

/// Writes `value` to all elements.
void fill_constant(const Tensor& out, double value) {
  if (!out.is_dense()) {
    const Tensor whole = Tensor::empty(out.shape(), out.dtype());
    fill_constant(whole, value);
    return out.copy_from(whole);
  }
  dispatch(out.dtype(), [&]<class T>() {
    T* p = out.mutable_data<T>();
    const T v = static_cast<T>(value);
    parallel_for(0, out.size(), kGrain,
                 [&](int64_t first, int64_t last) { std::fill(p + first, p + last, v); });
  });
  out.mark_written();
}

struct Alias {
  std::string_view name;
  InitializerPtr (*make)();
};
template <class T>
InitializerPtr make() {
  return std::make_shared<const T>();
}
constexpr std::array kAliases = {
    Alias{"zero", make<Zero>},
    Alias{"zeros", make<Zero>},
    Alias{"one", make<One>},
    Alias{"ones", make<One>},
    Alias{"normal", make<Normal>},
    Alias{"truncatednormal", make<TruncatedNormal>},
    Alias{"uniform", make<Uniform>},
    Alias{"xavieruniform", make<XavierUniform>},
    Alias{"xavier_uniform", make<XavierUniform>},
    Alias{"xaviernormal", make<XavierNormal>},
    Alias{"xavier_normal", make<XavierNormal>},
    Alias{"heuniform", make<HeUniform>},
    Alias{"he_uniform", make<HeUniform>},
    Alias{"henormal", make<HeNormal>},
    Alias{"he_normal", make<HeNormal>},
    Alias{"identity", make<Identity>},
    Alias{"dirac", make<Dirac>},
    Alias{"orthogonal", make<Orthogonal>},
    Alias{"variancescaling", make<VarianceScaling>},
};

class FromFunction : public FloatInitializer {
 public:
  using Generate = std::function<void(std::span<float>, const Shape&, uint64_t)>;
  FromFunction(std::string class_name, Generate generate)
      : class_name_(std::move(class_name)), generate_(std::move(generate)) {}
  std::string class_name() const override { return class_name_; }
  RandomKey draw_key(const Shape&) const override { return nucella::draw_key(Kind::kPhilox); }

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override {
    generate_(out, shape, key.seed);
  }

 private:
  std::string class_name_;
  Generate generate_;
};

}  // namespace

InitializerPtr by_name(std::string_view name) {
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  check<TypeError>(lower != "sparse",
                   "initializer: 'Sparse' needs the argument 'sparsity': use an object, not its name");
  for (const Alias& alias : kAliases)
    if (alias.name == lower) return alias.make();
  raise<ValueError>("initializer: unknown name '", name, "'");
}

InitializerPtr from_function(std::string class_name, FromFunction::Generate generate) {
  return std::make_shared<const FromFunction>(std::move(class_name), std::move(generate));
}

Fans fans(const Shape& shape) {
  check<ValueError>(shape.ndim() >= 2,
                    "initializer: fan_in and fan_out need a shape of at least 2 dimensions, got ", shape);
  double field = 1;
  for (int i = 2; i < shape.ndim(); ++i) field *= static_cast<double>(shape[i]);
  return {static_cast<double>(shape[1]) * field, static_cast<double>(shape[0]) * field};
}

double calculate_gain(std::string_view nonlinearity, std::optional<double> negative_slope) {
  constexpr std::string_view kLinear[] = {"linear",           "conv1d",           "conv2d",
                                          "conv3d",           "conv_transpose1d", "conv_transpose2d",
                                          "conv_transpose3d", "sigmoid"};
  if (std::ranges::find(kLinear, nonlinearity) != std::end(kLinear)) return 1;
  if (nonlinearity == "tanh") return 5.0 / 3;
  if (nonlinearity == "relu") return std::sqrt(2.0);
  if (nonlinearity == "leaky_relu") {
    const double slope = negative_slope.value_or(0.01);
    return std::sqrt(2.0 / (1 + slope * slope));
  }
  raise<ValueError>(
      "calculate_gain: 'nonlinearity' must be a linear or convolution name, 'sigmoid', 'tanh', 'relu' or ",
      "'leaky_relu', got '", nonlinearity, "'");
}

void FloatInitializer::fill(const Tensor& out, const RandomKey& key) const {
  if (out.dtype() == float32 && out.is_contiguous()) {
    generate({out.mutable_data<float>(), static_cast<size_t>(out.size())}, out.shape(), key);
    return out.mark_written();
  }
  const Tensor values = Tensor::empty(out.shape(), float32);
  fill(values, key);
  const Tensor cast = Tensor::empty(out.shape(), out.dtype());
  dispatch(out.dtype(), [&]<class T>() {
    const float* from = values.data<float>();
    T* to = cast.mutable_data<T>();
    parallel_for(0, out.size(), kGrain, [&](int64_t first, int64_t last) {
      std::transform(from + first, from + last, to + first, convert<T>);
    });
  });
  out.copy_from(cast);
}

void Zero::fill(const Tensor& out, const RandomKey&) const { fill_constant(out, 0); }
void Constant::fill(const Tensor& out, const RandomKey&) const { fill_constant(out, value_); }

RandomKey Normal::draw_key(const Shape&) const {
  check_sigma(sigma_, "Normal");
  return nucella::draw_key(random_stream() == RandomStream::kV2 ? Kind::kPhilox : Kind::kChained);
}
void Normal::generate(std::span<float> out, const Shape&, const RandomKey& key) const {
  fill_normal(key, out, mean_, sigma_);
}

RandomKey TruncatedNormal::draw_key(const Shape& shape) const {
  check_sigma(sigma_, "TruncatedNormal");
  check<RuntimeError>(sigma_ != 0, "TruncatedNormal: 'sigma' must be greater than 0, got 0");
  return draw_uniform_key(shape.numel());
}
void TruncatedNormal::generate(std::span<float> out, const Shape&, const RandomKey& key) const {
  fill_truncated_normal(key, out, mean_, sigma_, a_, b_);
}

RandomKey Uniform::draw_key(const Shape& shape) const { return draw_uniform_key(shape.numel()); }
void Uniform::generate(std::span<float> out, const Shape&, const RandomKey& key) const {
  fill_uniform(key, out, -scale_, scale_);
}

RandomKey XavierUniform::draw_key(const Shape& shape) const {
  fans(shape);
  return draw_uniform_key(shape.numel());
}
void XavierUniform::generate(std::span<float> out, const Shape& shape, const RandomKey& key) const {
  const double bound = mean_fan_bound(shape, gain_, 6);
  fill_uniform(key, out, -bound, bound);
}

RandomKey XavierNormal::draw_key(const Shape& shape) const {
  check_sigma(mean_fan_bound(shape, gain_, 2), "XavierNormal");
  return draw_gaussian_key(shape.numel());
}
void XavierNormal::generate(std::span<float> out, const Shape& shape, const RandomKey& key) const {
  fill_normal(key, out, 0, mean_fan_bound(shape, gain_, 2));
}

double He::deviation(const Shape& shape) const {
  std::string mode = mode_;
  for (char& c : mode) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  check<ValueError>(mode == "fan_in" || mode == "fan_out", class_name(),
                    ": 'mode' must be 'fan_in' or 'fan_out', got '", mode_, "'");
  const Fans f = fans(shape);
  return calculate_gain(nonlinearity_, negative_slope_) / std::sqrt(mode == "fan_in" ? f.in : f.out);
}

RandomKey HeUniform::draw_key(const Shape& shape) const {
  deviation(shape);
  return draw_uniform_key(shape.numel());
}
void HeUniform::generate(std::span<float> out, const Shape& shape, const RandomKey& key) const {
  const double bound = std::sqrt(3.0) * deviation(shape);
  fill_uniform(key, out, -bound, bound);
}

RandomKey HeNormal::draw_key(const Shape& shape) const {
  deviation(shape);
  return draw_gaussian_key(shape.numel());
}
void HeNormal::generate(std::span<float> out, const Shape& shape, const RandomKey& key) const {
  fill_normal(key, out, 0, deviation(shape));
}

RandomKey Identity::draw_key(const Shape& shape) const {
  check<ValueError>(shape.ndim() == 2, "Identity: the shape must have 2 dimensions, got ", shape);
  return {};
}
void Identity::generate(std::span<float> out, const Shape& shape, const RandomKey&) const {
  std::ranges::fill(out, 0.0f);
  for (int64_t i = 0; i < std::min(shape[0], shape[1]); ++i) out[static_cast<size_t>(i * shape[1] + i)] = 1;
}

RandomKey Sparse::draw_key(const Shape& shape) const {
  check<ValueError>(shape.ndim() == 2, "Sparse: the shape must have 2 dimensions, got ", shape);
  check_sigma(sigma_, "Sparse");
  const bool v2 = random_stream() == RandomStream::kV2;
  return nucella::draw_key(v2 ? Kind::kPhilox : Kind::kNumpy, [&](NumpyRandom& r) {
    for (int64_t i = 0; !v2 && i < shape.numel(); ++i) r.gauss();
    for (int64_t column = 0; column < shape[1]; ++column) r.permutation(shape[0]);
  });
}
void Sparse::generate(std::span<float> out, const Shape& shape, const RandomKey& key) const {
  fill_normal(key, out, 0, sigma_);
  NumpyRandom random = key.numpy();
  for (size_t i = 0; key.kind == Kind::kNumpy && i < out.size(); ++i) random.gauss();
  const int64_t rows = shape[0], columns = shape[1];
  const auto zeros =
      std::clamp<int64_t>(static_cast<int64_t>(std::ceil(sparsity_ * static_cast<double>(rows))), 0, rows);
  for (int64_t column = 0; column < columns; ++column) {
    const std::vector<int64_t> order = random.permutation(rows);
    for (int64_t i = 0; i < zeros; ++i)
      out[static_cast<size_t>(order[static_cast<size_t>(i)] * columns + column)] = 0;
  }
}

RandomKey Dirac::draw_key(const Shape& shape) const {
  check<ValueError>(shape.ndim() >= 3 && shape.ndim() <= 5,
                    "Dirac: the shape must have 3, 4 or 5 dimensions, got ", shape);
  check<ValueError>(groups_ > 0 && shape[0] % groups_ == 0,
                    "Dirac: the first extent must be divisible by 'groups' = ", groups_, ", got ", shape[0]);
  return {};
}
void Dirac::generate(std::span<float> out, const Shape& shape, const RandomKey&) const {
  std::ranges::fill(out, 0.0f);
  const Shape strides = contiguous_strides(shape);
  int64_t centre = 0;
  for (int i = 2; i < shape.ndim(); ++i) centre += shape[i] / 2 * strides[i];
  const int64_t per_group = shape[0] / groups_;
  for (int64_t group = 0; group < groups_; ++group)
    for (int64_t d = 0; d < std::min(per_group, shape[1]); ++d)
      out[static_cast<size_t>((group * per_group + d) * strides[0] + d * strides[1] + centre)] = 1;
}

RandomKey Orthogonal::draw_key(const Shape& shape) const {
  check<ValueError>(shape.ndim() >= 2, "Orthogonal: the shape must have at least 2 dimensions, got ", shape);
  return draw_gaussian_key(shape.numel());
}
void Orthogonal::generate(std::span<float> out, const Shape& shape, const RandomKey& key) const {
  fill_normal(key, out, 0, 1);
  orthogonalize(out, shape[0]);
  for (float& value : out) value = static_cast<float>(static_cast<double>(value) * gain_);
}

VarianceScaling::VarianceScaling(double scale, std::string mode, std::string distribution)
    : scale_(scale), mode_(std::move(mode)), distribution_(std::move(distribution)) {
  check<ValueError>(scale_ > 0, "VarianceScaling: 'scale' must be greater than 0, got ", scale_);
  check<ValueError>(mode_ == "fan_in" || mode_ == "fan_out" || mode_ == "fan_avg",
                    "VarianceScaling: 'mode' must be 'fan_in', 'fan_out' or 'fan_avg', got '", mode_, "'");
  check<ValueError>(
      distribution_ == "uniform" || distribution_ == "truncated_normal" ||
          distribution_ == "untruncated_normal",
      "VarianceScaling: 'distribution' must be 'uniform', 'truncated_normal' or 'untruncated_normal', got '",
      distribution_, "'");
}

RandomKey VarianceScaling::draw_key(const Shape& shape) const {
  fans(shape);
  return distribution_ == "untruncated_normal" ? draw_gaussian_key(shape.numel())
                                               : draw_uniform_key(shape.numel());
}
void VarianceScaling::generate(std::span<float> out, const Shape& shape, const RandomKey& key) const {
  const Fans f = fans(shape);
  const double n = mode_ == "fan_in" ? f.in : mode_ == "fan_out" ? f.out : (f.in + f.out) / 2;
  const double variance = scale_ / std::max(1.0, n);
  if (distribution_ == "untruncated_normal") return fill_normal(key, out, 0, std::sqrt(variance));
  // MindSpore 2.x compares the name 'truncated_normal' with another spelling, and takes the uniform
  // distribution.
  if (distribution_ == "uniform" || (distribution_ == "truncated_normal" && key.kind == Kind::kPhilox)) {
    const double bound = std::sqrt(3.0 * variance);
    return fill_uniform(key, out, -bound, bound);
  }
  // The standard deviation that is left of N(0, 1) after cutting it to [-2, 2].
  constexpr double kCutDeviation = 0.87962566103423978;
  fill_truncated_normal(key, out, 0, std::sqrt(variance) / kCutDeviation, -2, 2);
}

}  // namespace nucella::init
