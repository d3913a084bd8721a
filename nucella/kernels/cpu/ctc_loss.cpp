// ctc_loss and its gradient: the forward and backward variables of Graves et al. (2006) as logarithms.
#include <limits>

#include "nucella/kernels/cpu/norm_work.h"

namespace nucella {
namespace {

using cpu::data_or_null;

constexpr double kNever = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) {
  const double top = std::max(a, b);
  return top == kNever ? kNever : top + std::log(std::exp(a - top) + std::exp(b - top));
}

// The samples of a call, their labels and lengths checked.
template <class T>
class Samples {
 public:
  Samples(const char* op, const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
          const Tensor& target_lengths, int64_t blank)
      : log_probs_(log_probs.contiguous()),
        targets_(targets.to_vector<int64_t>()),
        steps_of_(input_lengths.to_vector<int64_t>()),
        labels_of_(target_lengths.to_vector<int64_t>()),
        blank_(blank),
        width_(targets.shape()[1]) {
    for (int64_t n = 0; n < count(); ++n) check_sample(op, n);
  }

  int64_t count() const { return log_probs_.shape()[1]; }
  int64_t classes() const { return log_probs_.shape()[2]; }
  int64_t most_steps() const { return log_probs_.shape()[0]; }
  int64_t steps(int64_t n) const { return steps_of_[static_cast<size_t>(n)]; }
  int64_t labels(int64_t n) const { return labels_of_[static_cast<size_t>(n)]; }
  /// States of sample n: its labels with a blank before, between and behind them.
  int64_t states(int64_t n) const { return 2 * labels(n) + 1; }
  /// The class of state `s`.
  int64_t label(int64_t n, int64_t s) const {
    return s % 2 == 0 ? blank_ : targets_[static_cast<size_t>(n * width_ + s / 2)];
  }
  /// Whether state `s` may follow state s - 2 at once.
  bool skips(int64_t n, int64_t s) const { return s % 2 == 1 && s > 1 && label(n, s) != label(n, s - 2); }
  const T* row(int64_t t, int64_t n) const {
    return reinterpret_cast<const T*>(log_probs_.raw_data_unchecked()) + (t * count() + n) * classes();
  }

 private:
  void check_sample(const char* op, int64_t n) const {
    check<ValueError>(steps(n) >= 0 && steps(n) <= most_steps(), op, ": 'input_lengths' must be in [0, ",
                      most_steps(), "], got ", steps(n), " at ", n);
    check<ValueError>(labels(n) >= 0 && labels(n) <= width_, op, ": 'target_lengths' must be in [0, ", width_,
                      "], got ", labels(n), " at ", n);
    for (int64_t s = 1; s < states(n); s += 2)
      check<ValueError>(label(n, s) >= 0 && label(n, s) < classes(), op, ": 'targets' must be in [0, ",
                        classes(), "), got ", label(n, s), " in sample ", n);
  }

