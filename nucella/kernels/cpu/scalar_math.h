// The element-wise ops as plain scalar functions: what every faster kernel has to agree with.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace nucella::cpu {

/// Arithmetic of integers goes through uint64, where overflow wraps instead of being undefined.
template <class T>
using wrap_t = std::conditional_t<std::is_integral_v<T>, uint64_t, T>;

/// Never so for integers.
template <class T>
bool is_nan(T v) {
  if constexpr (std::is_integral_v<T>)
    return false;
  else if constexpr (std::is_same_v<T, double>)
    return std::isnan(v);
  else
    return std::isnan(static_cast<float>(v));
}

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(wrap_t<T>(a) + wrap_t<T>(b));
  }
};
struct Sub {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(wrap_t<T>(a) - wrap_t<T>(b));
  }
};
struct Mul {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(wrap_t<T>(a) * wrap_t<T>(b));
  }
};

/// Integers: rounded toward zero; by 0 gives the largest value (0 for 0, the smallest for a negative
/// dividend).
struct Div {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      return a / b;
    } else if constexpr (std::is_same_v<T, bool>) {
      return a;
    } else {
      if (b == 0)
        return a == 0 ? T{0} : a > 0 ? std::numeric_limits<T>::max() : std::numeric_limits<T>::min();
      if constexpr (std::is_signed_v<T>)
        if (b == T{-1}) return static_cast<T>(0 - static_cast<uint64_t>(a));  // the smallest value / -1 wraps
      return static_cast<T>(a / b);
    }
  }
};
struct FloorDiv {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      return std::floor(a / b);
    } else if constexpr (std::is_signed_v<T>) {
      const T q = Div{}(a, b);
      return b != 0 && b != T{-1} && a % b != 0 && (a < 0) != (b < 0) ? static_cast<T>(q - 1) : q;
    } else {
      return Div{}(a, b);
    }
  }
};
/// Sign of the divisor. Integers modulo 0 give 0.
struct Mod {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      const T r = std::fmod(a, b);
      return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    } else {
      if (b == 0) return 0;
      if constexpr (std::is_signed_v<T>) {
        if (b == T{-1}) return 0;
        const T r = static_cast<T>(a % b);
        return r != 0 && (r < 0) != (b < 0) ? static_cast<T>(r + b) : r;
      }
      return static_cast<T>(a % b);
    }
  }
};
/// Integers: by repeated squaring, wrapping; a negative exponent gives the truncated quotient 1 / a^|b|.
struct Pow {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      return std::pow(a, b);
    } else {
      uint64_t exponent = static_cast<uint64_t>(b);
      if constexpr (std::is_signed_v<T>) {
        if (b < 0) {
          if (a == 0) return std::numeric_limits<T>::min();
          if (a != 1 && a != T{-1}) return 0;
          exponent = static_cast<uint64_t>(b) & 1u;
        }
      }
      uint64_t result = 1, base = static_cast<uint64_t>(a);
      for (; exponent != 0; exponent >>= 1, base *= base)
        if (exponent & 1u) result *= base;
      return static_cast<T>(result);
    }
  }
};
/// NaN if either is.
struct Maximum {
  template <class T>
  T operator()(T a, T b) const {
    return a > b || is_nan(a) ? a : b;
  }
};
struct Minimum {
  template <class T>
  T operator()(T a, T b) const {
    return a < b || is_nan(a) ? a : b;
  }
};
/// First the gradient, then the output of the relu.
struct ReluGrad {
  template <class T>
  T operator()(T grad, T output) const {
    return output > 0 ? grad : T{0};
  }
};

struct Neg {
  template <class T>
  T operator()(T a) const {
    if constexpr (std::is_integral_v<T>)
      return static_cast<T>(0 - static_cast<uint64_t>(a));
    else
      return -a;
  }
};
struct Abs {
  template <class T>
  T operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>)
      return std::fabs(a);
    else if constexpr (std::is_signed_v<T>)
      return a < 0 ? Neg{}(a) : a;
    else
      return a;
  }
};
struct Sign {
  template <class T>
  T operator()(T a) const {
    if constexpr (std::is_same_v<T, bool>)
      return a;
    else
      return is_nan(a) ? a : static_cast<T>((a > 0) - (a < 0));
  }
};
struct Square {
  template <class T>
  T operator()(T a) const {
    return Mul{}(a, a);
  }
};
struct Relu {
  template <class T>
  T operator()(T a) const {
    return a > 0 ? a : T{0};
  }
};
struct Exp {
  template <class T>
  T operator()(T a) const {
    return std::exp(a);
  }
};
struct Log {
  template <class T>
  T operator()(T a) const {
    return std::log(a);
  }
};
struct Sqrt {
  template <class T>
  T operator()(T a) const {
    return std::sqrt(a);
  }
};
struct Rsqrt {
  template <class T>
  T operator()(T a) const {
    return T{1} / std::sqrt(a);
  }
};
struct Reciprocal {
  template <class T>
  T operator()(T a) const {
    return T{1} / a;
  }
};
struct Sin {
  template <class T>
  T operator()(T a) const {
    return std::sin(a);
  }
};
struct Cos {
  template <class T>
  T operator()(T a) const {
    return std::cos(a);
  }
};
struct Tanh {
  template <class T>
  T operator()(T a) const {
    return std::tanh(a);
  }
};
struct Erf {
  template <class T>
  T operator()(T a) const {
    return std::erf(a);
  }
};
/// exp() of a number that is not positive only, so that it cannot overflow.
struct Sigmoid {
  template <class T>
  T operator()(T a) const {
    const T e = std::exp(-std::fabs(a));
    return (a >= 0 ? T{1} : e) / (T{1} + e);
  }
};

/// A float that leaves int64 gives its smallest value, and int64 wraps into the narrower types, as on x86.
template <class To, class From>
To convert(From v) {
  if constexpr (std::is_same_v<To, bool>) {
    return v != From{0};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if constexpr (std::is_same_v<To, uint64_t>)
      if (v >= From(0x1p63) && v < From(0x1p64)) return static_cast<To>(v);
    if (!(v >= From(-0x1p63) && v < From(0x1p63)))
      return static_cast<To>(std::numeric_limits<int64_t>::min());
    return static_cast<To>(static_cast<int64_t>(v));
  } else {
    return static_cast<To>(v);
  }
}

}  // namespace nucella::cpu
