"""Further mathematics, composed of the ops of the core."""

import builtins
import math

from nucella import _core
from nucella._core import Tensor, arange, argmax, norm, sum, zeros
from nucella.ops._define import function, public_names
from nucella.ops.function.array_func import (
    cast,
    concat,
    expand_dims,
    gather,
    one_hot,
    reshape,
    swapaxes,
    triu,
    where,
)
from nucella.ops.function.math_func import (
    abs,
    cdist,
    cos,
    equal,
    floor,
    isnan,
    less,
    log,
    logaddexp,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    matmul,
    maximum,
    minimum,
    nansum,
    sign,
    sin,
)
from nucella.ops.function.nn_func import softmax
from nucella.ops.function.other_func import stop_gradient
from nucella.ops.function.piece_func import narrow, triu_indices
from nucella.ops.function.random_func import rand_like
from nucella.ops.function.scatter_func import bincount


def _floating(x):
    return x if x.is_floating_point() else cast(x, _core.float32)


def fmax(input, other):
    """The larger of two numbers; of a number and NaN the number.

    Examples:
        >>> print(ops.fmax(Tensor([1.0, float("nan")]), Tensor([0.0, 2.0])))
        [1. 2.]
    """
    return where(isnan(input), other, where(isnan(other), input, maximum(input, other)))


def fmin(input, other):
    """The smaller of two numbers; of a number and NaN the number.

    Examples:
        >>> print(ops.fmin(Tensor([1.0, float("nan")]), Tensor([0.0, 2.0])))
        [0. 2.]
    """
    return where(isnan(input), other, where(isnan(other), input, minimum(input, other)))


def xdivy(x, y):
    """x / y, and 0 where x is 0, whatever y is.

    Examples:
        >>> print(ops.xdivy(Tensor([0.0, 1.0]), Tensor([0.0, 2.0])))
        [0.  0.5]
    """
    nothing = equal(x, 0)
    return where(nothing, x * 0, x / where(nothing, 1, y))


def signbit(input):
    """Whether a number is less than 0.

    Examples:
        >>> print(ops.signbit(Tensor([-1.0, 0.0])))
        [ True False]
    """
    return less(input, 0)


def copysign(x, other):
    """The magnitude of `x` with the sign of `other`, that of -0.0 included.

    Examples:
        >>> print(ops.copysign(Tensor([1.0, -2.0]), Tensor([-1.0, 3.0])))
        [-1.  2.]
    """
    other = other if isinstance(other, Tensor) else Tensor(float(other))
    magnitude = abs(_floating(x))
    negative = less(other, 0)
    if other.is_floating_point():
        negative = logical_or(negative, logical_and(equal(other, 0), less(1 / other, 0)))
    return where(negative, -magnitude, magnitude)


def sgn(input):
    """The sign: -1, 0 or 1.

    Examples:
        >>> print(ops.sgn(Tensor([-3.0, 0.0])))
        [-1.  0.]
    """
    return sign(input)


def positive(input):
    """`input` itself; TypeError for truths.

    Examples:
        >>> print(ops.positive(Tensor([-3.0])))
        [-3.]
    """
    if input.dtype == _core.bool_:
        raise TypeError("positive: 'input' must hold numbers, got Bool")
    return input


def float_power(input, exponent):
    """`input` to the power of `exponent`, both as Float64.

    Examples:
        >>> print(ops.float_power(Tensor([2, 3]), 2))
        [4. 9.]
    """
    base = cast(input, _core.float64) if isinstance(input, Tensor) else float(input)
    return base ** (cast(exponent, _core.float64) if isinstance(exponent, Tensor) else float(exponent))


def deg2rad(x):
    """Degrees as radians.

    Examples:
        >>> print(ops.deg2rad(Tensor([180.0])))
        [3.1415927]
    """
    return _floating(x) * (math.pi / 180)