  Tensor log_probs_;
  std::vector<int64_t> targets_, steps_of_, labels_of_;
  int64_t blank_, width_;
};

// Fills `alpha` (steps, width), the rest with minus infinity; returns the loss.
template <class T>
double forward(const Samples<T>& in, int64_t n, T* alpha, int64_t width) {
  const int64_t steps = in.steps(n), states = in.states(n);
  std::fill_n(alpha, in.most_steps() * width, static_cast<T>(kNever));
  if (steps == 0) return states == 1 ? 0 : -kNever;
  for (int64_t s = 0; s < std::min<int64_t>(states, 2); ++s) alpha[s] = in.row(0, n)[in.label(n, s)];
  for (int64_t t = 1; t < steps; ++t) {
    const T *before = alpha + (t - 1) * width, *log_p = in.row(t, n);
    for (int64_t s = 0; s < states; ++s) {
      double sum = before[s];
      if (s > 0) sum = log_add(sum, before[s - 1]);
      if (in.skips(n, s)) sum = log_add(sum, before[s - 2]);
      alpha[t * width + s] = static_cast<T>(sum + log_p[in.label(n, s)]);
    }
  }
  const T* last = alpha + (steps - 1) * width + states - 1;
  return -log_add(last[0], states > 1 ? double{last[-1]} : kNever);
}

// By what the loss of sample n is divided.
double divisor(const std::string& reduction, int64_t labels) {
  return reduction == "mean" ? static_cast<double>(std::max<int64_t>(labels, 1)) : 1;
}

const char* ctc_loss_ref(const Call& call) {
  const auto& [blank, reduction, zero_infinity] = unpack<int64_t, std::string, bool>(call.attrs);
  dispatch_floating(call.in[0].dtype(), "ctc_loss", [&]<class T>() {
    const Samples<T> in("ctc_loss", call.in[0], call.in[1], call.in[2], call.in[3], blank);
    T *alpha = data_or_null<T>(call.out[1]), *to = data_or_null<T>(call.out[0]);
    const int64_t width = call.out[1].shape()[2];
    std::vector<double> losses(static_cast<size_t>(in.count()));
    parallel_for(0, in.count(), 1, [&](int64_t first, int64_t last) {
      for (int64_t n = first; n < last; ++n) {
        const double loss = forward(in, n, alpha + n * in.most_steps() * width, width);
        losses[static_cast<size_t>(n)] = zero_infinity && loss == -kNever ? 0 : loss;
      }
    });
    if (reduction == "none") {
      for (size_t n = 0; n < losses.size(); ++n) to[n] = static_cast<T>(losses[n]);
      return;
    }
    double sum = 0;
    for (int64_t n = 0; n < in.count(); ++n)
      sum += losses[static_cast<size_t>(n)] / divisor(reduction, in.labels(n));
    *to = static_cast<T>(reduction == "mean" ? sum / static_cast<double>(in.count()) : sum);
  });
  return nullptr;
}

// Walks sample n backward: `posterior` (C) of every step goes to `take(t, posterior)` as logarithms of the
// sums of alpha beta by class.
template <class T, class F>
void backward(const Samples<T>& in, int64_t n, const T* alpha, int64_t width, F take) {
  const int64_t steps = in.steps(n), states = in.states(n);
  std::vector<double> beta(static_cast<size_t>(states), kNever), next(beta), by_class;
  for (int64_t t = steps - 1; t >= 0; --t) {
    const T* log_p = in.row(t, n);
    by_class.assign(static_cast<size_t>(in.classes()), kNever);
    for (int64_t s = states - 1; s >= 0; --s) {
      const auto at = static_cast<size_t>(s);
      double sum = t == steps - 1 && s >= states - 2 ? 0 : kNever;
      if (t < steps - 1) {
        sum = next[at];
        if (s + 1 < states) sum = log_add(sum, next[at + 1]);
        if (s + 2 < states && in.skips(n, s + 2)) sum = log_add(sum, next[at + 2]);
      }
      const int64_t label = in.label(n, s);
      beta[at] = sum + log_p[label];
      double& share = by_class[static_cast<size_t>(label)];
      share = log_add(share, alpha[t * width + s] + sum);
    }
    take(t, by_class);
    std::swap(beta, next);
  }
}

const char* ctc_loss_grad_ref(const Call& call) {
  const auto& [blank, reduction, zero_infinity] = unpack<int64_t, std::string, bool>(call.attrs);
  dispatch_floating(call.in[1].dtype(), "ctc_loss_grad", [&]<class T>() {
    const Samples<T> in("ctc_loss_grad", call.in[1], call.in[2], call.in[3], call.in[4], blank);
    const Tensor grads = call.in[0].contiguous(), alphas = call.in[5].contiguous();
    const T *grad = data_or_null<const T>(grads), *alpha = data_or_null<const T>(alphas);
    T* out = data_or_null<T>(call.out[0]);
    const int64_t width = alphas.shape()[2], classes = in.classes();
    std::fill_n(out, call.out[0].size(), T{0});
    const double share = reduction == "mean" ? 1 / static_cast<double>(in.count()) : 1;
    parallel_for(0, in.count(), 1, [&](int64_t first, int64_t last) {
      for (int64_t n = first; n < last; ++n) {
        if (in.steps(n) == 0) continue;
        const T* mine = alpha + n * in.most_steps() * width;
        const T* end = mine + (in.steps(n) - 1) * width + in.states(n) - 1;
        const double log_total = log_add(end[0], in.states(n) > 1 ? double{end[-1]} : kNever);
        if (zero_infinity && log_total == kNever) continue;
        const double g = double{grad[reduction == "none" ? n : 0]} * share / divisor(reduction, in.labels(n));
        backward(in, n, mine, width, [&](int64_t t, const std::vector<double>& by_class) {
          T* to = out + (t * in.count() + n) * classes;
          for (int64_t k = 0; k < classes; ++k)
            to[k] = static_cast<T>(g * (std::exp(static_cast<double>(in.row(t, n)[k])) -
                                        std::exp(by_class[static_cast<size_t>(k)] - log_total)));
        });
      }
    });
  });
  return nullptr;
}

constexpr Kernel kLoss[] = {{"ref", ctc_loss_ref}};
constexpr Kernel kGrad[] = {{"ref", ctc_loss_grad_ref}};
}  // namespace

extern constinit const KernelList ctc_loss_cpu{kLoss};
extern constinit const KernelList ctc_loss_grad_cpu{kGrad};

}  // namespace nucella
