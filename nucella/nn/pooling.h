// MaxPool1d to 3d, AvgPool1d to 3d and LPPool1d and 2d: pools under windows of one size.
#pragma once
#include <array>
#include <tuple>

#include "nucella/nn/layer_args.h"

namespace nucella::nn {

struct MaxPoolOptions {
  Extents stride = 1;
  std::string pad_mode = "valid";  ///< "valid", "same" or "pad", in either case
  Extents padding = 0;             ///< one number, or one for each axis; only with pad_mode "pad"
  Extents dilation = 1;            ///< distance of the taps; only with pad_mode "pad"
  bool return_indices = false;     ///< only with pad_mode "pad"
  bool ceil_mode = false;          ///< only with pad_mode "pad"
  std::string data_format = "NCHW";
};
using MaxPool2dOptions = MaxPoolOptions;

struct AvgPoolOptions {
  Extents stride = 1;
  std::string pad_mode = "valid";  ///< "valid", "same" or "pad", in either case
  Extents padding = 0;             ///< one number, or one for each axis; only with pad_mode "pad"
  bool ceil_mode = false;          ///< not with pad_mode "same"
  bool count_include_pad = true;
  int64_t divisor_override = 0;  ///< 0: the size of the window; not of signals
  std::string data_format = "NCHW";
};
using AvgPool2dOptions = AvgPoolOptions;

/// The checked sizes of a window and its repr.
struct PoolWindow {
  /// ValueError for sizes < 1, an unknown pad_mode, a data_format other than NCHW, or padding outside of
  /// pad_mode "pad"; TypeError for a wrong count of sizes: of signals these are single numbers. `who` goes
  /// into the texts.
  PoolWindow(std::string_view who, int axes, const Extents& kernel_size, const Extents& stride,
             const std::string& pad_mode, const Extents& padding, const std::string& data_format);

  int axes;
  Extents given_kernel_size, given_stride;
  std::vector<int64_t> kernel_size, stride, padding;  ///< padding: before and behind along each axis
  std::string pad_mode;                               ///< in lower case
};

/// A pool that also tells where its elements come from.
class IndexedPool : public Cell {
 public:
  /// The pool and, as int64, where each element came from, counted row by row through its image.
  std::tuple<Tensor, Tensor> pool_with_indices(const Tensor& x) { return pooled(x, true); }
  bool return_indices() const { return return_indices_; }

 protected:
  explicit IndexedPool(bool return_indices) : return_indices_(return_indices) {}
  /// RuntimeError with return_indices, when there are two results.
  Tensor pool(const Tensor& x);
  /// Without `with_indices` the second result may be undefined.
  virtual std::tuple<Tensor, Tensor> pooled(const Tensor& x, bool with_indices) = 0;

 private:
  bool return_indices_;
};

/// The largest value under a sliding window.
class MaxPool : public IndexedPool {
 public:
  std::string extend_repr() const override;
  const PoolWindow& window() const { return window_; }

 protected:
  /// As PoolWindow; ValueError as well for `dilation`, `return_indices` and `ceil_mode` outside of pad_mode
  /// "pad".
  MaxPool(std::string_view who, int axes, const Extents& kernel_size, const MaxPoolOptions& options);
  std::tuple<Tensor, Tensor> pooled(const Tensor& x, bool with_indices) override;

 private:
  PoolWindow window_;
  std::vector<int64_t> dilation_;
  bool ceil_mode_;
};

/// The mean under a sliding window.
class AvgPool : public Cell {
 public:
  std::string extend_repr() const override;
  const PoolWindow& window() const { return window_; }

 protected:
  /// As PoolWindow; ValueError as well for `ceil_mode` with pad_mode "same" and a negative divisor.
  AvgPool(std::string_view who, int axes, const Extents& kernel_size, const AvgPoolOptions& options);
  Tensor pool(const Tensor& x);

