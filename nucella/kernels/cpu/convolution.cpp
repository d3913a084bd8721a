// Convolutions over two or three axes and their two gradients. The results of images lie channels last, which
// is what the next convolution wants.
#include "nucella/base/random.h"
#include "nucella/kernels/cpu/conv_gemm.h"
#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/layout.h"
#include "nucella/kernels/cpu/loops.h"
#include "nucella/kernels/cpu/onednn.h"
#include "nucella/kernels/cpu/volume.h"

namespace nucella {
namespace {

using cpu::for_taps;
using cpu::Index;
using cpu::Sums;
using cpu::Volume;
using cpu::onednn::Convolution;
using cpu::onednn::Operand;
// Depth, height and width.
using Place = std::array<int64_t, 3>;

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

const char* conv_onednn(const Call& call) {
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

const char* conv_input_grad_onednn(const Call& call) {
  if (const char* reason = unfit(call)) return reason;
  const Tensor grad = as_image(call.in[0]), weight = call.in[1].contiguous();
  const Tensor out = cpu::empty_channels_last(call.out[0].shape(), float32);
  cpu::onednn::conv_input_grad(convolution(call, out.shape(), weight.shape()), out, grad, weight);
  call.out[0] = out;
  return nullptr;
}

const char* conv_weight_grad_onednn(const Call& call) {
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

// Calls `body(kernel index, input index)` with the last three indices of each for the taps at place (z, y,
// x).
template <class F>
void for_taps_at(const Windows& w, const Place& place, F body) {
  for_taps(w[0], place[0], [&](int64_t kz, int64_t iz) {
    for_taps(w[1], place[1], [&](int64_t ky, int64_t iy) {
      for_taps(w[2], place[2], [&](int64_t kx, int64_t ix) { body(Place{kz, ky, kx}, Place{iz, iy, ix}); });
    });
  });
}

// Calls `body({z, y, x})` for every place of the windows, in order.
template <class F>
void for_places(const Windows& w, F body) {
  for (int64_t z = 0; z < w[0].out; ++z)
    for (int64_t y = 0; y < w[1].out; ++y)
      for (int64_t x = 0; x < w[2].out; ++x) body(Place{z, y, x});
}

Index at(int64_t n, int64_t c, const Place& p) { return {n, c, p[0], p[1], p[2]}; }

// Sums in the order (channel, kz, ky, kx) from 0 in the compute type: the numbers that plain loops give.
template <class T>
void convolve(const Tensor& out, const Tensor& x, const Tensor& weight, const Tensor& bias,
              const Convolution& conv) {
  using C = cpu::compute_t<T>;
  const Volume<T> to(out);
  const Volume<const T> from(x), w(weight);
  const T* b = bias.defined() ? reinterpret_cast<const T*>(bias.raw_data_unchecked()) : nullptr;
  const int64_t outputs = weight.shape()[0], inputs = weight.shape()[1], per_group = outputs / conv.group;
  const Windows windows = cpu::with_depth(conv.windows);
  parallel_for(0, out.shape()[0] * outputs, 1, [&](int64_t first, int64_t last) {
    for (int64_t plane = first; plane < last; ++plane) {
      const int64_t n = plane / outputs, o = plane % outputs, c0 = o / per_group * inputs;
      for_places(windows, [&](const Place& place) {
        C sum{};
        for (int64_t c = 0; c < inputs; ++c)
          for_taps_at(windows, place, [&](const Place& k, const Place& i) {
            sum += static_cast<C>(from[at(n, c0 + c, i)]) * static_cast<C>(w[at(o, c, k)]);
          });
        if (b) sum += static_cast<C>(b[o * bias.strides()[0]]);
        to[at(n, o, place)] = static_cast<T>(sum);
      });
    }
  });
}

// Both gradients walk the products of the forward pass and add each to its place, in double.
template <class F>
void for_products(const Shape& grad, const Shape& weight, const Convolution& conv, F body) {
  const int64_t per_group = weight[0] / conv.group;
  const Windows windows = cpu::with_depth(conv.windows);
  for (int64_t n = 0; n < grad[0]; ++n)
    for (int64_t o = 0; o < grad[1]; ++o)
      for (int64_t c = 0; c < weight[1]; ++c)
        for_places(windows, [&](const Place& place) {
          for_taps_at(windows, place, [&](const Place& k, const Place& i) {
            body(at(n, o, place), at(n, o / per_group * weight[1] + c, i), at(o, c, k));
          });
        });
}

const char* conv_ref(const Call& call) {
  const Tensor &x = call.in[0], &weight = call.in[1];
  const Tensor out = Tensor::empty(call.out[0].shape(), x.dtype());
  dispatch_floating(x.dtype(), "convolution", [&]<class T>() {
    convolve<T>(out, x, weight, call.in[2], convolution(call, x.shape(), weight.shape()));
  });
  call.out[0] = out;
  return nullptr;
}

const char* conv_input_grad_ref(const Call& call) {
  const Tensor &grad = call.in[0], &weight = call.in[1];
  const Tensor out = Tensor::empty(call.out[0].shape(), grad.dtype());
  dispatch_floating(grad.dtype(), "convolution", [&]<class T>() {
    const Volume<const T> g(grad), w(weight);
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

const char* conv_weight_grad_ref(const Call& call) {
  const Tensor &x = call.in[0], &grad = call.in[1], &dw = call.out[0], &db = call.out[1];
  const bool has_bias = call.attrs[6].as<bool>();
  dispatch_floating(x.dtype(), "convolution", [&]<class T>() {
    const Volume<const T> from(x), g(grad);
    Sums sums(dw.shape());
    for_products(grad.shape(), dw.shape(), convolution(call, x.shape(), dw.shape()),
                 [&](const Index& y, const Index& i, const Index& k) {
                   sums.add(k, static_cast<double>(g[y]) * static_cast<double>(from[i]));
                 });
    sums.store<T>(dw);
    if (!has_bias) return;
    const Shape s = cpu::with_depth(grad.shape());
    Sums bias_sums({s[1], 1, 1, 1, 1});
    for (int64_t n = 0; n < s[0]; ++n)
      for (int64_t o = 0; o < s[1]; ++o)
        for (int64_t i = 0; i < s[2] * s[3] * s[4]; ++i)
          bias_sums.add({o, 0, 0, 0, 0},
                        static_cast<double>(g[at(n, o, {i / s[4] / s[3], i / s[4] % s[3], i % s[4]})]));
    bias_sums.store<T>(db);
  });
  return nullptr;
}

constexpr Kernel kForward[] = {{"gemm", conv2d_gemm},
                               {"onednn", conv_onednn},
                               {"float32", cpu::in_float32<conv2d_gemm, conv_onednn>},
                               {"ref", conv_ref}};
constexpr Kernel kInputGrad[] = {{"onednn", conv_input_grad_onednn},
                                 {"float32", cpu::in_float32<conv_input_grad_onednn>},
                                 {"ref", conv_input_grad_ref}};
constexpr Kernel kWeightGrad[] = {
    {"gemm", conv2d_weight_grad_gemm},
    {"onednn", conv_weight_grad_onednn},
    {"float32", cpu::in_float32<conv2d_weight_grad_gemm, conv_weight_grad_onednn>},
    {"ref", conv_weight_grad_ref}};
}  // namespace

extern constinit const KernelList conv2d_cpu{kForward, true};
extern constinit const KernelList conv2d_input_grad_cpu{kInputGrad, true};
extern constinit const KernelList conv2d_weight_grad_cpu{kWeightGrad};
extern constinit const KernelList conv3d_cpu{kForward, true};
extern constinit const KernelList conv3d_input_grad_cpu{kInputGrad, true};
extern constinit const KernelList conv3d_weight_grad_cpu{kWeightGrad};

}  // namespace nucella
