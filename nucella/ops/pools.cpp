#include "nucella/ops/pools.h"

namespace nucella::rules {
namespace {

// The axes before the last `axes` ones, and one for all of these.
Shape flattened(const Shape& shape, int axes) {
  Shape out(shape.begin(), shape.end() - axes);
  out.push_back(Shape(shape.end() - axes, shape.end()).numel());
  return out;
}

}  // namespace

Ints sizes_of(const Ints& sizes, size_t first, size_t count) {
  Ints out;
  for (size_t i = first; i < first + count; ++i) out.push_back(along_axis(sizes, i));
  return out;
}

Ints padding_of(const Ints& padding, size_t first, size_t count, size_t axes) {
  Ints out;
  for (size_t i = first; i < first + count; ++i) {
    const auto [before, after] = padding_along(padding, i, axes);
    out.insert(out.end(), {before, after});
  }
  return out;
}

Tensor lp_pool(const Call& call, int axes) {
  const auto& [p, kernel, stride, ceil_mode] = unpack<double, Ints, Ints, bool>(call.attrs);
  const bool one = call.in[0].ndim() == axes + 1;  // a sample without its batch
  const Tensor x = one ? ops::expand_dims(call.in[0], 0) : call.in[0];
  const Attr pool[] = {kernel, stride.empty() ? kernel : stride, "pad", Ints{0}, ceil_mode};
  const Call mean{call.op, call.in, pool, {}};
  check_floating(call, x, "x");
  pool_shape(mean, x.shape(), axes);
  check<ValueError>(p != 0, entry_of(call.op).name, ": 'norm_type' must not be 0");
  int64_t count = 1;
  for (const Window& w : pool_windows(pool, x.shape())) count *= w.kernel;
  const Tensor powers = ops::pow(x, constant(p, x));
  const Ints &size = pool[0].as<Ints>(), &step = pool[1].as<Ints>();
  const Tensor means = axes == 1 ? ops::avg_pool1d(powers, size, step, "pad", {0}, ceil_mode)
                                 : ops::avg_pool2d(powers, size, step, "pad", {0}, ceil_mode);
  const Tensor sums = ops::mul(means, constant(static_cast<double>(count), x));
  const Tensor roots = ops::pow(sums, constant(1 / p, x));
  return one ? ops::squeeze(roots, {0}) : roots;
}

Tensor take_from_planes(const Tensor& x, const Tensor& indices, int axes) {
  const Tensor taken = ops::gather_elements(ops::reshape(x, flattened(x.shape(), axes)), -1,
                                            ops::reshape(indices, flattened(indices.shape(), axes)));
  return ops::reshape(taken, indices.shape());
}

Tensor index_of_largest(const Tensor& x, const Tensor& table, int axes) {
  const Tensor flat = ops::reshape(table, flattened(table.shape(), 2));
  const Tensor values = ops::gather_elements(ops::reshape(x, flattened(x.shape(), axes)), -1, flat);
  const Tensor at = ops::argmax(ops::reshape(values, table.shape()), -1, int64);
  return ops::squeeze(ops::gather_elements(table, -1, ops::expand_dims(at, -1)), {-1});
}

Shape adaptive_output(const Call& call) {
  const Tensor& x = call.in[0];
  const Ints& size = call.attrs[0].as<Ints>();
  const auto axes = static_cast<int>(size.size());
  const std::string_view who = entry_of(call.op).name;
  check_floating(call, x, "x");
  check<ValueError>(axes >= 1 && axes <= 3, who, ": 'output_size' must hold one to three numbers, got ",
                    Attr(size));
  check<ValueError>(x.ndim() == axes + 1 || x.ndim() == axes + 2, who, ": 'x' must have ", axes + 1, " or ",
                    axes + 2, " dimensions, got shape ", x.shape());
  Shape out;
  for (int i = 0; i < axes; ++i) {
    const int64_t wanted = size[static_cast<size_t>(i)], in = x.shape()[x.ndim() - axes + i];
    check<ValueError>(wanted > 0 || wanted == -1, who, ": 'output_size' must be positive, got ", Attr(size));
    check<ValueError>(in > 0, who, ": 'x' must not be empty along its last axes, got shape ", x.shape());
    out.push_back(wanted == -1 ? in : wanted);
  }
  return out;
}

}  // namespace nucella::rules
