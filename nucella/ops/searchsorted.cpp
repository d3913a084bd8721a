#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef searchsorted_op{
    .doc =
        "Where each of `values` would be put into the rising numbers along the last axis of "
        "`sorted_sequence`: before its equals, or behind them if `right`. "
        "`sorted_sequence` is a vector, or agrees with `values` in all axes but the last.",
    .primitive = "SearchSorted",
    .infer =
        [](const Call &call, std::span<Meta> out) {
          const Tensor &sequence = call.in[0], &values = call.in[1];
          const DType dtype = call.attrs[1].as<DType>();
          check<TypeError>(sequence.dtype() == values.dtype() && values.dtype() != bool_,
                           "searchsorted: 'sorted_sequence' and 'values' must be numbers of one dtype, got ",
                           sequence.dtype(), " and ", values.dtype());
          check<TypeError>(dtype == int32 || dtype == int64,
                           "searchsorted: 'dtype' must be Int32 or Int64, got ", dtype);
          const Shape &a = sequence.shape(), &b = values.shape();
          check<ValueError>(
              a.ndim() == 1 ||
                  (a.ndim() > 1 && a.ndim() == b.ndim() && std::equal(a.begin(), a.end() - 1, b.begin())),
              "searchsorted: 'sorted_sequence' of shape ", a, " does not go with 'values' of shape ", b);
          out[0] = {dtype, b};
        },
    .samples =
        "f32[5], f32[2,3] | f32[2,5], f32[2,3]; True | i32[4], i32[]; False, int32 | f32[0], f32[2] | "
        "f32[2,0], f32[2,2] | f16[4], f16[3] | !ValueError f32[2,3], f32[3,3] | !ValueError f32[], f32[2] | "
        "!TypeError f32[2], i32[2] | !TypeError f32[2], f32[2]; False, float32",
};

}  // namespace nucella
