#include "nucella/kernels/cpu/in_float32.h"
#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/softmax_rows.h"

namespace nucella {
namespace {

// One row in float64: the loss, and softmax - label as its derivative. `label(k)` is the weight of class k.
template <class T, class Label>
T row_loss(const T* logits, int64_t step, int64_t classes, T* slope, Label label) {
  double top = logits[0], sum = 0, loss = 0;
  for (int64_t k = 1; k < classes; ++k) top = cpu::Maximum{}(top, static_cast<double>(logits[k * step]));
  for (int64_t k = 0; k < classes; ++k) sum += std::exp(logits[k * step] - top);
  const double log_sum = std::log(sum);
  for (int64_t k = 0; k < classes; ++k) {
    const double log_p = logits[k * step] - top - log_sum, weight = label(k);
    if (weight != 0) loss -= weight * log_p;
    slope[k] = static_cast<T>(std::exp(log_p) - weight);
  }
  return static_cast<T>(loss);
}

// Calls `row(i, logits, slope)` for every sample and stores the loss that it returns.
template <class T, class F>
void for_samples(const Call& call, F row) {
  const Tensor& logits = call.in[0];
  const int64_t classes = logits.shape()[1];
  const T* x = reinterpret_cast<const T*>(logits.raw_data_unchecked());
  T* loss = reinterpret_cast<T*>(call.out[0].raw_data_unchecked());
  T* slope = reinterpret_cast<T*>(call.out[1].raw_data_unchecked());
  parallel_for(0, logits.shape()[0], std::max<int64_t>(1, (1 << 12) / classes), [&](int64_t a, int64_t b) {
    for (int64_t i = a; i < b; ++i) loss[i] = row(i, x + i * logits.strides()[0], slope + i * classes);
  });
}

const char* dense_ref(const Call& call) {
  const Tensor &logits = call.in[0], &labels = call.in[1];
  const int64_t classes = logits.shape()[1], step = logits.strides()[1];
  dispatch_floating(logits.dtype(), "softmax_cross_entropy_with_logits", [&]<class T>() {
    const T* l = reinterpret_cast<const T*>(labels.raw_data_unchecked());
    for_samples<T>(call, [&](int64_t i, const T* x, T* slope) {
      const T* row = l + i * labels.strides()[0];
      return row_loss(x, step, classes, slope,
                      [&](int64_t k) -> double { return row[k * labels.strides()[1]]; });
    });
  });
  return nullptr;
}

// Throws before anything is read at a wrong index.
std::vector<int64_t> checked_labels(const Call& call) {
  const int64_t classes = call.in[0].shape()[1];
  std::vector<int64_t> labels = call.in[1].to_vector<int64_t>();
  for (size_t i = 0; i < labels.size(); ++i)
    check<ValueError>(labels[i] >= 0 && labels[i] < classes,
                      "sparse_softmax_cross_entropy: 'labels' must be in [0, ", classes, "), got ", labels[i],
                      " at ", i);
  return labels;
}

const char* sparse_ref(const Call& call) {
  const Tensor& logits = call.in[0];
  const std::vector<int64_t> labels = checked_labels(call);
  if (labels.empty()) return nullptr;
  const int64_t classes = logits.shape()[1], step = logits.strides()[1];
  dispatch_floating(logits.dtype(), "sparse_softmax_cross_entropy", [&]<class T>() {
    for_samples<T>(call, [&](int64_t i, const T* x, T* slope) {
      const int64_t label = labels[static_cast<size_t>(i)];
      return row_loss(x, step, classes, slope, [&](int64_t k) -> double { return k == label; });
    });
  });
  return nullptr;
}

// Float rows that are contiguous: softmax with vectors, then `finish(i, slope, minus_log_p)` takes the labels
// off it and returns the loss; minus_log_p(k) is that of class k.
template <class F>
const char* fast_rows(const Call& call, F finish) {
  const Tensor& logits = call.in[0];
  const int64_t classes = logits.shape()[1];
  if (logits.dtype() != float32) return "only float32 has vector code";
  if (!logits.is_contiguous()) return "the rows of 'logits' are not contiguous";
  const cpu::SoftmaxRows& rows = cpu::softmax_rows();
  for_samples<float>(call, [&](int64_t i, const float* x, float* slope) {
    float top, log_sum;
    rows.softmax(x, slope, classes, top, log_sum);
    return finish(i, slope, [&](int64_t k) { return log_sum - (x[k] - top); });
  });
  return nullptr;
}

const char* dense_simd(const Call& call) {
  const Tensor& labels = call.in[1];
  const int64_t classes = labels.shape()[1];
  if (!labels.is_contiguous()) return "the rows of 'labels' are not contiguous";
  const auto* l = reinterpret_cast<const float*>(labels.raw_data_unchecked());
  return fast_rows(call, [&](int64_t i, float* slope, auto minus_log_p) {
    const float* row = l + i * classes;
    double loss = 0;
    for (int64_t k = 0; k < classes; ++k) {
      if (row[k] == 0) continue;
      loss += double{row[k]} * minus_log_p(k);
      slope[k] -= row[k];
    }
    return static_cast<float>(loss);
  });
}

const char* sparse_simd(const Call& call) {
  const std::vector<int64_t> labels = checked_labels(call);
  if (labels.empty()) return nullptr;
  return fast_rows(call, [&](int64_t i, float* slope, auto minus_log_p) {
    const int64_t label = labels[static_cast<size_t>(i)];
    slope[label] -= 1;
    return minus_log_p(label);
  });
}

const char* sparse_half(const Call& call) {
  checked_labels(call);  // whose error counts from the first label, not from that of a stretch
  return cpu::rows_in_float32<2, sparse_simd>(call);
}

constexpr Kernel kDense[] = {
    {"simd", dense_simd}, {"float32", cpu::rows_in_float32<2, dense_simd>}, {"ref", dense_ref}};
constexpr Kernel kSparse[] = {{"simd", sparse_simd}, {"float32", sparse_half}, {"ref", sparse_ref}};

}  // namespace

extern constinit const KernelList softmax_cross_entropy_with_logits_cpu{kDense};
extern constinit const KernelList sparse_softmax_cross_entropy_cpu{kSparse};

}  // namespace nucella
