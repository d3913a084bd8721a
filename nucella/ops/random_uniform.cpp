#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef random_uniform_op{
    .doc =
        "Numbers drawn evenly from [low, high). The same `seed` gives the same numbers, on any number of "
        "threads.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Shape shape(call.attrs[0].as<Ints>());
          check<ValueError>(shape.is_static(), "random_uniform: 'shape' must hold extents >= 0, got ", shape);
          const DType dtype = call.attrs[4].as<DType>();
          check<TypeError>(is_floating(dtype), "random_uniform: 'dtype' must be a floating dtype, got ",
                           dtype);
          out[0] = {dtype, shape};
        },
    .samples =
        "(); (2, 3) | (); (5,), -1.0, 2.0, 7 | (); (1000,), 0.0, 1.0, 3, float64 | (); (9,), 0.0, 1.0, 3, "
        "float16 | (); (0, 3) | (); () | !ValueError (); (-2,) | !TypeError (); (2,), 0.0, 1.0, 0, int32",
};

}  // namespace nucella
