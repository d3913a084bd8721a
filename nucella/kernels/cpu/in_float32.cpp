#include "nucella/kernels/cpu/in_float32.h"

#include <algorithm>

#include "nucella/kernels/cpu/pointwise.h"

namespace nucella::cpu {
namespace {

// Elements of a stretch, which fit into the second-level cache as float32.
constexpr int64_t kStretch = 1 << 17;

bool is_half(const Tensor& t) { return t.dtype() == float16 || t.dtype() == bfloat16; }

Tensor empty_like(const Tensor& t, DType dtype) {
  const bool forward = std::ranges::all_of(t.strides(), [](int64_t stride) { return stride >= 0; });
  return forward && t.is_dense() ? Tensor::empty_strided(t.shape(), t.strides(), dtype)
                                 : Tensor::empty(t.shape(), dtype);
}

Tensor widened(const Tensor& t) {
  if (!t.defined() || !is_half(t)) return t;
  const Tensor wide = empty_like(t, float32);
  convert_elements(wide, t);
  return wide;
}

// What the float32 kernel writes: the output itself unless it is of 16 bits.
Tensor wide_output(const Tensor& out) {
  if (!is_half(out)) return out;
  return out.has_data() ? empty_like(out, float32) : Tensor::placeholder(out.shape(), float32);
}

// Gives `wide`, which a kernel has written in place of `out`, as that output.
void narrow_output(Tensor& out, const Tensor& wide) {
  if (!is_half(out)) {
    out = wide;
    return;
  }
  if (!out.has_data()) out = empty_like(wide, out.dtype());
  convert_elements(out, wide);
}

const char* run_whole(const Call& call, std::span<const KernelFn> kernels) {
  Tensors in, out;
  std::vector<const Tensor*> pointers;
  in.reserve(call.in.size());
  for (const Tensor* t : call.in) pointers.push_back(&in.emplace_back(widened(*t)));
  for (const Tensor& t : call.out) out.push_back(wide_output(t));
  const char* refusal = nullptr;
  for (KernelFn kernel : kernels) {
    refusal = kernel({call.op, Inputs(pointers), call.attrs, out, call.wanted});
    if (!refusal) break;
  }
  if (refusal) return refusal;
  for (size_t i = 0; i < out.size(); ++i) narrow_output(call.out[i], out[i]);
  return nullptr;
}

// Rows `first` to before `last` of the first axis.
Tensor rows_of(const Tensor& t, int64_t first, int64_t last) {
  Shape shape = t.shape();
  shape[0] = last - first;
  return t.as_strided(shape, t.strides(), t.impl()->offset + first * t.strides()[0]);
}

const char* run_rows(const Call& call, std::span<const KernelFn> kernels, size_t cut, int64_t step) {
  for (int64_t first = 0; first < call.in[0].shape()[0]; first += step) {
    const int64_t last = std::min(first + step, call.in[0].shape()[0]);
    Tensors in, out;
    std::vector<const Tensor*> pointers;
    in.reserve(call.in.size());
    for (size_t i = 0; i < call.in.size(); ++i)
      pointers.push_back(&in.emplace_back(i < cut ? rows_of(call.in[i], first, last) : call.in[i]));
    for (const Tensor& t : call.out) out.push_back(rows_of(t, first, last));
    // Whether kernels refuse follows from what all stretches have in common.
    if (const char* reason = run_whole({call.op, Inputs(pointers), call.attrs, out, call.wanted}, kernels))
      return reason;
  }
  return nullptr;
}

}  // namespace

const char* run_in_float32(const Call& call, std::span<const KernelFn> kernels, size_t cut) {
  const Tensor& x = call.in[0];
  if (!is_half(x)) return "only 16-bit floats";
  if (cut == 0 || x.ndim() < 2 || x.size() <= kStretch) return run_whole(call, kernels);
  return run_rows(call, kernels, cut, std::max<int64_t>(1, kStretch * x.shape()[0] / x.size()));
}

}  // namespace nucella::cpu
