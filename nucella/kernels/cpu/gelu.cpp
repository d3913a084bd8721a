// gelu and its gradient.
#include <numbers>

#include "nucella/kernels/cpu/pointwise.h"
#include "nucella/kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nucella/kernels/cpu/gelu.cpp"
#include <hwy/foreach_target.h>

#include "nucella/kernels/cpu/simd-inl.h"
#include "nucella/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nucella::cpu::HWY_NAMESPACE {
namespace {

// The normal distribution function at x, and exp(-x^2 / 2). The polynomial is erfc(z) exp(z^2) / t over
// t = 1 / (1 + 0.6 z), z >= 0: a least-squares fit on 400 Chebyshev nodes, with a relative error below 1e-7.
template <class D, class V>
HWY_INLINE V normal(D d, V x, V& bell) {
  const V z = hn::Mul(hn::Abs(x), hn::Set(d, std::numbers::sqrt2_v<float> / 2));
  bell = exp(d, hn::Neg(hn::Mul(z, z)));
  const V t = hn::Div(one(d), hn::MulAdd(z, hn::Set(d, 0.6f), one(d)));
  const V sum = polynomial(d, t, 0.338513737f, 0.338517794f, 0.277386121f, 0.159265115f, -0.0260284691f,
                           0.0528926104f, -0.574015794f, 0.75774912f, -0.407585308f, 0.0833051541f);
  const V tail = hn::Mul(hn::Mul(hn::Mul(sum, t), bell), hn::Set(d, 0.5f));
  return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(one(d), tail));
}

// tanh(sqrt(2 / pi) (x + 0.044715 x^3)).
template <class D, class V>
HWY_INLINE V inner_tanh(D d, V x) {
  const V cubic = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 0.044715f), one(d));
  return tanh(d, hn::Mul(hn::Mul(x, cubic), hn::Set(d, 0.7978845608f)));
}

// x Phi(x), where infinity times 0 is 0.
struct Exact {
  template <class D, class V>
  V operator()(D d, V x) const {
    V bell;
    const V phi = normal(d, x, bell);
    return hn::IfThenElse(hn::Eq(phi, hn::Zero(d)), hn::Zero(d), hn::Mul(x, phi));
  }
};
struct ByTanh {
  template <class D, class V>
  V operator()(D d, V x) const {
    const V half = hn::Mul(hn::Set(d, 0.5f), hn::Add(inner_tanh(d, x), one(d)));
    return hn::IfThenElse(hn::Eq(half, hn::Zero(d)), hn::Zero(d), hn::Mul(x, half));
  }
};

struct ExactGrad {
  template <class D, class V>
  V operator()(D d, V grad, V x) const {
    V bell;
    const V phi = normal(d, x, bell);
    const V bent = hn::Mul(hn::Mul(x, bell), hn::Set(d, 0.3989422804f));
    return hn::Mul(grad, hn::Add(phi, hn::IfThenElse(hn::Eq(bell, hn::Zero(d)), hn::Zero(d), bent)));
  }
};
struct ByTanhGrad {
  template <class D, class V>
  V operator()(D d, V grad, V x) const {
    const V t = inner_tanh(d, x), half = hn::Set(d, 0.5f), square = hn::Mul(x, x);
    const V inner = hn::Mul(hn::MulAdd(square, hn::Set(d, 3 * 0.044715f), one(d)), hn::Set(d, 0.7978845608f));
    const V rest = hn::NegMulAdd(t, t, one(d));
    const V bent = hn::Mul(hn::Mul(hn::Mul(half, x), rest), inner);
    const V slope = hn::IfThenElse(hn::Eq(rest, hn::Zero(d)), hn::Zero(d), bent);
    return hn::Mul(grad, hn::MulAdd(half, t, hn::Add(half, slope)));
  }
};

