#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef triu_op{
    .doc =
        "The matrices in the last two axes with zeros in place of what is not on or above the "
        "diagonal; `diagonal` 1 is the one above the main diagonal.",
    .primitive = "Triu",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          check<ValueError>(x.ndim() >= 2, "triu: expected a tensor of at least 2 dimensions, got shape ",
                            x.shape());
          const int64_t rows = x.shape()[x.ndim() - 2], columns = x.shape()[x.ndim() - 1];
          const auto diagonal = static_cast<double>(call.attrs[0].as<int64_t>());
          const Tensor row = ops::reshape(arange(diagonal, diagonal + static_cast<double>(rows)), {rows, 1});
          const Tensor kept = ops::greater_equal(arange(0, static_cast<double>(columns)), row);
          call.out[0] = ops::select(kept, x, zeros({}, x.dtype()));
        },
    .samples =
        "f32[3,3] | f32[2,4]; 1 | f32[4,2]; -1 | f32[2,3,3] | i32[3,3]; 9 | f32[0,3] | f32[3,0]; 2 | "
        "!ValueError f32[3]",
};

}  // namespace nucella
