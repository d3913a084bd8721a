// Initializers: recipes that fill parameters, with MindSpore's names, defaults, formulas and random streams.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "nucella/base/random.h"
#include "nucella/tensor/tensor.h"

namespace nucella {

/// A recipe for the first value of a parameter. It holds no state: fill() gives the same numbers for the same
/// key.
class Initializer {
 public:
  virtual ~Initializer() = default;
  /// "Normal", "HeUniform", ...
  virtual std::string class_name() const = 0;
  /// Draws what fill() will need for a tensor of `shape`; an empty key when nothing is random. ValueError,
  /// before anything is drawn, when the recipe does not suit the shape.
  virtual RandomKey draw_key(const Shape& shape) const = 0;
  /// Writes every element of `out`, whatever its dtype and strides. `key` comes from draw_key(out.shape()).
  virtual void fill(const Tensor& out, const RandomKey& key) const = 0;
};
using InitializerPtr = std::shared_ptr<const Initializer>;

namespace init {

/// The initializer that a string names, with its default arguments ("normal", "HeUniform", "xavier_uniform",
/// ...; case does not matter). ValueError for an unknown name, TypeError for one that needs arguments.
InitializerPtr by_name(std::string_view name);

/// The two fans of a weight: (inputs, outputs) that one value connects to. ValueError below two dimensions.
struct Fans {
  double in = 0;
  double out = 0;
};
Fans fans(const Shape& shape);
/// Factor on the standard deviation that keeps the variance through `nonlinearity` ("relu", "tanh",
/// "leaky_relu" with its negative slope, "linear", "conv2d", ...). ValueError for an unknown one.
double calculate_gain(std::string_view nonlinearity, std::optional<double> negative_slope = {});

/// Base of the recipes that make float32 numbers in row-major order; other dtypes get them cast.
class FloatInitializer : public Initializer {
 public:
  void fill(const Tensor& out, const RandomKey& key) const final;

 protected:
  virtual void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const = 0;
};

/// All elements 0.
class Zero : public Initializer {
 public:
  std::string class_name() const override { return "Zero"; }
  RandomKey draw_key(const Shape&) const override { return {}; }
  void fill(const Tensor& out, const RandomKey& key) const override;
};

/// All elements `value`.
class Constant : public Initializer {
 public:
  explicit Constant(double value) : value_(value) {}
  std::string class_name() const override { return "Constant"; }
  RandomKey draw_key(const Shape&) const override { return {}; }
  void fill(const Tensor& out, const RandomKey& key) const override;

 private:
  double value_;
};

/// All elements 1.
class One : public Constant {
 public:
  One() : Constant(1) {}
  std::string class_name() const override { return "One"; }
};

/// N(mean, sigma). ValueError for sigma < 0.
class Normal : public FloatInitializer {
 public:
  explicit Normal(double sigma = 0.01, double mean = 0.0) : sigma_(sigma), mean_(mean) {}
  std::string class_name() const override { return "Normal"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double sigma_, mean_;
};

/// N(mean, sigma) cut to the absolute interval [a, b]. ValueError for sigma < 0, RuntimeError for sigma == 0.
class TruncatedNormal : public FloatInitializer {
 public:
  explicit TruncatedNormal(double sigma = 0.01, double mean = 0.0, double a = -2.0, double b = 2.0)
      : sigma_(sigma), mean_(mean), a_(a), b_(b) {}
  std::string class_name() const override { return "TruncatedNormal"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double sigma_, mean_, a_, b_;
};

/// U(-scale, scale).
class Uniform : public FloatInitializer {
 public:
  explicit Uniform(double scale = 0.07) : scale_(scale) {}
  std::string class_name() const override { return "Uniform"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double scale_;
};

/// U(-bound, bound) with bound = gain * sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, AISTATS 2010).
class XavierUniform : public FloatInitializer {
 public:
  explicit XavierUniform(double gain = 1) : gain_(gain) {}
  std::string class_name() const override { return "XavierUniform"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double gain_;
};

/// N(0, gain * sqrt(2 / (fan_in + fan_out))).
class XavierNormal : public FloatInitializer {
 public:
  explicit XavierNormal(double gain = 1) : gain_(gain) {}
  std::string class_name() const override { return "XavierNormal"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double gain_;
};

/// Common part of HeUniform and HeNormal (He et al., ICCV 2015): the deviation gain / sqrt(fan).
class He : public FloatInitializer {
 protected:
  He(std::optional<double> negative_slope, std::string mode, std::string nonlinearity)
      : negative_slope_(negative_slope), mode_(std::move(mode)), nonlinearity_(std::move(nonlinearity)) {}
  /// ValueError for a mode other than fan_in or fan_out, an unknown nonlinearity or a shape without fans.
  double deviation(const Shape& shape) const;

