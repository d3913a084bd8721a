#include "nucella/op/window.h"

namespace nucella {
namespace {

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// 'same' pads as little as makes ceil(in / stride) places, the odd one at the end; 'valid' not at all.
Window place(Window w, std::string_view pad_mode, bool ceil_mode) {
  if (pad_mode == "same") {
    w.out = ceil_div(w.in, w.stride);
    const int64_t total = std::max<int64_t>((w.out - 1) * w.stride + w.reach() - w.in, 0);
    w.before = total / 2;
    w.after = total - w.before;
    return w;
  }
  if (pad_mode == "valid") w.before = w.after = 0;
  const int64_t room = w.in + w.before + w.after - w.reach();
  if (room < 0) return w;
  w.out = (ceil_mode ? ceil_div(room, w.stride) : room / w.stride) + 1;
  // The last place must begin on the input or on the padding in front of it.
  if (ceil_mode && (w.out - 1) * w.stride >= w.in + w.before) --w.out;
  return w;
}

}  // namespace

std::pair<int64_t, int64_t> padding_along(const Ints& padding, size_t axis, size_t axes) {
  if (padding.size() == 2 * axes) return {padding[2 * axis], padding[2 * axis + 1]};
  const int64_t both = along_axis(padding, axis);
  return {both, both};
}

Windows conv_windows(Attrs attrs, const Shape& input, const Shape& weight) {
  const auto& [stride, pad_mode, padding, dilation] = unpack<Ints, std::string, Ints, Ints>(attrs);
  Windows w(static_cast<size_t>(input.ndim() - 2));
  for (size_t i = 0; i < w.size(); ++i) {
    const auto [before, after] = padding_along(padding, i, w.size());
    const int at = static_cast<int>(i) + 2;
    w[i] = place({input[at], weight[at], along_axis(stride, i), along_axis(dilation, i), before, after},
                 pad_mode, false);
  }
  return w;
}

namespace {

Windows pool_windows(Attrs attrs, const Shape& input, const Ints& dilation) {
  const auto& [kernel, stride, pad_mode, padding, ceil_mode] =
      unpack<Ints, Ints, std::string, Ints, bool>(attrs);
  Windows w(static_cast<size_t>(input.ndim() - 2));
  for (size_t i = 0; i < w.size(); ++i) {
    const auto [before, after] = padding_along(padding, i, w.size());
    w[i] = place({input[static_cast<int>(i) + 2], along_axis(kernel, i), along_axis(stride, i),
                  along_axis(dilation, i), before, after},
                 pad_mode, ceil_mode);
  }
  return w;
}

}  // namespace

Windows pool_windows(Attrs attrs, const Shape& input) { return pool_windows(attrs, input, {1}); }

Windows dilated_pool_windows(Attrs attrs, const Shape& input) {
  return pool_windows(attrs, input, attrs[5].as<Ints>());
}

}  // namespace nucella
