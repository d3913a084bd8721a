#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef random_permutation_op{
    .doc =
        "The numbers 0, 1, ..., n - 1 in a random order. The same `seed` gives the same numbers, on any "
        "number of threads.",
    .infer =
        [](const Call& call, std::span<Meta> out) {
          const int64_t n = call.attrs[0].as<int64_t>();
          const DType dtype = call.attrs[2].as<DType>();
          check<ValueError>(n >= 0, "random_permutation: 'n' must not be negative, got ", n);
          check<TypeError>(dtype != bool_,
                           "random_permutation: 'dtype' must be a dtype of numbers, got Bool");
          out[0] = {dtype, {n}};
        },
    .samples =
        "(); 5 | (); 100, 7, int32 | (); 0 | (); 4, 1, float32 | !ValueError (); -1 | !TypeError (); 2, 0, "
        "bool",
};

}  // namespace nucella
