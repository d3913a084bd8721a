#include "nucella/nn/adaptive_pooling.h"

#include "nucella/base/random_fill.h"
#include "nucella/nn/batch_axis.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"

namespace nucella::nn {

Tensor AdaptiveAvgPool1d::construct(const Tensor& x) { return ops::adaptive_avg_pool(x, output_size_); }
Tensor AdaptiveAvgPool2d::construct(const Tensor& x) { return ops::adaptive_avg_pool(x, output_size_); }
Tensor AdaptiveAvgPool3d::construct(const Tensor& x) { return ops::adaptive_avg_pool(x, output_size_); }

AdaptiveMaxPool::AdaptiveMaxPool(std::string_view who, int axes, const Extents& output_size,
                                 bool return_indices)
    : IndexedPool(return_indices),
      output_size_(output_size.expand(static_cast<size_t>(axes), who, "output_size")) {}

std::tuple<Tensor, Tensor> AdaptiveMaxPool::pooled(const Tensor& x, bool with_indices) {
  const Tensor values = ops::adaptive_max_pool(x, output_size_);
  if (!with_indices) return {values, Tensor()};
  const Tensor places = ops::adaptive_max_pool_indices(x, output_size_);
  // MindSpore counts the elements of volumes in int32.
  return {values, output_size_.size() == 3 ? ops::cast(places, int32) : places};
}

FractionalMaxPool::FractionalMaxPool(std::string_view who, int axes, const Extents& kernel_size,
                                     FractionalMaxPoolOptions options)
    : IndexedPool(options.return_indices),
      axes_(axes),
      kernel_size_(kernel_size.check_least(1, who, "kernel_size")
                       .expand(static_cast<size_t>(axes), who, "kernel_size")),
      options_(std::move(options)) {
  check<ValueError>(options_.output_size.has_value() == options_.output_ratio.empty(), "For '", who,
                    "', one of 'output_size' and 'output_ratio' must be given, and not both");
  if (options_.output_size)
    options_.output_size = options_.output_size->check_least(1, who, "output_size")
                               .expand(static_cast<size_t>(axes), who, "output_size");
  const std::vector<double>& ratio = options_.output_ratio;
  check<ValueError>(ratio.size() <= 1 || ratio.size() == static_cast<size_t>(axes), "For '", who,
                    "', 'output_ratio' must be a number or hold ", axes, " numbers, got ", ratio.size());
  for (double r : ratio)
    check<ValueError>(r > 0 && r < 1, "For '", who, "', 'output_ratio' must be in (0, 1), got ", r);
}

Ints FractionalMaxPool::output_size(const Tensor& batch) const {
  if (options_.output_size) return options_.output_size->values();
  Ints size;
  for (int i = 0; i < axes_; ++i) {
    const std::vector<double>& ratio = options_.output_ratio;
    const double r = ratio[ratio.size() == 1 ? 0 : static_cast<size_t>(i)];
    size.push_back(static_cast<int64_t>(static_cast<double>(batch.shape()[2 + i]) * r));
  }
  return size;
}

std::tuple<Tensor, Tensor> FractionalMaxPool::pooled(const Tensor& x, bool with_indices) {
  const bool one = x.ndim() == axes_ + 1;
  const Tensor batch = one ? ops::expand_dims(x, 0) : x;
  check<ValueError>(batch.ndim() == axes_ + 2, "For '", class_name(), "', the input must have ", axes_ + 1,
                    " or ", axes_ + 2, " dimensions, got the shape ", x.shape());
  Tensor samples = options_.random_samples;
  if (!samples.defined()) {
    samples = Tensor::empty({batch.shape()[0], batch.shape()[1], axes_}, float32);
    const RandomKey key{.seed = draw_op_seed(), .kind = RandomKey::Kind::kPhilox};
    fill_uniform(key, {samples.mutable_data<float>(), static_cast<size_t>(samples.size())}, 0, 1);
  }
  samples = ops::cast(samples, batch.dtype());
  const Ints size = output_size(batch);
  const auto unbatched = [&](const Tensor& y) { return one ? ops::squeeze(y, {0}) : y; };
  const Tensor values = ops::fractional_max_pool(batch, samples, kernel_size_, size);
  return {unbatched(values),
          with_indices ? unbatched(ops::fractional_max_pool_indices(batch, samples, kernel_size_, size))
                       : Tensor()};
}

MaxUnpool::MaxUnpool(std::string_view who, int axes, const Extents& kernel_size,
                     const MaxUnpoolOptions& options)
    : axes_(axes),
      kernel_size_(kernel_size.check_least(1, who, "kernel_size")
                       .expand(static_cast<size_t>(axes), who, "kernel_size")),
      stride_(options.stride.check_least(0, who, "stride").expand(static_cast<size_t>(axes), who, "stride")),
      padding_(
          options.padding.check_least(0, who, "padding").expand(static_cast<size_t>(axes), who, "padding")) {}

Tensor MaxUnpool::unpool(const Tensor& x, const Tensor& indices, const Value& output_size) {
  const std::string who = class_name();
  Ints wanted;
  if (!output_size.is_none())
    for (const Value& extent : output_size.as<Values>(who)) wanted.push_back(extent.as<int64_t>(who));
  check<ValueError>(x.ndim() == axes_ + 1 || x.ndim() == axes_ + 2, "For '", who, "', the input must have ",
                    axes_ + 1, " or ", axes_ + 2, " dimensions, got the shape ", x.shape());
  return ops::max_unpool(x, indices, unpooled_size(x, kernel_size_, stride_, padding_, wanted, who));
}

Ints unpooled_size(const Tensor& x, const Ints& kernel_size, const Ints& stride, const Ints& padding,
                   const Ints& wanted, std::string_view who) {
  const size_t axes = kernel_size.size(), ndim = static_cast<size_t>(x.ndim());
  if (!wanted.empty()) {
    check<ValueError>(wanted.size() == axes || wanted.size() == ndim, "For '", who,
                      "', 'output_size' must hold ", axes, " or ", ndim, " numbers, got ", wanted.size());
    return Ints(wanted.end() - static_cast<std::ptrdiff_t>(axes), wanted.end());
  }
  Ints size;
  for (size_t i = 0; i < axes; ++i) {
    const int64_t in = x.shape()[static_cast<int>(ndim - axes + i)],
                  step = stride[i] == 0 ? kernel_size[i] : stride[i];
    size.push_back((in - 1) * step - 2 * padding[i] + kernel_size[i]);
  }
  return size;
}

}  // namespace nucella::nn
