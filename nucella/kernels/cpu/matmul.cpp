// matmul and batch_matmul.
#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/matrix.h"
#include "nucella/kernels/cpu/matrix_product.h"

namespace nucella {
namespace {

using cpu::onednn::Operand;

// `t` read as `batch` (broadcast) matrices.
Tensor broadcast_batch(const Tensor& t, const Shape& batch) {
  Shape shape = batch;
  for (int i = 2; i > 0; --i) shape.push_back(t.shape()[t.ndim() - i]);
  Shape strides = broadcast_strides(t, shape);
  for (int i = 1; i <= 2; ++i) strides[shape.ndim() - i] = t.strides()[t.ndim() - i];
  return t.as_strided(shape, strides, t.impl()->offset);
}

const char* matmul_onednn(const Call& call) {
  const auto [ta, tb] = unpack<bool, bool>(call.attrs);
  const Tensor& out = call.out[0];
  if (out.dtype() != float32) return "only float32";
  if (out.size() == 0 || call.in[0].size() == 0) return "empty";
  const Tensor a = cpu::onednn::is_matrix_ready(call.in[0]) ? call.in[0] : call.in[0].contiguous(),
               b = cpu::onednn::is_matrix_ready(call.in[1]) ? call.in[1] : call.in[1].contiguous();
  cpu::matrix_product(out, ta ? Operand(a).transposed() : a, tb ? Operand(b).transposed() : b);
  return nullptr;
}

const char* matmul_ref(const Call& call) {
  const auto [ta, tb] = unpack<bool, bool>(call.attrs);
  const Tensor &x = call.in[0], &out = call.out[0];
  cpu::dispatch_numeric(out.dtype(), [&]<class T>() {
    const auto a = cpu::matrix_of<T>(x), b = cpu::matrix_of<T>(call.in[1]);
    cpu::multiply(cpu::matrix_of<T>(out), ta ? a.transposed() : a, tb ? b.transposed() : b, out.shape()[0],
                  x.shape()[!ta], out.shape()[1]);
  });
  return nullptr;
}

const char* batch_matmul_onednn(const Call& call) {
  const auto [ta, tb] = unpack<bool, bool>(call.attrs);
  const Tensor& out = call.out[0];
  if (out.dtype() != float32) return "only float32";
  if (out.size() == 0 || call.in[0].size() == 0) return "empty";
  const auto operand = [&](const Tensor& t, bool transposed) {
    Operand o = t;
    while (o.shape.ndim() < out.ndim()) {
      o.shape.insert(0, 1);
      o.strides.insert(0, 0);
    }
    return transposed ? o.transposed() : o;
  };
  const Tensor a = cpu::onednn::is_matrix_ready(call.in[0]) ? call.in[0] : call.in[0].contiguous(),
               b = cpu::onednn::is_matrix_ready(call.in[1]) ? call.in[1] : call.in[1].contiguous();
  cpu::onednn::matmul(out, operand(a, ta), operand(b, tb));
  return nullptr;
}

const char* batch_matmul_ref(const Call& call) {
  const auto [ta, tb] = unpack<bool, bool>(call.attrs);
  const Tensor& out = call.out[0];
  const int n = out.ndim();
  const Shape batch(out.shape().begin(), out.shape().end() - 2);
  const Tensor x = broadcast_batch(call.in[0], batch), y = broadcast_batch(call.in[1], batch);
  const int64_t rows = out.shape()[n - 2], columns = out.shape()[n - 1], inner = x.shape()[n - 1 - ta];
  cpu::dispatch_numeric(out.dtype(), [&]<class T>() {
    auto a = cpu::matrix_of<T>(x), b = cpu::matrix_of<T>(y), c = cpu::matrix_of<T>(out);
    T *const a0 = a.data, *const b0 = b.data, *const c0 = c.data;
    const int64_t count = batch.numel();
    for (int64_t i = 0; i < count; ++i) {
      a.data = a0, b.data = b0, c.data = c0;
      int64_t rest = i;
      for (int axis = n - 3; axis >= 0; --axis) {
        const int64_t index = rest % batch[axis];
        rest /= batch[axis];
        a.data += index * x.strides()[axis];
        b.data += index * y.strides()[axis];
        c.data += index * out.strides()[axis];
      }
      cpu::multiply(c, ta ? a.transposed() : a, tb ? b.transposed() : b, rows, inner, columns);
    }
  });
  return nullptr;
}

constexpr Kernel kMatmul[] = {
    {"onednn", matmul_onednn}, {"float32", cpu::in_float32<matmul_onednn>}, {"ref", matmul_ref}};
constexpr Kernel kBatchMatmul[] = {{"onednn", batch_matmul_onednn},
                                   {"float32", cpu::in_float32<batch_matmul_onednn>},
                                   {"ref", batch_matmul_ref}};
}  // namespace

extern constinit const KernelList matmul_cpu{kMatmul};
extern constinit const KernelList batch_matmul_cpu{kBatchMatmul};

}  // namespace nucella
