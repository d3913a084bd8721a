// dense and its two gradients: matrix products over all leading axes at once.
#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/matrix.h"
#include "nucella/kernels/cpu/matrix_product.h"

namespace nucella {
namespace {

using cpu::onednn::Operand;

// A matrix that oneDNN takes: all leading axes as rows.
Tensor ready_rows(const Tensor& t) {
  const Tensor rows = cpu::as_rows(t);
  return cpu::onednn::is_matrix_ready(rows) ? rows : rows.contiguous();
}

const char* unfit(const Call& call) {
  if (call.in[0].dtype() != float32) return "only float32";
  return call.in[0].size() == 0 || call.in[1].size() == 0 ? "empty" : nullptr;
}

const char* dense_onednn(const Call& call) {
  if (const char* reason = unfit(call)) return reason;
  const Tensor x = ready_rows(call.in[0]), weight = ready_rows(call.in[1]), out = cpu::as_rows(call.out[0]);
  Operand bias;
  Tensor dense_bias;
  if (call.in[2].defined()) {
    dense_bias = call.in[2].contiguous();
    bias = dense_bias;
    bias.shape = {1, dense_bias.size()};
    bias.strides = {dense_bias.size(), 1};
  }
  cpu::matrix_product(out, x, Operand(weight).transposed(), bias);
  return nullptr;
}

const char* dense_input_grad_onednn(const Call& call) {
  if (const char* reason = unfit(call)) return reason;
  const Tensor grad = ready_rows(call.in[0]), weight = ready_rows(call.in[1]),
               out = cpu::as_rows(call.out[0]);
  cpu::matrix_product(out, grad, weight);
  return nullptr;
}

// out[j] = sum over the rows i of t(i, j), row after row.
template <class T>
void sum_rows(const Tensor& out, const Tensor& t) {
  using C = cpu::compute_t<T>;
  const int64_t rows = t.shape()[0], columns = t.shape()[1];
  const auto from = cpu::matrix_of<const T>(t);
  T* to = reinterpret_cast<T*>(out.raw_data_unchecked());
  parallel_for(0, columns, std::max<int64_t>(64, (1 << 16) / (rows + 1)), [&](int64_t first, int64_t last) {
    std::vector<C> sums(static_cast<size_t>(last - first));
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = first; j < last; ++j)
        sums[static_cast<size_t>(j - first)] += static_cast<C>(from(i, j));
    for (int64_t j = first; j < last; ++j) to[j] = static_cast<T>(sums[static_cast<size_t>(j - first)]);
  });
}

const char* dense_weight_grad_onednn(const Call& call) {
  if (const char* reason = unfit(call)) return reason;
  const Tensor x = ready_rows(call.in[0]), grad = ready_rows(call.in[1]);
  cpu::matrix_product(call.out[0], Operand(grad).transposed(), x);
  if (call.attrs[0].as<bool>()) sum_rows<float>(call.out[1], grad);
  return nullptr;
}

const char* dense_ref(const Call& call) {
  const Tensor x = cpu::as_rows(call.in[0]), out = cpu::as_rows(call.out[0]);
  const Tensor &weight = call.in[1], &bias = call.in[2];
  cpu::dispatch_numeric(x.dtype(), [&]<class T>() {
    using C = cpu::compute_t<T>;
    const auto y = cpu::matrix_of<T>(out);
    cpu::multiply(y, cpu::matrix_of<T>(x), cpu::matrix_of<T>(weight).transposed(), out.shape()[0],
                  x.shape()[1], out.shape()[1]);
    if (!bias.defined()) return;
    const T* b = reinterpret_cast<const T*>(bias.raw_data_unchecked());
    for (int64_t i = 0; i < out.shape()[0]; ++i)
      for (int64_t j = 0; j < out.shape()[1]; ++j)
        y(i, j) = static_cast<T>(static_cast<C>(y(i, j)) + static_cast<C>(b[j * bias.strides()[0]]));
  });
  return nullptr;
}

const char* dense_input_grad_ref(const Call& call) {
  const Tensor grad = cpu::as_rows(call.in[0]), out = cpu::as_rows(call.out[0]);
  cpu::dispatch_numeric(grad.dtype(), [&]<class T>() {
    cpu::multiply(cpu::matrix_of<T>(out), cpu::matrix_of<T>(grad), cpu::matrix_of<T>(call.in[1]),
                  grad.shape()[0], grad.shape()[1], out.shape()[1]);
  });
  return nullptr;
}

const char* dense_weight_grad_ref(const Call& call) {
  const Tensor x = cpu::as_rows(call.in[0]), grad = cpu::as_rows(call.in[1]);
  cpu::dispatch_numeric(x.dtype(), [&]<class T>() {
    cpu::multiply(cpu::matrix_of<T>(call.out[0]), cpu::matrix_of<T>(grad).transposed(), cpu::matrix_of<T>(x),
                  grad.shape()[1], x.shape()[0], x.shape()[1]);
    if (call.attrs[0].as<bool>()) sum_rows<T>(call.out[1], grad);
  });
  return nullptr;
}

constexpr Kernel kDense[] = {
    {"onednn", dense_onednn}, {"float32", cpu::in_float32<dense_onednn>}, {"ref", dense_ref}};
constexpr Kernel kInputGrad[] = {{"onednn", dense_input_grad_onednn},
                                 {"float32", cpu::in_float32<dense_input_grad_onednn>},
                                 {"ref", dense_input_grad_ref}};
constexpr Kernel kWeightGrad[] = {{"onednn", dense_weight_grad_onednn},
                                  {"float32", cpu::in_float32<dense_weight_grad_onednn>},
                                  {"ref", dense_weight_grad_ref}};
}  // namespace

extern constinit const KernelList dense_cpu{kDense};
extern constinit const KernelList dense_input_grad_cpu{kInputGrad};
extern constinit const KernelList dense_weight_grad_cpu{kWeightGrad};

}  // namespace nucella
