#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef movedim_op{
    .doc = "A view with the axes `source` at the positions `destination`; the others keep their order.",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [source, destination] = unpack<Ints, Ints>(call.attrs);
          check<ValueError>(source.size() == destination.size(),
                            "movedim: 'source' and 'destination' must be of one length, got ", source.size(),
                            " and ", destination.size());
          Shape perm = Shape::filled(x.ndim(), -1);
          unsigned moved = 0;
          for (size_t i = 0; i < source.size(); ++i) {
            const int from = normalize_axis(source[i], x.ndim(), "movedim", "source"),
                      to = normalize_axis(destination[i], x.ndim(), "movedim", "destination");
            check<ValueError>(!(moved >> from & 1u) && perm[to] < 0,
                              "movedim: 'source' and 'destination' must name every axis once, got ",
                              call.attrs[0], " and ", call.attrs[1]);
            moved |= 1u << from;
            perm[to] = from;
          }
          int next = 0;
          for (int64_t& axis : perm) {
            if (axis >= 0) continue;
            while (moved >> next & 1u) ++next;
            axis = next++;
          }
          call.out[0] = ops::transpose(x, perm);
        },
    .samples =
        "f32[2,3]; (0,), (1,) | f32[2,3,4]; (0, -1), (2, 0) | f32[2]; (), () | f32[0,3]; (0,), (1,) | "
        "!ValueError f32[2,2]; (0,), () | !ValueError f32[2,2]; (0, 0), (0, 1) | !ValueError f32[2]; (1,), "
        "(0,)",
};

}  // namespace nucella
