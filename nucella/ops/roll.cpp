#include "nucella/ops/rules.h"

namespace nucella {
namespace {

Tensor rolled(const Tensor& x, int64_t shift, int axis) {
  const int64_t extent = x.shape()[axis];
  if (extent == 0) return x;
  const int64_t cut = ((-shift) % extent + extent) % extent;
  Shape begin = Shape::filled(axis + 1, 0), end(x.shape().begin(), x.shape().begin() + axis + 1);
  Shape middle = end;
  middle[axis] = cut;
  const Tensor head = ops::strided_slice(x, begin, middle);
  begin[axis] = cut;
  return ops::concat({ops::strided_slice(x, begin, end), head}, axis);
}

}  // namespace

extern constinit const OpDef roll_op{
    .doc =
        "`x` with its elements moved by `shifts[i]` along `dims[i]`, those that leave at the end "
        "coming back at the beginning. Without `dims` by one shift along all elements in row-major "
        "order.",
    .primitive = "Roll",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [shifts, dims] = unpack<Ints, Ints>(call.attrs);
          if (dims.empty()) {
            check<ValueError>(shifts.size() == 1, "roll: without 'dims' there must be one shift, got ",
                              shifts.size());
            call.out[0] = ops::reshape(rolled(ops::reshape(x, {-1}), shifts[0], 0), x.shape());
            return;
          }
          check<ValueError>(shifts.size() == dims.size(),
                            "roll: 'shifts' and 'dims' must have the same length, got ", shifts.size(),
                            " and ", dims.size());
          Tensor out = x;
          for (size_t i = 0; i < dims.size(); ++i)
            out = rolled(out, shifts[i], normalize_axis(dims[i], x.ndim(), "roll", "dims"));
          call.out[0] = out;
        },
    .samples =
        "f32[5]; (2,) | f32[2,3]; (1,) | f32[2,3]; (-1,), (1,) | f32[3,4]; (1, 2), (0, 1) | "
        "f32[0,3]; (1,), (0,) | f32[]; (1,) | !ValueError f32[2]; (1, 2) | !ValueError f32[2]; (1,), "
        "(0, 0)",
};

}  // namespace nucella
