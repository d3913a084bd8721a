// The plain kernels of attention: one query after the other, all of its scores at once, in float64.
#include "nucella/kernels/cpu/attention_inputs.h"
#include "nucella/tensor/create.h"

namespace nucella::cpu {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double dot(const double* a, const double* b, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}
void add_scaled(double* to, const double* x, double scale, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] += scale * x[i];
}

// The inputs in float64, row-major.
struct Plain {
  Tensor q, k, v;
  AttentionExtents e;
  AttentionMask<double> mask;
  AttentionDropout dropout;

  Plain(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& given, Attrs attrs)
      : q(read_as(query, float64)),
        k(read_as(key, float64)),
        v(read_as(value, float64)),
        e(query, key, value, attrs),
        mask(given, e),
        dropout(attrs, e) {}

  const double* query(int64_t pair, int64_t i) const {
    return data_or_null<const double>(q) + (pair * e.rows + i) * e.width;
  }
  const double* key(int64_t pair, int64_t j) const {
    return data_or_null<const double>(k) + (pair * e.keys + j) * e.width;
  }
  const double* value(int64_t pair, int64_t j) const {
    return data_or_null<const double>(v) + (pair * e.keys + j) * e.value_width;
  }
  /// The scores of query i; minus infinity where a key is hidden.
  void scores(int64_t pair, int64_t i, std::vector<double>& to) const {
    std::vector<double> buffer(to.size());
    const double* added = mask.row(pair / e.heads, pair % e.heads, i, 0, e.keys, buffer.data());
    for (int64_t j = 0; j < e.keys; ++j) {
      double& s = to[static_cast<size_t>(j)];
      s = j < e.visible(i) ? e.scale * dot(query(pair, i), key(pair, j), e.width) + (added ? added[j] : 0)
                           : kNever;
    }
  }
  void drop(std::vector<double>& x, int64_t pair, int64_t i) const {
    if (dropout.active()) dropout.apply(x.data(), pair / e.heads, pair % e.heads, i, 0, e.keys);
  }
};

}  // namespace

const char* attention_ref(const Call& call) {
  const Plain in(call.in[0], call.in[1], call.in[2], call.in[3], call.attrs);
  const AttentionExtents& e = in.e;
  const Tensor out = Tensor::empty(call.out[0].shape(), call.out[0].dtype()),
               sums = Tensor::empty(call.out[1].shape(), call.out[1].dtype());
  const Result y(out, float64), lse(sums, float64);
  parallel_for(0, e.samples * e.heads, 1, [&](int64_t first, int64_t last) {
    std::vector<double> p(static_cast<size_t>(e.keys));
    for (int64_t at = first * e.rows; at < last * e.rows; ++at) {
      const int64_t pair = at / e.rows, i = at % e.rows;
      in.scores(pair, i, p);
      double top = kNever, sum = 0;
      for (double s : p) top = s > top || std::isnan(s) ? s : top;
      for (double& s : p) sum += s = top == kNever ? 0 : std::exp(s - top);
      lse.data<double>()[at] = top == kNever ? kNever : top + std::log(sum);
      in.drop(p, pair, i);
      double* to = y.data<double>() + at * e.value_width;
      std::fill_n(to, e.value_width, 0.0);
      for (int64_t j = 0; j < e.keys; ++j)
        if (sum != 0) add_scaled(to, in.value(pair, j), p[static_cast<size_t>(j)] / sum, e.value_width);
    }
  });
  y.finish();
  lse.finish();
  call.out[0] = out;
  call.out[1] = sums;
  return nullptr;
}

const char* attention_grad_ref(const Call& call) {
  const Plain in(call.in[1], call.in[2], call.in[3], call.in[6], call.attrs);
  const AttentionExtents& e = in.e;
  const Tensor grad = read_as(call.in[0], float64), grad_lse = read_as(call.in[7], float64),
               y = read_as(call.in[4], float64), lse = read_as(call.in[5], float64);
  Tensors made;
  for (const Tensor& out : call.out) made.push_back(zeros(out.shape(), float64));
  parallel_for(0, e.samples * e.heads, 1, [&](int64_t first, int64_t last) {
    std::vector<double> p(static_cast<size_t>(e.keys)), dp(p.size());
    for (int64_t at = first * e.rows; at < last * e.rows; ++at) {
      const int64_t pair = at / e.rows, i = at % e.rows;
      const double* g = data_or_null<const double>(grad) + at * e.value_width;
      const double log_sum = data_or_null<const double>(lse)[at];
      const double carried = grad_lse.defined() ? data_or_null<const double>(grad_lse)[at] : 0;
      const double shift =
          dot(g, data_or_null<const double>(y) + at * e.value_width, e.value_width) - carried;
      in.scores(pair, i, p);
      for (double& s : p) s = log_sum == kNever ? 0 : std::exp(s - log_sum);
      for (int64_t j = 0; j < e.keys; ++j)
        dp[static_cast<size_t>(j)] = dot(g, in.value(pair, j), e.value_width);
      in.drop(dp, pair, i);
      std::vector<double> dropped = p;
      in.drop(dropped, pair, i);
      for (int64_t j = 0; j < e.keys; ++j) {
        const auto k = static_cast<size_t>(j);
        const int64_t key = pair * e.keys + j;
        const double ds = p[k] * (dp[k] - shift) * e.scale;
        add_scaled(data_or_null<double>(made[0]) + at * e.width, in.key(pair, j), ds, e.width);
        add_scaled(data_or_null<double>(made[1]) + key * e.width, in.query(pair, i), ds, e.width);
        add_scaled(data_or_null<double>(made[2]) + key * e.value_width, g, dropped[k], e.value_width);
      }
    }
  });
  for (size_t i = 0; i < made.size(); ++i) {
    const Tensor out = Tensor::empty(call.out[i].shape(), call.out[i].dtype());
    convert_elements(out, made[i]);
    call.out[i] = out;
  }
  return nullptr;
}

}  // namespace nucella::cpu
