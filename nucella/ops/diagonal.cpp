#include "nucella/ops/rules.h"

namespace nucella {

extern constinit const OpDef diagonal_op{
    .doc =
        "The diagonals of the matrices that the axes `dim1` and `dim2` make, `offset` above the main one, as "
        "a new last axis.",
    .primitive = "Diagonal",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const auto& [offset, dim1, dim2] = unpack<int64_t, int64_t, int64_t>(call.attrs);
          check<ValueError>(x.ndim() >= 2, "diagonal: expected at least two dimensions, got the shape ",
                            x.shape());
          const int first = normalize_axis(dim1, x.ndim(), "diagonal", "dim1"),
                    second = normalize_axis(dim2, x.ndim(), "diagonal", "dim2");
          check<ValueError>(first != second, "diagonal: 'dim1' and 'dim2' must be two axes, got ", first,
                            " twice");
          Shape order, lead;
          for (int i = 0; i < x.ndim(); ++i)
            if (i != first && i != second) {
              order.push_back(i);
              lead.push_back(x.shape()[i]);
            }
          order.push_back(first);
          order.push_back(second);
          const int64_t rows = x.shape()[first], columns = x.shape()[second];
          const int64_t count = std::max<int64_t>(
              0, offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns));
          // The diagonal of the flat matrix is every (columns + 1)-th element.
          const int64_t start = count == 0 ? 0 : offset >= 0 ? offset : -offset * columns;
          Shape flat = lead, begin = Shape::filled(lead.ndim(), 0), end = lead,
                step = Shape::filled(lead.ndim(), 1);
          flat.push_back(rows * columns);
          begin.push_back(start);
          end.push_back(count == 0 ? start : start + (count - 1) * (columns + 1) + 1);
          step.push_back(columns + 1);
          call.out[0] = ops::strided_slice(ops::reshape(ops::transpose(x, order), flat), begin, end, step);
        },
    .samples =
        "f32[3,3] | f32[2,4]; 1 | f32[4,2]; -1 | f32[2,3,4]; 0, 0, 2 | f32[2,3,3]; 1, -2, -1 | f32[2,2]; 5 | "
        "f32[0,3] | i32[2,2] | f16[2,2] | !ValueError f32[2] | !ValueError f32[2,2]; 0, 1, 1 | !ValueError "
        "f32[2,2]; 0, 0, 2",
};

}  // namespace nucella
