"""Mathematics: element by element, comparisons, reductions, matrix products."""

from nucella import _core
from nucella._core import Tensor, argmax, argmin, max, mean, min, norm, prod, sort, sum, topk
from nucella.ops._define import function, public_names

abs = function("abs(input)")
absolute = function("absolute(input)", "abs")
add = function("add(input, other)")
sub = function("sub(input, other)")
subtract = function("subtract(input, other)", "sub")
mul = function("mul(input, other)")
multiply = function("multiply(input, other)", "mul")
div = function("div(input, other)")
divide = function("divide(input, other)", "div")
true_divide = function("true_divide(dividend, divisor)", "div")
floor_div = function("floor_div(x, y)")
floor_divide = function("floor_divide(input, other)", "floor_div")
floor_mod = function("floor_mod(x, y)", "mod")
remainder = function("remainder(input, other)", "mod")
fmod = function("fmod(input, other)")
pow = function("pow(input, exponent)")
neg = function("neg(input)")
negative = function("negative(input)", "neg")
sign = function("sign(input)")
square = function("square(input)")
sqrt = function("sqrt(x)")
rsqrt = function("rsqrt(input)")
reciprocal = function("reciprocal(input)")
exp = function("exp(input)")
exp2 = function("exp2(input)")
expm1 = function("expm1(input)")
log = function("log(input)")
log1p = function("log1p(input)")
log2 = function("log2(input)")
log10 = function("log10(input)")
erf = function("erf(input)")
erfc = function("erfc(input)")
bessel_i0 = function("bessel_i0(x)")
bessel_i1 = function("bessel_i1(x)")
addn = function("addn(x)", "add_n")

sin = function("sin(input)")
cos = function("cos(input)")
tan = function("tan(input)")
asin = function("asin(input)")
arcsin = function("arcsin(x)", "asin")
acos = function("acos(input)")
arccos = function("arccos(input)", "acos")
atan = function("atan(input)")
arctan = function("arctan(input)", "atan")
atan2 = function("atan2(input, other)")
arctan2 = function("arctan2(input, other)", "atan2")
sinh = function("sinh(input)")
cosh = function("cosh(input)")
asinh = function("asinh(input)")
arcsinh = function("arcsinh(input)", "asinh")
acosh = function("acosh(input)")
arccosh = function("arccosh(input)", "acosh")
atanh = function("atanh(input)")
arctanh = function("arctanh(input)", "atanh")

ceil = function("ceil(input)")
floor = function("floor(input)")
round = function("round(input)")
trunc = function("trunc(input)")
maximum = function("maximum(input, other)")
minimum = function("minimum(input, other)")
equal = function("equal(input, other)")
eq = function("eq(input, other)", "equal")
not_equal = function("not_equal(input, other)")
ne = function("ne(input, other)", "not_equal")
less = function("less(input, other)")
lt = function("lt(input, other)", "less")
less_equal = function("less_equal(input, other)")
le = function("le(input, other)", "less_equal")
greater = function("greater(input, other)")
gt = function("gt(input, other)", "greater")
greater_equal = function("greater_equal(input, other)")
ge = function("ge(input, other)", "greater_equal")
isfinite = function("isfinite(input)")
isinf = function("isinf(input)")
isnan = function("isnan(input)")
logical_and = function("logical_and(input, other)")
logical_or = function("logical_or(input, other)")
logical_xor = function("logical_xor(input, other)")
logical_not = function("logical_not(input)")
bitwise_and = function("bitwise_and(input, other)")
bitwise_or = function("bitwise_or(input, other)")
bitwise_xor = function("bitwise_xor(input, other)")

all = function("all(input, axis=None, keep_dims=False)", "reduce_all")
any = function("any(input, axis=None, keep_dims=False)", "reduce_any")
_amax = function("amax(input, axis=None, keepdims=False)", "reduce_max")
_amin = function("amin(input, axis=None, keepdims=False)", "reduce_min")
var = function("var(input, axis=None, ddof=0, keepdims=False)")
std = function("std(input, axis=None, ddof=0, keepdims=False)")
logsumexp = function("logsumexp(input, dim, keepdim=False)")
_cumsum = function("cumsum(x, axis)")
_cumprod = function("cumprod(input, dim:axis)")
cummax = function("cummax(input, axis)")
cummin = function("cummin(input, axis)")
median = function("median(input, axis=-1, keepdims:keep_dims=False)")
count_nonzero = function("count_nonzero(x, axis=(), keep_dims=False, dtype=int32)")
argsort = function("argsort(input, axis=-1, descending=False)")

