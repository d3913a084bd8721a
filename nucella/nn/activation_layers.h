// Activations as layers, beyond the few that activation.h needs for itself.
#pragma once
#include "nucella/nn/layer_args.h"

namespace nucella::nn {

#define NUCELLA_ACTIVATION(Name)                                    \
  class Name : public CellOf<Name> {                                \
   public:                                                          \
    Name() = default;                                               \
    Name(Cell& owner, std::string_view name) { join(owner, name); } \
    Tensor construct(const Tensor& x);                              \
  };

/// min(max(x, 0), 6).
NUCELLA_ACTIVATION(ReLU6)
/// x * sigmoid(x).
NUCELLA_ACTIVATION(SiLU)
/// x * tanh(softplus(x)).
NUCELLA_ACTIVATION(Mish)
/// x * relu6(x + 3) / 6.
NUCELLA_ACTIVATION(HSwish)
/// relu6(x + 3) / 6.
NUCELLA_ACTIVATION(HSigmoid)
/// log(sigmoid(x)).
NUCELLA_ACTIVATION(LogSigmoid)
/// x / (1 + |x|).
NUCELLA_ACTIVATION(Softsign)
/// x - tanh(x).
NUCELLA_ACTIVATION(Tanhshrink)
/// x / (1 + exp(-1.702 |x|)) * exp(0.851 (x - |x|)).
NUCELLA_ACTIVATION(FastGelu)
/// Softmax over the channels of (C, H, W) or (N, C, H, W); ValueError for another rank.
NUCELLA_ACTIVATION(Softmax2d)

#undef NUCELLA_ACTIVATION

#define NUCELLA_ACTIVATION_OF(Name, Type, argument, fallback)                             \
  class Name : public CellOf<Name> {                                                      \
   public:                                                                                \
    explicit Name(Type argument = fallback) : argument##_(argument) {}                    \
    Name(Cell& owner, std::string_view name, Type argument = fallback) : Name(argument) { \
      join(owner, name);                                                                  \
    }                                                                                     \
    Tensor construct(const Tensor& x);                                                    \
    Type argument() const { return argument##_; }                                         \
                                                                                          \
   private:                                                                               \
    Type argument##_;                                                                     \
  };

/// x where it is positive, alpha * (exp(x) - 1) elsewhere.
NUCELLA_ACTIVATION_OF(ELU, double, alpha, 1.0)
/// max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0). ValueError for alpha 0 when called.
NUCELLA_ACTIVATION_OF(CELU, double, alpha, 1.0)
/// x * Phi(x), with `approximate` by tanh, as ops::gelu.
NUCELLA_ACTIVATION_OF(GELU, bool, approximate, true)
/// x where it is positive, alpha * x elsewhere.
NUCELLA_ACTIVATION_OF(LeakyReLU, double, alpha, 0.2)
/// x where |x| > lambd, 0 elsewhere.
NUCELLA_ACTIVATION_OF(HShrink, double, lambd, 0.5)
/// x brought nearer to 0 by lambd, at most to 0.
NUCELLA_ACTIVATION_OF(SoftShrink, double, lambd, 0.5)
/// log(softmax(x)) along `axis`.
NUCELLA_ACTIVATION_OF(LogSoftmax, int64_t, axis, -1)
/// softmax(-x) along `axis`.
NUCELLA_ACTIVATION_OF(Softmin, int64_t, axis, -1)
/// The first half along `axis` times the sigmoid of the second. ValueError for an odd extent.
NUCELLA_ACTIVATION_OF(GLU, int64_t, axis, -1)

#undef NUCELLA_ACTIVATION_OF

/// min(max(x, min_val), max_val).
class Hardtanh : public CellOf<Hardtanh> {
 public:
  /// ValueError unless min_val < max_val.
  explicit Hardtanh(double min_val = -1, double max_val = 1);
  Hardtanh(Cell& owner, std::string_view name, double min_val = -1, double max_val = 1);
  Tensor construct(const Tensor& x);

 private:
  double min_val_, max_val_;
};

/// x where it is above `threshold`, `value` elsewhere.
class Threshold : public CellOf<Threshold> {
 public:
  Threshold(double threshold, double value) : threshold_(threshold), value_(value) {}
  Threshold(Cell& owner, std::string_view name, double threshold, double value);
  Tensor construct(const Tensor& x);

 private:
  double threshold_, value_;
};

/// x where it is positive, w * x elsewhere (He et al., 2015), with a trained slope for each channel (axis 1)
/// or one for all.
class PReLU : public CellOf<PReLU> {
 public:
  /// `w`: the slopes at first. ValueError unless channel > 0 and `w` fits.
  explicit PReLU(int64_t channel = 1, const WeightInit& w = 0.25);
  PReLU(Cell& owner, std::string_view name, int64_t channel = 1, const WeightInit& w = 0.25);
  /// ValueError for other channels.
  Tensor construct(const Tensor& x);

 private:
  int64_t channel_;

 public:
  Parameter w;  ///< called "a" as long as the layer stands alone, as in MindSpore
};

}  // namespace nucella::nn