 private:
  std::optional<double> negative_slope_;
  std::string mode_, nonlinearity_;
};

/// U(-bound, bound) with bound = sqrt(3) * gain / sqrt(fan).
class HeUniform : public He {
 public:
  explicit HeUniform(std::optional<double> negative_slope = 0.0, std::string mode = "fan_in",
                     std::string nonlinearity = "leaky_relu")
      : He(negative_slope, std::move(mode), std::move(nonlinearity)) {}
  std::string class_name() const override { return "HeUniform"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;
};

/// N(0, gain / sqrt(fan)).
class HeNormal : public He {
 public:
  explicit HeNormal(std::optional<double> negative_slope = 0.0, std::string mode = "fan_in",
                    std::string nonlinearity = "leaky_relu")
      : He(negative_slope, std::move(mode), std::move(nonlinearity)) {}
  std::string class_name() const override { return "HeNormal"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;
};

/// Ones on the main diagonal of a matrix. ValueError unless 2-D.
class Identity : public FloatInitializer {
 public:
  std::string class_name() const override { return "Identity"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;
};

/// N(0, sigma) in a matrix whose columns each get ceil(sparsity * rows) zeros at random rows. ValueError
/// unless 2-D.
class Sparse : public FloatInitializer {
 public:
  explicit Sparse(double sparsity, double sigma = 0.01) : sparsity_(sparsity), sigma_(sigma) {}
  std::string class_name() const override { return "Sparse"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double sparsity_, sigma_;
};

/// A convolution kernel (3-D to 5-D) that hands its input channels through. ValueError for other shapes or
/// when the output channels are not divisible by `groups`.
class Dirac : public FloatInitializer {
 public:
  explicit Dirac(int64_t groups = 1) : groups_(groups) {}
  std::string class_name() const override { return "Dirac"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  int64_t groups_;
};

/// A (semi-)orthogonal matrix of (d0, the rest), times gain (Saxe et al., ICLR 2014). ValueError below two
/// dimensions.
class Orthogonal : public FloatInitializer {
 public:
  explicit Orthogonal(double gain = 1.0) : gain_(gain) {}
  std::string class_name() const override { return "Orthogonal"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double gain_;
};

/// Variance scale / n with n = fan_in, fan_out or their mean (mode "fan_avg"), drawn as "truncated_normal",
/// "untruncated_normal" or "uniform". ValueError for scale <= 0, another mode or distribution.
class VarianceScaling : public FloatInitializer {
 public:
  explicit VarianceScaling(double scale = 1.0, std::string mode = "fan_in",
                           std::string distribution = "truncated_normal");
  std::string class_name() const override { return "VarianceScaling"; }
  RandomKey draw_key(const Shape& shape) const override;

 protected:
  void generate(std::span<float> out, const Shape& shape, const RandomKey& key) const override;

 private:
  double scale_;
  std::string mode_, distribution_;
};

/// A recipe of one's own: `generate` writes the float32 elements in row-major order, with randomness from
/// `seed` alone.
InitializerPtr from_function(
    std::string class_name,
    std::function<void(std::span<float> out, const Shape& shape, uint64_t seed)> generate);

}  // namespace init
}  // namespace nucella