matmul = function("matmul(input, other)", "matmul_ext")
mm = function("mm(input, mat2)", "matmul")
bmm = function("bmm(input_x, mat2)", "batch_matmul")
outer = function("outer(input, vec2)")
ger = function("ger(input, vec2)", "outer")
cross = function("cross(input, other, dim=None)")
trace = function("trace(input)")
cdist = function("cdist(x1, x2, p=2.0)")
_tensordot = function("tensor_dot(x1, x2, x_axes, y_axes)", "tensordot")
_einsum = function("einsum(operands, equation)")
addmm = function("addmm(input:x, mat1:a, mat2:b, *, beta=1, alpha=1)")
addmv = function("addmv(input:x, mat:a, vec:b, *, beta=1, alpha=1)")
addr = function("addr(x, vec1:a, vec2:b, *, beta=1, alpha=1)")
addbmm = function("addbmm(input:x, batch1:a, batch2:b, *, beta=1, alpha=1)")
baddbmm = function("baddbmm(input:x, batch1:a, batch2:b, beta=1, alpha=1)")
addcmul = function("addcmul(input:x, tensor1, tensor2, value=None)")
addcdiv = function("addcdiv(input:x, tensor1, tensor2, value=None)")
lerp = function("lerp(input:start, end, weight)")

invert = function("invert(x)", "bitwise_not")
bitwise_left_shift = function("bitwise_left_shift(input, other)")
bitwise_right_shift = function("bitwise_right_shift(input, other)")
isclose = function("isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False)")
hypot = function("hypot(input, other)")
heaviside = function("heaviside(input, values)")
logaddexp = function("logaddexp(input, other)")
logaddexp2 = function("logaddexp2(input, other)")
xlogy = function("xlogy(input, other)")
erfinv = function("erfinv(input)")
frac = function("frac(x)")
_nan_to_num = function("nan_to_num(input, values)")


def amax(input, axis=None, keepdims=False, *, initial=None, where=None):
    """The largest elements over the axes in `axis` (None: all).

    `initial` is one more number that takes part; `where` (bool, broadcast) says which elements do, and needs it.

    Examples:
        >>> print(ops.amax(Tensor([[1.0, 5.0], [3.0, 4.0]]), 1))
        [5. 4.]
    """
    if initial is None and where is None:
        return _amax(input, axis, keepdims)
    return input.max(axis=axis, keepdims=keepdims, initial=initial, where=True if where is None else where)


def amin(input, axis=None, keepdims=False, *, initial=None, where=None):
    """The smallest elements over the axes in `axis` (None: all); `initial` and `where` as for amax().

    Examples:
        >>> print(ops.amin(Tensor([[1.0, 5.0], [3.0, 4.0]]), 1))
        [1. 3.]
    """
    if initial is None and where is None:
        return _amin(input, axis, keepdims)
    return input.min(axis=axis, keepdims=keepdims, initial=initial, where=True if where is None else where)


def cumsum(x, axis, dtype=None):
    """The sum along `axis` of all elements up to each one, in `dtype`; by default in that of `x`.

    Examples:
        >>> print(ops.cumsum(Tensor([1.0, 2.0, 3.0]), 0))
        [1. 3. 6.]
    """
    return _cumsum(x if dtype is None else x.astype(dtype), axis)


def cumprod(input, dim, dtype=None):
    """The product along `dim` of all elements up to each one, in `dtype`; by default integers give int64.

    Examples:
        >>> print(ops.cumprod(Tensor([1.0, 2.0, 3.0]), 0))
        [1. 2. 6.]
    """
    if dtype is None:
        dtype = input.dtype if input.is_floating_point() else _core.int64
    return _cumprod(input.astype(dtype), dim)


