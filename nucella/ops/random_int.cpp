#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef random_int_op{
    .doc =
        "Integers drawn evenly from [low, high). The same `seed` gives the same numbers, on any number of "
        "threads.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const Shape shape(call.attrs[0].as<Ints>());
          check<ValueError>(shape.is_static(), "random_int: 'shape' must hold extents >= 0, got ", shape);
          const auto& low = call.attrs[1].as<int64_t>();
          const auto& high = call.attrs[2].as<int64_t>();
          const DType dtype = call.attrs[4].as<DType>();
          check<ValueError>(low < high, "random_int: 'low' must be less than 'high', got ", low, " and ",
                            high);
          check<TypeError>(dtype != bool_, "random_int: 'dtype' must be a dtype of numbers, got Bool");
          out[0] = {dtype, shape};
        },
    .samples =
        "(); (2, 3), 0, 5 | (); (5,), -3, 2, 7, int32 | (); (4,), 0, 3, 1, float32 | (); (0, 3), 0, 1 | (); "
        "(), 0, 9 | !ValueError (); (-2,), 0, 1 | !ValueError (); (2,), 1, 1 | !TypeError (); (2,), 0, 1, 0, "
        "bool",
};

}  // namespace nucella
