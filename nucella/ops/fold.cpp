#include "nucella/ops/patches.h"

namespace nucella {

extern constinit const OpDef fold_op{
    .doc =
        "Images (N, C, *output_size) as the sum of the patches in the columns of `x` (N, C kh kw, places) or "
        "(N, C, kh kw, places): the adjoint of unfold, not its inverse, as patches may overlap.",
    .primitive = "Col2Im",
    .compose =
        [](const Call& call) {
          const Tensor& x = call.in[0];
          const Ints& size = call.attrs[0].as<Ints>();
          check<ValueError>(size.size() == 2 && size[0] > 0 && size[1] > 0,
                            "fold: 'output_size' must be two positive numbers, got ", Attr(size));
          const rules::Patches patches(call, 1, size[0], size[1]);
          const Shape& s = x.shape();
          check<ValueError>(s.ndim() == 3 || s.ndim() == 4,
                            "fold: 'x' must have 3 or 4 dimensions, got shape ", s);
          const int64_t channels = s.ndim() == 4 ? s[1] : s[1] / patches.taps();
          const Shape columns{s[0], channels, patches.taps(), patches.places()};
          check<ValueError>(s == columns || s == Shape{s[0], channels * patches.taps(), patches.places()},
                            "fold: 'x' must hold ", patches.places(), " columns of a multiple of ",
                            patches.taps(), " elements, got shape ", s);
          const Tensor taps = ops::reshape(x, columns);
          const Shape padded{s[0], channels, patches.padded(0), patches.padded(1)};
          Tensor sum;
          for (int64_t tap = 0; tap < patches.taps(); ++tap) {
            const auto [begin, end, step] = patches.slice(tap, s[0], channels);
            const Tensor one = ops::strided_slice(taps, {0, 0, tap}, {s[0], channels, tap + 1});
            const Tensor image = ops::reshape(one, {s[0], channels, patches.rows(), patches.columns()});
            const Tensor part = ops::strided_slice_grad(image, padded, begin, end, step);
            sum = sum.defined() ? ops::add(sum, part) : part;
          }
          call.out[0] = ops::pad(sum, patches.border(-1));
        },
    .samples =
        "f32[2,18,9]; (4, 5), (2, 3) | f32[1,2,4,6]; (5, 5), (2,), (2, 1), (1, 0), (2,) | f32[1,9,9]; (3, "
        "3), (3,), (1,), (1,) | f32[0,8,9]; (4, 4), (2,) | !ValueError f32[1,9,8]; (3, 3), (3,), (1,), (1,) "
        "| "
        "!ValueError f32[1,7,4]; (3, 3), (2,) | !ValueError f32[9,4]; (3, 3), (2,) | !ValueError f32[1,4,4]; "
        "(3,), (2,)",
};

}  // namespace nucella