def var_mean(input, axis=None, ddof=0, keepdims=False):
    """Variance and mean over the axes in `axis` (None: all).

    Examples:
        >>> variance, average = ops.var_mean(Tensor([1.0, 3.0]))
        >>> print(variance, average)
        1.0 2.0
    """
    return var(input, axis, ddof, keepdims), mean(input, axis, keepdims)


def std_mean(input, axis=None, ddof=0, keepdims=False):
    """Standard deviation and mean over the axes in `axis` (None: all).

    Examples:
        >>> deviation, average = ops.std_mean(Tensor([1.0, 3.0]))
        >>> print(deviation, average)
        1.0 2.0
    """
    return std(input, axis, ddof, keepdims), mean(input, axis, keepdims)


def aminmax(input, *, axis=0, keepdims=False):
    """The smallest and the largest elements along `axis` (None: of all).

    Examples:
        >>> least, most = ops.aminmax(Tensor([3.0, 1.0]))
        >>> print(least, most)
        1.0 3.0
    """
    return _amin(input, axis, keepdims), _amax(input, axis, keepdims)


def nansum(input, axis=None, keepdims=False, *, dtype=None):
    """As sum(), with every NaN counted as 0.

    Examples:
        >>> print(ops.nansum(Tensor([1.0, float("nan")])))
        1.0
    """
    return sum(_nan_to_num(input, (0.0, float("inf"), float("-inf"))), axis, keepdims, dtype=dtype)


def nan_to_num(input, nan=None, posinf=None, neginf=None):
    """`input` with NaN and the infinities replaced by numbers.

    `nan` is 0 by default, `posinf` and `neginf` are the largest and the smallest number of the dtype.

    Examples:
        >>> print(ops.nan_to_num(Tensor([float("nan"), 2.0]), nan=9.0))
        [9. 2.]
    """
    if nan is None and posinf is None and neginf is None or not input.is_floating_point():
        return _nan_to_num(input, ())
    largest = float(_nan_to_num(Tensor([float("inf")], input.dtype), ())[0])
    above, below = largest if posinf is None else posinf, -largest if neginf is None else neginf
    return _nan_to_num(input, (0.0 if nan is None else nan, above, below))


def einsum(equation, *operands):
    """Sums of products over named axes: "ij,jk->ik" is the matrix product.

    Without "->" the names that come once stand in alphabetical order; "..." stands for axes without names.

    Raises:
        ValueError: the equation does not fit the Tensors. TypeError: they are of different dtypes.

    Examples:
        >>> print(ops.einsum("ij,j->i", Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0])))
        [3. 7.]
    """
    if len(operands) == 1 and isinstance(operands[0], tuple | list):
        operands = operands[0]
    return _einsum(list(operands), equation)


def tensor_dot(x1, x2, axes):
    """The sum of products over pairs of axes.

    `axes` is a number of axes, the last of `x1` and the first of `x2`, or two sequences of axes.

    Examples:
        >>> print(ops.tensor_dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), 1))
        11.0
    """
    if isinstance(axes, int):
        return _tensordot(x1, x2, tuple(range(x1.ndim - axes, x1.ndim)), tuple(range(axes)))
    first, second = ((axis,) if isinstance(axis, int) else tuple(axis) for axis in axes)
    return _tensordot(x1, x2, first, second)


def dot(input, other):
    """The sum of products over the last axis of `input` and the one but last (or only) of `other`.

    Examples:
        >>> print(ops.dot(Tensor([[1.0, 2.0]]), Tensor([[1.0, 2.0], [3.0, 4.0]])))
        [[ 7. 10.]]
    """
    return _tensordot(input, other, (-1,), (-2 if other.ndim > 1 else -1,))


def inner(input, other):
    """The sum of products over the last axes of both; with a scalar the product.

    Examples:
        >>> print(ops.inner(Tensor([1.0, 2.0]), Tensor([3.0, 4.0])))
        11.0
    """
    if input.ndim == 0 or other.ndim == 0:
        return mul(input, other)
    return _tensordot(input, other, (-1,), (-1,))


__all__ = public_names(globals())