def rad2deg(x):
    """Radians as degrees.

    Examples:
        >>> print(ops.rad2deg(Tensor([0.0])))
        [0.]
    """
    return _floating(x) * (180 / math.pi)


def sinc(input):
    """sin(pi x) / (pi x), and 1 at 0.

    Examples:
        >>> print(ops.sinc(Tensor([0.0, 0.5])))
        [1.         0.63661975]
    """
    angle = _floating(input) * math.pi
    at_zero = equal(angle, 0)
    angle = where(at_zero, 1.0, angle)
    return where(at_zero, 1.0, sin(angle) / angle)


def gcd(input, other):
    """The greatest common divisor of integers.

    Examples:
        >>> print(ops.gcd(Tensor([7, 8]), Tensor([14, 6])))
        [7 2]
    """
    a, b = abs(input), abs(other)
    a, b = a + b * 0, b + a * 0
    while bool((b != 0).any()):
        done = equal(b, 0)
        a, b = where(done, a, b), where(done, b, a % where(done, b + 1, b))
    return a


def lcm(input, other):
    """The least common multiple of integers.

    Examples:
        >>> print(ops.lcm(Tensor([7, 8]), Tensor([14, 6])))
        [14 24]
    """
    divisor = gcd(input, other)
    return abs(input // where(equal(divisor, 0), divisor + 1, divisor) * other)


def nanmean(input, axis=None, keepdims=False, *, dtype=None):
    """The mean of all that is not NaN.

    Examples:
        >>> print(ops.nanmean(Tensor([1.0, float("nan"), 3.0])))
        2.0
    """
    count = sum(cast(logical_not(isnan(input)), input.dtype), axis, keepdims)
    return nansum(input, axis, keepdims, dtype=dtype) / count


def mv(mat, vec):
    """The product of a matrix and a vector.

    Examples:
        >>> print(ops.mv(Tensor([[1.0, 2.0]]), Tensor([3.0, 4.0])))
        [11.]
    """
    if mat.ndim != 2 or vec.ndim != 1:
        raise ValueError(f"mv: expected a matrix and a vector, got shapes {mat.shape} and {vec.shape}")
    return matmul(mat, vec)


def kron(input, other):
    """The Kronecker product: every element of `input` times all of `other`.

    Examples:
        >>> print(ops.kron(Tensor([1, 2]), Tensor([1, 10])))
        [ 1 10  2 20]
    """
    ndim = builtins.max(input.ndim, other.ndim)
    a = (1,) * (ndim - input.ndim) + tuple(input.shape)
    b = (1,) * (ndim - other.ndim) + tuple(other.shape)
    outer = [extent for pair in zip(a, (1,) * ndim) for extent in pair]
    inner = [extent for pair in zip((1,) * ndim, b) for extent in pair]
    product = reshape(input, tuple(outer)) * reshape(other, tuple(inner))
    return reshape(product, tuple(m * n for m, n in zip(a, b)))


def dist(input, other, p=2):
    """The p-norm of the difference of two Tensors: a 0-d Tensor.

    Examples:
        >>> print(ops.dist(Tensor([3.0, 4.0]), Tensor([0.0, 0.0])))
        5.0
    """
    return norm(reshape(input - other, (-1,)), p)


def pdist(input, p=2.0):
    """The distances of every row to all rows below it: (..., n (n - 1) / 2) of (..., n, features).

    Examples:
        >>> print(ops.pdist(Tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]])))
        [5.        1.        4.2426405]
    """
    count = input.shape[-2]
    first, second = triu_indices(count, count, 1)
    all_distances = cdist(input, input, p)
    flat = reshape(all_distances, (*input.shape[:-2], count * count))
    return gather(flat, first * count + second, -1)


def trapz(y, x=None, *, dx=1.0, dim=-1):
    """The integral along an axis by the trapezoidal rule, over places `x` or steps of `dx`.

    Examples:
        >>> print(ops.trapz(Tensor([1.0, 2.0, 3.0])))
        4.0
    """
    extent = y.shape[dim]
    heights = (narrow(y, dim, 0, extent - 1) + narrow(y, dim, 1, extent - 1)) / 2
    if x is None:
        return sum(heights, dim) * dx
    if x.ndim == 1:
        x = reshape(x, (-1,) + (1,) * (y.ndim - 1 - dim % y.ndim))
        along = 0
    else:
        along = dim
    steps = narrow(x, along, 1, extent - 1) - narrow(x, along, 0, extent - 1)
    return sum(heights * steps, dim)


def cov(input, *, correction=1, fweights=None, aweights=None):
    """The covariances of variables (rows) over observations (columns): (n, n), of a vector its variance.

    `fweights` says how often an observation counts, `aweights` how much.

    Examples:
        >>> print(ops.cov(Tensor([[0.0, 2.0], [2.0, 0.0]])))
        [[ 2. -2.]
         [-2.  2.]]
    """
    if input.ndim > 2:
        raise ValueError(f"cov: 'input' must be a vector or a matrix, got shape {input.shape}")
    x = reshape(_floating(input), (-1, input.shape[-1] if input.ndim else 1))
    weights = _core.ones((x.shape[1],), x.dtype)
    for given in (fweights, aweights):
        if given is not None:
            weights = weights * cast(given, x.dtype)
    total = sum(weights)
    centred = x - expand_dims(sum(x * weights, 1) / total, 1)
    scale = total - correction
    if aweights is not None:
        scale = total - correction * sum(weights * cast(aweights, x.dtype)) / total
    product = matmul(centred * weights, swapaxes(centred, 0, 1)) / scale
    return reshape(product, ()) if input.ndim < 2 else product


def renorm(input, p, axis, maxnorm):
    """Every slice along an axis with a p-norm above `maxnorm` scaled down to it.

    Examples:
        >>> print(ops.renorm(Tensor([[3.0, 4.0], [0.0, 1.0]]), 2, 0, 1.0))
        [[0.6 0.8]
         [0.  1. ]]
    """
    others = tuple(i for i in builtins.range(input.ndim) if i != axis % input.ndim)
    norms = sum(abs(input) ** p, others, True) ** (1 / p)
    small = 1e-7  # keeps the division from 0, as in PyTorch
    return where(norms > maxnorm, input * (maxnorm / (norms + small)), input)


def logcumsumexp(input, axis):
    """log of the sums of exp along an axis up to each element, without overflow.

    Examples:
        >>> print(ops.logcumsumexp(Tensor([0.0, 0.0, 1000.0]), 0))
        [0.000000e+00 6.931472e-01 1.000000e+03]
    """
    result, extent, shift = input, input.shape[axis], 1
    while shift < extent:  # each round doubles what an element has gathered
        head, rest = narrow(result, axis, 0, shift), narrow(result, axis, shift, extent - shift)
        result = concat((head, logaddexp(rest, narrow(result, axis, 0, extent - shift))), axis)
        shift *= 2
    return result


def matrix_power(input, n):
    """Square matrices (..., m, m) to the power of an int >= 0; NotImplementedError below, for want of inverses.

    Examples:
        >>> print(ops.matrix_power(Tensor([[1.0, 1.0], [0.0, 1.0]]), 5))
        [[1. 5.]
         [0. 1.]]
    """
    if n < 0:
        raise NotImplementedError("matrix_power: nucella has no inverse of matrices, so 'n' must not be negative")
    result = _core.eye(input.shape[-1], dtype=input.dtype) + input * 0
    square = input
    while n > 0:
        result = matmul(result, square) if n & 1 else result
        n >>= 1
        square = matmul(square, square) if n else square
    return result


def histc(input, bins=100, min=0.0, max=0.0):
    """How many elements lie in each of `bins` equal parts of [min, max]; of [least, most] when both are 0.

    Examples:
        >>> print(ops.histc(Tensor([1.0, 2.0, 1.0]), bins=4, min=0.0, max=3.0))
        [0. 2. 1. 0.]
    """
    low, high = float(min), float(max)
    if low == high == 0 and input.size:
        low, high = float(input.min()), float(input.max())
    if low > high:
        raise ValueError(f"histc: 'min' must not be above 'max', got {min} and {max}")
    if low == high:
        low, high = low - 1, high + 1
    x = reshape(cast(input, _core.float32), (-1,))
    x = x[logical_and(x >= low, x <= high)]
    places = minimum(cast(floor((x - low) * (bins / (high - low))), _core.int32), bins - 1)
    return cast(bincount(places, minlength=bins), _core.float32 if input.is_floating_point() else _core.int32)


def gumbel_softmax(logits, tau=1.0, hard=False, dim=-1):
    """softmax((logits + Gumbel noise) / tau); `hard`: a one-hot vector with the gradient of that.

    (Source: Jang et al., Categorical Reparameterization with Gumbel-Softmax, 2017.)

    Examples:
        >>> float(ops.gumbel_softmax(Tensor([1.0, 2.0]), hard=True).sum())
        1.0
    """
    if tau <= 0:
        raise ValueError(f"gumbel_softmax: 'tau' must be positive, got {tau}")
    tiny = 1e-20
    noise = -log(-log(rand_like(logits) + tiny) + tiny)
    soft = softmax((logits + stop_gradient(noise)) / tau, dim)
    if not hard:
        return soft
    chosen = one_hot(argmax(soft, dim), logits.shape[dim], 1, 0, dim if dim >= 0 else dim % logits.ndim)
    return cast(chosen, soft.dtype) + (soft - stop_gradient(soft))


def _window(name, length, periodic, dtype, values):
    if not isinstance(length, int) or isinstance(length, bool):
        raise TypeError(f"{name}: 'window_length' must be an int, got {type(length).__name__}")
    if length < 0:
        raise ValueError(f"{name}: 'window_length' must not be negative, got {length}")
    dtype = dtype or _core.float32
    if length <= 1:
        return _core.ones((length,), dtype)
    steps = length if periodic else length - 1
    return cast(values(cast(arange(0, length), _core.float64) / steps), dtype)


def hamming_window(window_length, periodic=True, alpha=0.54, beta=0.46, *, dtype=None):
    """alpha - beta cos(2 pi n / N), n from 0; N is the length if periodic, else one less.

    Examples:
        >>> print(ops.hamming_window(3, False))
        [0.08 1.   0.08]
    """
    return _window("hamming_window", window_length, periodic, dtype, lambda t: alpha - beta * cos(2 * math.pi * t))


def hann_window(window_length, periodic=True, *, dtype=None):
    """(1 - cos(2 pi n / N)) / 2, Float64 by default; see hamming_window.

    Examples:
        >>> print(ops.hann_window(4))
        [0.  0.5 1.  0.5]
    """
    dtype = dtype or _core.float64
    return _window("hann_window", window_length, periodic, dtype, lambda t: 0.5 - 0.5 * cos(2 * math.pi * t))


def blackman_window(window_length, periodic=True, *, dtype=None):
    """0.42 - 0.5 cos(2 pi n / N) + 0.08 cos(4 pi n / N); see hamming_window.

    Examples:
        >>> print(ops.blackman_window(4)[1])
        0.34
    """
    return _window(
        "blackman_window",
        window_length,
        periodic,
        dtype,
        lambda t: 0.42 - 0.5 * cos(2 * math.pi * t) + 0.08 * cos(4 * math.pi * t),
    )


def bartlett_window(window_length, periodic=True, *, dtype=None):
    """The triangle 1 - |2 n / N - 1|; see hamming_window.

    Examples:
        >>> print(ops.bartlett_window(4))
        [0.  0.5 1.  0.5]
    """
    return _window("bartlett_window", window_length, periodic, dtype, lambda t: 1 - abs(2 * t - 1))


__all__ = public_names(globals())
