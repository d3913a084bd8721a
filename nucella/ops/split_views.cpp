#include <numeric>

#include "nucella/ops/rules.h"

namespace nucella {
namespace {

int split_axis(const Call& call) {
  return normalize_axis(call.attrs[1].as<int64_t>(), call.in[0].ndim(), "split_views");
}

void infer(const Call& call, std::span<Meta> out) {
  const Ints& sizes = call.attrs[0].as<Ints>();
  const Tensor& x = call.in[0];
  const int axis = split_axis(call);
  check<ValueError>(std::ranges::all_of(sizes, [](int64_t n) { return n >= 0; }) &&
                        std::accumulate(sizes.begin(), sizes.end(), int64_t{0}) == x.shape()[axis],
                    "split_views: 'sizes' must be non-negative and sum to the extent ", x.shape()[axis],
                    " of the axis, got ", Shape(sizes));
  for (size_t i = 0; i < sizes.size(); ++i) {
    Shape shape = x.shape();
    shape[axis] = sizes[i];
    out[i] = {x.dtype(), shape};
  }
}

}  // namespace

extern constinit const OpDef split_views_op{
    .doc = "The stretches of `sizes` elements that `x` has along `axis`, one behind the other, as views.",
    .infer = infer,
    .vjp =
        [](const Call& call, std::span<const Tensor> g) {
          return Tensors{ops::concat(rules::defined_grads(call, g), call.attrs[1].as<int64_t>())};
        },
    .saves = kSavesNone,
    .count_outputs = [](const Call& call) { return static_cast<int>(call.attrs[0].as<Ints>().size()); },
    .samples =
        "f32[2,6]; (1, 2, 3) | f32[5,3]; (4, 1), 0 | i32[4]; (0, 4) | f32[2,0]; (0, 0), 1 | !ValueError "
        "f32[2,6]; (1, 2) | !ValueError f32[2,6]; (7, -1) | !ValueError f32[2,6]; (2,), 2",
};

}  // namespace nucella
