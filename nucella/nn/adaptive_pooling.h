// Pools whose windows follow from the extents of the result (AdaptiveAvgPool, AdaptiveMaxPool,
// FractionalMaxPool), and MaxUnpool, which undoes a maximum pool.
#pragma once
#include <optional>

#include "nucella/nn/pooling.h"

namespace nucella::nn {

#define NUCELLA_ADAPTIVE_AVG_POOL(Name, axes)                                                      \
  class Name : public CellOf<Name> {                                                               \
   public:                                                                                         \
    /** One extent or one for each axis, -1 for that of the input. TypeError for a wrong count. */ \
    explicit Name(const Extents& output_size)                                                      \
        : output_size_(output_size.expand(axes, #Name, "output_size")) {}                          \
    Name(Cell& owner, std::string_view name, const Extents& output_size) : Name(output_size) {     \
      join(owner, name);                                                                           \
    }                                                                                              \
    static constexpr std::array kArguments{"x"};                                                   \
    Tensor construct(const Tensor& x);                                                             \
                                                                                                   \
   private:                                                                                        \
    std::vector<int64_t> output_size_;                                                             \
  };

/// Means over (N, C, L) or (C, L) so that `output_size` places come out.
NUCELLA_ADAPTIVE_AVG_POOL(AdaptiveAvgPool1d, 1)
/// Means over (N, C, H, W) or (C, H, W).
NUCELLA_ADAPTIVE_AVG_POOL(AdaptiveAvgPool2d, 2)
/// Means over (N, C, D, H, W) or (C, D, H, W).
NUCELLA_ADAPTIVE_AVG_POOL(AdaptiveAvgPool3d, 3)

#undef NUCELLA_ADAPTIVE_AVG_POOL

/// The largest elements under windows that follow from the extents of the result.
class AdaptiveMaxPool : public IndexedPool {
 protected:
  AdaptiveMaxPool(std::string_view who, int axes, const Extents& output_size, bool return_indices);
  std::tuple<Tensor, Tensor> pooled(const Tensor& x, bool with_indices) override;

 private:
  std::vector<int64_t> output_size_;
};

#define NUCELLA_ADAPTIVE_MAX_POOL(Name, axes)                                                         \
  class Name : public CellOf<Name, AdaptiveMaxPool> {                                                 \
   public:                                                                                            \
    /** One extent or one for each axis, -1 for that of the input. TypeError for a wrong count. */    \
    explicit Name(const Extents& output_size, bool return_indices = false)                            \
        : CellOf(#Name, axes, output_size, return_indices) {}                                         \
    Name(Cell& owner, std::string_view name, const Extents& output_size, bool return_indices = false) \
        : Name(output_size, return_indices) {                                                         \
      join(owner, name);                                                                              \
    }                                                                                                 \
    NUCELLA_INDEXED_CONSTRUCT                                                                         \
  };

NUCELLA_ADAPTIVE_MAX_POOL(AdaptiveMaxPool1d, 1)
NUCELLA_ADAPTIVE_MAX_POOL(AdaptiveMaxPool2d, 2)
NUCELLA_ADAPTIVE_MAX_POOL(AdaptiveMaxPool3d, 3)

#undef NUCELLA_ADAPTIVE_MAX_POOL

struct FractionalMaxPoolOptions {
  std::optional<Extents> output_size = {};
  std::vector<double> output_ratio = {};  ///< one for all axes or one for each, in (0, 1)
  bool return_indices = false;
  Tensor random_samples = {};  ///< (N, C, axes) in [0, 1); undefined: drawn anew with every call
};

/// The largest elements under windows at uneven distances (Graham, 2015).
class FractionalMaxPool : public IndexedPool {
 protected:
  /// ValueError unless one of output_size and output_ratio is given.
  FractionalMaxPool(std::string_view who, int axes, const Extents& kernel_size,
                    FractionalMaxPoolOptions options);
  std::tuple<Tensor, Tensor> pooled(const Tensor& x, bool with_indices) override;

 private:
  std::vector<int64_t> output_size(const Tensor& batch) const;

  int axes_;
  std::vector<int64_t> kernel_size_;
  FractionalMaxPoolOptions options_;
};

#define NUCELLA_FRACTIONAL_MAX_POOL(Name, axes)                                      \
  class Name : public CellOf<Name, FractionalMaxPool> {                              \
   public:                                                                           \
    explicit Name(const Extents& kernel_size, FractionalMaxPoolOptions options = {}) \
        : CellOf(#Name, axes, kernel_size, std::move(options)) {}                    \
    Name(Cell& owner, std::string_view name, const Extents& kernel_size,             \
         FractionalMaxPoolOptions options = {})                                      \
        : Name(kernel_size, std::move(options)) {                                    \
      join(owner, name);                                                             \
    }                                                                                \
    NUCELLA_INDEXED_CONSTRUCT                                                        \
  };

NUCELLA_FRACTIONAL_MAX_POOL(FractionalMaxPool2d, 2)
NUCELLA_FRACTIONAL_MAX_POOL(FractionalMaxPool3d, 3)

#undef NUCELLA_FRACTIONAL_MAX_POOL

struct MaxUnpoolOptions {
  Extents stride = 0;  ///< 0: kernel_size
  Extents padding = 0;
};

/// What the layers for single ranks share: elements go back to where a maximum pool found them, among zeros.
class MaxUnpool : public Cell {
 protected:
  /// ValueError for kernel sizes < 1 or a negative stride or padding.
  MaxUnpool(std::string_view who, int axes, const Extents& kernel_size, const MaxUnpoolOptions& options);
  Tensor unpool(const Tensor& x, const Tensor& indices, const Value& output_size);

 private:
  int axes_;
  std::vector<int64_t> kernel_size_, stride_, padding_;
};

#define NUCELLA_MAX_UNPOOL(Name, axes)                                                                     \
  class Name : public CellOf<Name, MaxUnpool> {                                                            \
   public:                                                                                                 \
    explicit Name(const Extents& kernel_size, const MaxUnpoolOptions& options = {})                        \
        : CellOf(#Name, axes, kernel_size, options) {}                                                     \
    Name(Cell& owner, std::string_view name, const Extents& kernel_size,                                   \
         const MaxUnpoolOptions& options = {})                                                             \
        : Name(kernel_size, options) {                                                                     \
      join(owner, name);                                                                                   \
    }                                                                                                      \
    static constexpr std::array kArguments{"x", "indices", "output_size"};                                 \
    /** `output_size`: None for the extents that a pool of this kernel, stride and padding would have had, \
     */                                                                                                    \
    /** else a tuple with those of the last axes, or of all. ValueError for another count. */              \
    Tensor construct(const Tensor& x, const Tensor& indices, const Value& output_size = {}) {              \
      return unpool(x, indices, output_size);                                                              \
    }                                                                                                      \
                                                                                                           \
   protected:                                                                                              \
    Value construct_values(const Values& inputs) override {                                                \
      Values all = inputs;                                                                                 \
      if (all.size() == 2) all.emplace_back();                                                             \
      return CellOf::construct_values(all);                                                                \
    }                                                                                                      \
    std::optional<ConstructSignature> construct_signature() const override {                               \
      return ConstructSignature{{kArguments.begin(), kArguments.end()}, 2};                                \
    }                                                                                                      \
  };

NUCELLA_MAX_UNPOOL(MaxUnpool1d, 1)
NUCELLA_MAX_UNPOOL(MaxUnpool2d, 2)
NUCELLA_MAX_UNPOOL(MaxUnpool3d, 3)

#undef NUCELLA_MAX_UNPOOL

/// The extents of the last axes of what a maximum pool of `kernel_size`, `stride` and `padding` made `x`
/// from, or those that `wanted` says, for all axes or the last ones. ValueError for a count that fits
/// neither.
std::vector<int64_t> unpooled_size(const Tensor& x, const std::vector<int64_t>& kernel_size,
                                   const std::vector<int64_t>& stride, const std::vector<int64_t>& padding,
                                   const std::vector<int64_t>& wanted, std::string_view who);

}  // namespace nucella::nn
