// conv2d and its two gradients. The results of images lie channels last, which is what the next convolution
// wants.
#include "nucella/base/random.h"
#include "nucella/kernels/cpu/conv_gemm.h"
#include "nucella/kernels/cpu/image.h"
#include "nucella/kernels/cpu/layout.h"
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/onednn.h"

namespace nucella {
namespace {

using cpu::for_taps;
using cpu::Image;
using cpu::Index;
using cpu::Sums;
using cpu::onednn::Convolution;
using cpu::onednn::Operand;

Convolution convolution(const Call& call, const Shape& input, const Shape& weight) {
  return {conv_windows(call.attrs, input, weight), call.attrs[4].as<int64_t>()};
}

const char* unfit(const Call& call) {
  if (call.in[0].dtype() != float32) return "only float32";
  return call.in[0].size() == 0 || call.in[1].size() == 0 || call.out[0].size() == 0 ? "empty" : nullptr;
}

// Row-major or channels last; anything else is copied.
Tensor as_image(const Tensor& x) { return x.is_contiguous() ? x : cpu::to_channels_last(x); }

const char* conv2d_gemm(const Call& call) {
  const Tensor &x = call.in[0], &weight = call.in[1];
  if (call.in[2].defined()) return "with a bias";
  if (random_stream() == RandomStream::kR15) return "the stream of r1.5 goes with plain sums";
  const Convolution conv = convolution(call, x.shape(), weight.shape());
  if (const char* reason = cpu::unfit_for_forward_gemm(weight, x, conv.group)) return reason;
  if (call.out[0].size() == 0) return "empty";
  const Tensor out = cpu::empty_channels_last(call.out[0].shape(), float32);
  cpu::conv_forward_gemm(conv.windows, out, x, weight.contiguous());
  call.out[0] = out;
  return nullptr;
}

const char* conv2d_onednn(const Call& call) {
  if (const char* reason = unfit(call)) return reason;
  // Who asks for r1.5's numbers wants them to the last digit, and those come out of its order of summation
  // only.
  if (random_stream() == RandomStream::kR15) return "the stream of r1.5 goes with plain sums";
  const Tensor x = as_image(call.in[0]), weight = call.in[1].contiguous();
  const Tensor bias = call.in[2].defined() ? call.in[2].contiguous() : Tensor();
  const Tensor out = cpu::empty_channels_last(call.out[0].shape(), float32);
  cpu::onednn::conv_forward(convolution(call, x.shape(), weight.shape()), out, x, weight,
                            bias.defined() ? Operand(bias) : Operand());
  call.out[0] = out;
  return nullptr;
}

const char* conv2d_input_grad_onednn(const Call& call) {
  if (const char* reason = unfit(call)) return reason;
  const Tensor grad = as_image(call.in[0]), weight = call.in[1].contiguous();
  const Tensor out = cpu::empty_channels_last(call.out[0].shape(), float32);
  cpu::onednn::conv_input_grad(convolution(call, out.shape(), weight.shape()), out, grad, weight);
  call.out[0] = out;
  return nullptr;
}

const char* conv2d_weight_grad_onednn(const Call& call) {
  if (const char* reason = unfit(call)) return reason;
  const Tensor x = as_image(call.in[0]), grad = as_image(call.in[1]);
  const bool has_bias = call.attrs[6].as<bool>();
  const Tensor &dw = call.out[0], &db = call.out[1];
  cpu::onednn::conv_weight_grad(convolution(call, x.shape(), dw.shape()), dw,
                                has_bias ? Operand(db) : Operand(), x, grad);
  return nullptr;
}

const char* conv2d_weight_grad_gemm(const Call& call) {
  const Tensor &x = call.in[0], &grad = call.in[1], &dw = call.out[0];
  if (call.attrs[6].as<bool>()) return "with a bias";
  const Convolution conv = convolution(call, x.shape(), dw.shape());
  if (const char* reason = cpu::unfit_for_gemm(dw, grad, conv.group)) return reason;
  cpu::conv_weight_grad_gemm(conv.windows, dw, x, grad);
  return nullptr;
}

// Sums in the order (channel, ky, kx) from 0 in the compute type: the numbers that plain loops give.
template <class T>
void convolve(const Tensor& out, const Tensor& x, const Tensor& weight, const Tensor& bias,
              const Convolution& conv) {
  using C = cpu::compute_t<T>;
  const Image<T> to(out);
  const Image<const T> from(x), w(weight);
  const T* b = bias.defined() ? reinterpret_cast<const T*>(bias.raw_data_unchecked()) : nullptr;
  const int64_t outputs = weight.shape()[0], inputs = weight.shape()[1], per_group = outputs / conv.group;
  const Windows& win = conv.windows;
  parallel_for(0, out.shape()[0] * outputs, 1, [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane) {
      const int64_t n = plane / outputs, o = plane % outputs, c0 = o / per_group * inputs;
      for (int64_t y = 0; y < win[0].out; ++y)
        for (int64_t xx = 0; xx < win[1].out; ++xx) {
          C sum{};
          for (int64_t c = 0; c < inputs; ++c)
            for_taps(win[0], y, [&](int64_t ky, int64_t iy) {
              for_taps(win[1], xx, [&](int64_t kx, int64_t ix) {
                sum += static_cast<C>(from(n, c0 + c, iy, ix)) * static_cast<C>(w(o, c, ky, kx));
              });
            });
          if (b) sum += static_cast<C>(b[o * bias.strides()[0]]);
          to(n, o, y, xx) = static_cast<T>(sum);
        }
    }
  });
}

// Both gradients walk the products of the forward pass and add each to its place, in double.
template <class F>
void for_products(const Shape& grad, const Shape& weight, const Convolution& conv, F body) {
  const int64_t per_group = weight[0] / conv.group;
  for (int64_t n = 0; n < grad[0]; ++n)
    for (int64_t o = 0; o < grad[1]; ++o)
      for (int64_t c = 0; c < weight[1]; ++c)
        for (int64_t y = 0; y < grad[2]; ++y)
          for (int64_t x = 0; x < grad[3]; ++x)
            for_taps(conv.windows[0], y, [&](int64_t ky, int64_t iy) {
              for_taps(conv.windows[1], x, [&](int64_t kx, int64_t ix) {
                body({n, o, y, x}, {n, o / per_group * weight[1] + c, iy, ix}, {o, c, ky, kx});
              });
            });
}

const char* conv2d_ref(const Call& call) {
  const Tensor &x = call.in[0], &weight = call.in[1];
  const Tensor out = Tensor::empty(call.out[0].shape(), x.dtype());
  dispatch_floating(x.dtype(), "conv2d", [&]<class T>() {
    convolve<T>(out, x, weight, call.in[2], convolution(call, x.shape(), weight.shape()));
  });
  call.out[0] = out;
  return nullptr;
}

const char* conv2d_input_grad_ref(const Call& call) {
  const Tensor &grad = call.in[0], &weight = call.in[1];
  const Tensor out = Tensor::empty(call.out[0].shape(), grad.dtype());
  dispatch_floating(grad.dtype(), "conv2d_input_grad", [&]<class T>() {
    const Image<const T> g(grad), w(weight);
    Sums sums(out.shape());
    for_products(grad.shape(), weight.shape(), convolution(call, out.shape(), weight.shape()),
                 [&](const Index& y, const Index& x, const Index& k) {
                   sums.add(x, static_cast<double>(g[y]) * static_cast<double>(w[k]));
                 });
    sums.store<T>(out);
  });
  call.out[0] = out;
  return nullptr;
}

const char* conv2d_weight_grad_ref(const Call& call) {
  const Tensor &x = call.in[0], &grad = call.in[1], &dw = call.out[0], &db = call.out[1];
  const bool has_bias = call.attrs[6].as<bool>();
  dispatch_floating(x.dtype(), "conv2d_weight_grad", [&]<class T>() {
    const Image<const T> from(x), g(grad);
    Sums sums(dw.shape());
    for_products(grad.shape(), dw.shape(), convolution(call, x.shape(), dw.shape()),
                 [&](const Index& y, const Index& i, const Index& k) {
                   sums.add(k, static_cast<double>(g[y]) * static_cast<double>(from[i]));
                 });
    sums.store<T>(dw);
    if (!has_bias) return;
    const Shape& s = grad.shape();
    Sums bias_sums({s[1], 1, 1, 1});
    for (int64_t n = 0; n < s[0]; ++n)
      for (int64_t o = 0; o < s[1]; ++o)
        for (int64_t y = 0; y < s[2]; ++y)
          for (int64_t xx = 0; xx < s[3]; ++xx)
            bias_sums.add({o, 0, 0, 0}, static_cast<double>(g(n, o, y, xx)));
    bias_sums.store<T>(db);
  });
  return nullptr;
}

constexpr Kernel kForward[] = {{"gemm", conv2d_gemm}, {"onednn", conv2d_onednn}, {"ref", conv2d_ref}};
constexpr Kernel kInputGrad[] = {{"onednn", conv2d_input_grad_onednn}, {"ref", conv2d_input_grad_ref}};
constexpr Kernel kWeightGrad[] = {{"gemm", conv2d_weight_grad_gemm},
                                  {"onednn", conv2d_weight_grad_onednn},
                                  {"ref", conv2d_weight_grad_ref}};
}  // namespace

extern constinit const KernelList conv2d_cpu{kForward, true};
extern constinit const KernelList conv2d_input_grad_cpu{kInputGrad, true};
extern constinit const KernelList conv2d_weight_grad_cpu{kWeightGrad};

}  // namespace nucella