constexpr UnaryRows kRows[] = {unary_rows_f32(Exact{}), unary_rows_f32(ByTanh{})};
constexpr BinaryRows kGradRows[] = {binary_rows_f32(ExactGrad{}), binary_rows_f32(ByTanhGrad{})};

}  // namespace

const UnaryRows* gelu_op_rows() { return kRows; }
const BinaryRows* gelu_op_grad_rows() { return kGradRows; }

}  // namespace nucella::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nucella {
namespace cpu {
HWY_EXPORT(gelu_op_rows);
HWY_EXPORT(gelu_op_grad_rows);
}  // namespace cpu
namespace {

int by_tanh(const Call& call) { return call.attrs[0].as<std::string>() == "tanh" ? 1 : 0; }

const char* gelu_simd(const Call& call) {
  using namespace cpu;
  static const UnaryRows* rows = HWY_DYNAMIC_DISPATCH(gelu_op_rows)();
  return run_unary(rows[by_tanh(call)], call.out[0], call.in[0]);
}
const char* gelu_grad_simd(const Call& call) {
  using namespace cpu;
  static const BinaryRows* rows = HWY_DYNAMIC_DISPATCH(gelu_op_grad_rows)();
  return run_binary(rows[by_tanh(call)], call.out[0], call.in[0], call.in[1]);
}

constexpr double kCubic = 0.044715, kHeight = 0.3989422804014327;  // the second: of the normal density

double normal(double x) { return 0.5 * std::erfc(-x * (std::numbers::sqrt2 / 2)); }
double inner_tanh(double x) { return std::tanh(2 * kHeight * x * (1 + kCubic * x * x)); }
// Infinity times 0 is 0 here: the function falls faster than x grows.
double product(double x, double y) { return y == 0 ? 0 : x * y; }

struct Exact {
  template <class T>
  T operator()(T x) const {
    return static_cast<T>(product(x, normal(x)));
  }
};
struct ByTanh {
  template <class T>
  T operator()(T x) const {
    return static_cast<T>(product(x, 0.5 * (1 + inner_tanh(x))));
  }
};
struct ExactGrad {
  template <class T>
  T operator()(T grad, T x) const {
    const double v = x;
    return static_cast<T>(grad * (normal(v) + product(v, kHeight * std::exp(-0.5 * v * v))));
  }
};
struct ByTanhGrad {
  template <class T>
  T operator()(T grad, T x) const {
    const double v = x, t = inner_tanh(v);
    const double bent = product(v, 0.5 * (1 - t * t)) * 2 * kHeight;
    return static_cast<T>(grad * (0.5 * (1 + t) + (bent == 0 ? 0 : bent * (1 + 3 * kCubic * v * v))));
  }
};

const char* gelu_ref(const Call& call) {
  const bool tanh = by_tanh(call) == 1;
  return cpu::run_rows(call, dispatch_floating(call.in[0].dtype(), "gelu", [&]<class T>() {
                         using cpu::map_row, cpu::MapRow;
                         return tanh ? MapRow(map_row<ByTanh, T, T>) : MapRow(map_row<Exact, T, T>);
                       }));
}

const char* gelu_grad_ref(const Call& call) {
  const bool tanh = by_tanh(call) == 1;
  return cpu::run_rows(call, dispatch_floating(call.in[0].dtype(), "gelu_grad", [&]<class T>() {
                         using cpu::map_rows, cpu::MapRows;
                         return tanh ? MapRows(map_rows<ByTanhGrad, T, T>)
                                     : MapRows(map_rows<ExactGrad, T, T>);
                       }));
}

constexpr Kernel kGelu[] = {{"simd", gelu_simd}, {"ref", gelu_ref}};
constexpr Kernel kGeluGrad[] = {{"simd", gelu_grad_simd}, {"ref", gelu_grad_ref}};
}  // namespace

extern constinit const KernelList gelu_cpu{kGelu};
extern constinit const KernelList gelu_grad_cpu{kGeluGrad};

}  // namespace nucella
#endif  // HWY_ONCE
