#include "nucella/ops/pools.h"

namespace nucella {
namespace {

// (N, C, places, taps): what lies in each window along an axis, from one sample (N, C, 1) for each plane.
Tensor fractional_candidates(const Tensor& sample, int64_t in, int64_t kernel, int64_t out) {
  const double room = static_cast<double>(in - kernel);
  const Tensor last = full({sample.shape()[0], sample.shape()[1], 1}, room, int64);
  Tensor begin = last;
  if (out > 1) {
    const Tensor step = rules::constant(room / static_cast<double>(out - 1), sample),
                 place = arange(0, static_cast<double>(out - 1), 1, sample.dtype());
    const Tensor ahead = ops::floor(ops::mul(ops::add(sample, place), step)),
                 shift = ops::floor(ops::mul(sample, step));
    begin = ops::concat({ops::cast(ops::sub(ahead, shift), int64), last}, 2);
  }
  return ops::add(ops::expand_dims(begin, -1), arange(0, static_cast<double>(kernel)));
}

}  // namespace

void rules::check_fractional(const Call& call) {
  const Tensor &x = call.in[0], &samples = call.in[1];
  const auto& [kernel, size] = unpack<Ints, Ints>(call.attrs);
  const std::string_view who = entry_of(call.op).name;
  check_floating(call, x, "x");
  check_same_dtype(call, "samples", samples, "x", x);
  check<ValueError>(x.ndim() == 4 || x.ndim() == 5, who, ": 'x' must have 4 or 5 dimensions, got shape ",
                    x.shape());
  const int axes = x.ndim() - 2;
  check_sizes(call, "kernel_size", kernel, axes, 1);
  check_sizes(call, "output_size", size, axes, 1);
  check_shape(call, "samples", samples.shape(), {x.shape()[0], x.shape()[1], axes});
  for (int i = 0; i < axes; ++i) {
    const auto at = static_cast<size_t>(i);
    check<ValueError>(along_axis(kernel, at) + along_axis(size, at) - 1 <= x.shape()[2 + i], who,
                      ": 'kernel_size' ", Attr(kernel), " and 'output_size' ", Attr(size),
                      " do not fit into 'x' of shape ", x.shape());
  }
}

extern constinit const OpDef fractional_max_pool_indices_op{
    .doc =
        "Where the elements that fractional_max_pool gives lie, counted row by row through the last axes of "
        "`x`: the first of the largest.",
    .compose =
        [](const Call& call) {
          rules::check_fractional(call);
          const Tensor &x = call.in[0], &samples = call.in[1];
          const auto& [kernel, size] = unpack<Ints, Ints>(call.attrs);
          const int axes = x.ndim() - 2;
          const int64_t n = x.shape()[0], c = x.shape()[1];
          Tensor table = zeros({n, c, 1, 1}, int64);
          Shape out{n, c};
          for (int i = 0; i < axes; ++i) {
            const int64_t in = x.shape()[2 + i], column = axes == 2 ? 1 - i : i;
            const Tensor sample = ops::strided_slice(samples, {0, 0, column}, {n, c, column + 1});
            out.push_back(along_axis(size, static_cast<size_t>(i)));
            const Tensor next =
                fractional_candidates(sample, in, along_axis(kernel, static_cast<size_t>(i)), out.back());
            const Shape &a = table.shape(), &b = next.shape();
            const Tensor rows = ops::mul(ops::reshape(table, {n, c, a[2], 1, a[3], 1}),
                                         scalar(static_cast<double>(in), int64));
            table = ops::reshape(ops::add(rows, ops::reshape(next, {n, c, 1, b[2], 1, b[3]})),
                                 {n, c, a[2] * b[2], a[3] * b[3]});
          }
          call.out[0] = ops::reshape(rules::index_of_largest(x, table, axes), out);
        },
    .samples =
        "f32[2,3,5,6], f32[2,3,2]{0..0.9}; (2,), (2, 3) | f32[1,2,5,5], f32[1,2,2]{0..0.9}; (2, 3), (1, 3) | "
        "f32[1,1,4,5,6], f32[1,1,3]{0..0.9}; (2,), (2,) | !ValueError f32[5,6], f32[2,3,2]; (2,), (2,) | "
        "!ValueError f32[1,1,5,6], f32[1,1,2]; (2,), (5,)",
};

}  // namespace nucella
