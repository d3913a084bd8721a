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

Windows conv_windows(Attrs attrs, const Shape& input, const Shape& weight) {
  const auto [stride, pad_mode, padding, dilation] = unpack<Ints, std::string, Ints, Ints>(attrs);
  Windows w;
  for (int i = 0; i < 2; ++i) {
    const size_t at = static_cast<size_t>(i);
    w[at] =
        place({input[2 + i], weight[2 + i], stride[at], dilation[at], padding[2 * at], padding[2 * at + 1]},
              pad_mode, false);
  }
  return w;
}

namespace {

Windows pool_windows(Attrs attrs, const Shape& input, std::array<int64_t, 2> dilation) {
  const auto [kernel, stride, pad_mode, padding, ceil_mode] =
      unpack<Ints, Ints, std::string, Ints, bool>(attrs);
  Windows w;
  for (int i = 0; i < 2; ++i) {
    const size_t at = static_cast<size_t>(i);
    w[at] = place({input[2 + i], kernel[at], stride[at], dilation[at], padding[2 * at], padding[2 * at + 1]},
                  pad_mode, ceil_mode);
  }
  return w;
}

}  // namespace

Windows pool_windows(Attrs attrs, const Shape& input) { return pool_windows(attrs, input, {1, 1}); }

Windows dilated_pool_windows(Attrs attrs, const Shape& input) {
  const Ints& dilation = attrs[5].as<Ints>();
  return pool_windows(attrs, input, {dilation[0], dilation[1]});
}

}  // namespace nucella