 private:
  PoolWindow window_;
  bool ceil_mode_, count_include_pad_;
  int64_t divisor_override_;
};

// The part of a pool's class that knows its construct: two results with return_indices.
#define NUCELLA_INDEXED_CONSTRUCT                                                         \
  static constexpr std::array kArguments{"x"};                                            \
  /** RuntimeError with return_indices: see pool_with_indices() and call(). */            \
  Tensor construct(const Tensor& x) { return pool(x); }                                   \
                                                                                          \
 protected:                                                                               \
  Value construct_values(const Values& inputs) override {                                 \
    if (!return_indices() || inputs.size() != 1) return CellOf::construct_values(inputs); \
    return pool_with_indices(inputs[0].as<Tensor>(class_name()));                         \
  }

#define NUCELLA_POOL(Name, Base, axes, Options, ...)                                        \
  class Name : public CellOf<Name, Base> {                                                  \
   public:                                                                                  \
    explicit Name(Extents kernel_size = 1, Options options = {})                            \
        : CellOf(#Name, axes, kernel_size, options) {}                                      \
    Name(Cell& owner, std::string_view name, Extents kernel_size = 1, Options options = {}) \
        : Name(std::move(kernel_size), std::move(options)) {                                \
      join(owner, name);                                                                    \
    }                                                                                       \
    __VA_ARGS__                                                                             \
  };
#define NUCELLA_AVG_CONSTRUCT                  \
  static constexpr std::array kArguments{"x"}; \
  Tensor construct(const Tensor& x) { return pool(x); }

/// Of (N, C, L) or (C, L).
NUCELLA_POOL(MaxPool1d, MaxPool, 1, MaxPoolOptions, NUCELLA_INDEXED_CONSTRUCT)
/// Of (N, C, H, W) or (C, H, W).
NUCELLA_POOL(MaxPool2d, MaxPool, 2, MaxPoolOptions, NUCELLA_INDEXED_CONSTRUCT)
/// Of (N, C, D, H, W) or (C, D, H, W).
NUCELLA_POOL(MaxPool3d, MaxPool, 3, MaxPoolOptions, NUCELLA_INDEXED_CONSTRUCT)
/// Of (N, C, L) or (C, L).
NUCELLA_POOL(AvgPool1d, AvgPool, 1, AvgPoolOptions, NUCELLA_AVG_CONSTRUCT)
/// Of (N, C, H, W) or (C, H, W).
NUCELLA_POOL(AvgPool2d, AvgPool, 2, AvgPoolOptions, NUCELLA_AVG_CONSTRUCT)
/// Of (N, C, D, H, W) or (C, D, H, W).
NUCELLA_POOL(AvgPool3d, AvgPool, 3, AvgPoolOptions, NUCELLA_AVG_CONSTRUCT)

#undef NUCELLA_POOL
#undef NUCELLA_AVG_CONSTRUCT

struct LPPoolOptions {
  Extents stride = 0;  ///< 0: kernel_size
  bool ceil_mode = false;
};

#define NUCELLA_LP_POOL(Name)                                                                          \
  class Name : public CellOf<Name> {                                                                   \
   public:                                                                                             \
    /** Arguments are checked by the op when it is called. */                                          \
    Name(double norm_type, Extents kernel_size, LPPoolOptions options = {})                            \
        : norm_type_(norm_type), kernel_size_(std::move(kernel_size)), options_(std::move(options)) {} \
    Name(Cell& owner, std::string_view name, double norm_type, Extents kernel_size,                    \
         LPPoolOptions options = {})                                                                   \
        : Name(norm_type, std::move(kernel_size), std::move(options)) {                                \
      join(owner, name);                                                                               \
    }                                                                                                  \
    static constexpr std::array kArguments{"x"};                                                       \
    Tensor construct(const Tensor& x);                                                                 \
                                                                                                       \
   private:                                                                                            \
    double norm_type_;                                                                                 \
    Extents kernel_size_;                                                                              \
    LPPoolOptions options_;                                                                            \
  };

/// The p-th root of the sum of p-th powers under a sliding window over (N, C, L) or (C, L).
NUCELLA_LP_POOL(LPPool1d)
/// The same over (N, C, H, W) or (C, H, W).
NUCELLA_LP_POOL(LPPool2d)

#undef NUCELLA_LP_POOL

}  // namespace nucella::nn
