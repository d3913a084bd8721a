#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef flatten_op{
    .doc = "Joins the axes from `start_dim` to `end_dim` (both included) into one; a 0-d tensor becomes 1-d.",
    .primitive = "Flatten",
    .compose =
        [](const Call& call) {
          const Shape& from = call.in[0].shape();
          const auto [start_dim, end_dim] = unpack<int64_t, int64_t>(call.attrs);
          // The default start of 1 is meant for batches; on one axis there is nothing to join.
          const int64_t wanted = start_dim == 1 && from.ndim() < 2 ? 0 : start_dim;
          const int start = normalize_axis(wanted, from.ndim(), "flatten", "start_dim");
          const int end = normalize_axis(end_dim, from.ndim(), "flatten", "end_dim");
          check<ValueError>(start <= end, "flatten: 'start_dim' must not come after 'end_dim', got ",
                            start_dim, " and ", end_dim);
          Shape to(from.begin(), from.begin() + start);
          to.push_back(
              Shape(from.begin() + start, from.ndim() == 0 ? from.end() : from.begin() + end + 1).numel());
          for (int i = end + 1; i < from.ndim(); ++i) to.push_back(from[i]);
          call.out[0] = ops::reshape(call.in[0], to);
        },
    .samples =
        "f32[2,3,4]; 1, -1 | f32[2,3,4]; 0, 1 | f32[4]; 1, -1 | f32[]; 1, -1 | f32[0,3,2]; 1, -1 | "
        "!ValueError f32[2,3]; 1, 0 | !ValueError f32[2,3]; 2, -1",
};

}  // namespace nucella
