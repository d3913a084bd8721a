// What the kernels of the optimizers' updates share: the walk over all parameters of a call.
#pragma once
#include "nucella/kernels/cpu/pointwise.h"

namespace nucella::cpu {

/// Runs a row function over all parameters as if they lay one behind the other, so that many small ones keep
/// all threads as busy as a large one. N lists; the learning rate comes last.
template <size_t N, class Step>
const char* update_rows(const Call& call, const Step& step,
                        void (*row)(const Step&, const std::array<float*, N>&, int64_t)) {
  const size_t n = call.in.size() / N;
  std::vector<int64_t> ends;
  for (size_t i = 0; i < n; ++i) {
    const Tensor& param = call.in[i];
    if (param.dtype() != float32) return "only float32 has vector code";
    if (!param.is_contiguous() && !param.is_dense()) return "a parameter has gaps";
    for (size_t k = 1; k < N; ++k)
      if (!(call.in[k * n + i].strides() == param.strides())) return "the layouts differ";
    ends.push_back((ends.empty() ? 0 : ends.back()) + param.size());
  }
  constexpr int64_t kGrain = 1 << 14;
  parallel_for(0, ends.empty() ? 0 : ends.back(), kGrain, [&](int64_t begin, int64_t end) {
    auto i = static_cast<size_t>(std::ranges::upper_bound(ends, begin) - ends.begin());
    for (; begin < end; ++i) {
      const int64_t start = i == 0 ? 0 : ends[i - 1], stop = std::min(end, ends[i]);
      std::array<float*, N> p;
      for (size_t k = 0; k < N; ++k)
        p[k] = reinterpret_cast<float*>(call.in[k * n + i].raw_data_unchecked()) + (begin - start);
      row(step, p, stop - begin);
      begin = stop;
    }
  });
  return nullptr;
}

inline float learning_rate(const Call& call) { return call.in[call.in.size() - 1].item<float>(); }

inline float as_float(double v) { return static_cast<float>(v); }

/// Calls `step(values)` for every element of parameter i; values point to the element in each of the N lists.
template <int N, class T, class F>
void for_elements(const Call& call, size_t i, F step) {
  const size_t n = call.in.size() / N;
  std::array<const Tensor*, N> lists;
  for (size_t k = 0; k < N; ++k) lists[k] = &call.in[k * n + i];
  for_rows<N>(lists, [&](const Row<N>& row) {
    for (int64_t j = 0; j < row.size; ++j) {
      std::array<T*, N> p;
      for (int k = 0; k < N; ++k) p[k] = row.template at<T>(k) + j * row.step[k];
      step(p);
    }
  });
}

template <int N, class F>
const char* update_all(const Call& call, F step) {
  const double lr = call.in[call.in.size() - 1].item<float>();
  for (size_t i = 0; i < call.in.size() / N; ++i)
    dispatch_floating(call.in[i].dtype(), entry_of(call.op).name, [&]<class T>() {
      using C = compute_t<T>;
      for_elements<N, T>(call, i, [&](const std::array<T*, N>& p) {
        step.template operator()<T, C>(p, static_cast<C>(lr));
      });
    });
  return nullptr;
}

}  // namespace nucella::cpu
