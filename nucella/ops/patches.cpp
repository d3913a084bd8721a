#include "nucella/ops/patches.h"

namespace nucella::rules {

Patches::Patches(const Call& call, size_t first, int64_t height, int64_t width) : windows_(2) {
  const auto& [kernel, dilation, padding, stride] = unpack<Ints, Ints, Ints, Ints>(call.attrs.subspan(first));
  check_sizes(call, "kernel_size", kernel, 2, 1);
  check_sizes(call, "dilation", dilation, 2, 1);
  check_padding(call, "pad", padding, 2);
  check_sizes(call, "stride", stride, 2, 1);
  for (size_t i = 0; i < 2; ++i) {
    const auto [before, after] = padding_along(padding, i, 2);
    Window& w = windows_[i];
    w = {i == 0 ? height : width,
         along_axis(kernel, i),
         along_axis(stride, i),
         along_axis(dilation, i),
         before,
         after};
    const int64_t room = padded(i) - w.reach();
    check<ValueError>(room >= 0, entry_of(call.op).name, ": 'kernel_size' ", Attr(kernel),
                      " does not fit into padded images of ", height, " x ", width);
    w.out = room / w.stride + 1;
  }
}

Shape Patches::border(int64_t sign) const {
  const Window &h = windows_[0], &w = windows_[1];
  return {sign * w.before, sign * w.after, sign * h.before, sign * h.after};
}

Patches::Slice Patches::slice(int64_t tap, int64_t n, int64_t c) const {
  const Window &h = windows_[0], &w = windows_[1];
  const int64_t y = tap / w.kernel * h.dilation, x = tap % w.kernel * w.dilation;
  return {{0, 0, y, x},
          {n, c, y + (h.out - 1) * h.stride + 1, x + (w.out - 1) * w.stride + 1},
          {1, 1, h.stride, w.stride}};
}

}  // namespace nucella::rules
