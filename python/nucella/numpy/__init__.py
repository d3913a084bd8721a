"""Functions of nucella.ops under NumPy's names, as in mindspore.numpy: on Tensors, and differentiable."""

import builtins

from nucella import _core
from nucella._core import Tensor, eye, ones, zeros
from nucella.common import dtype as _dtypes
from nucella.common.dtype import *  # noqa: F403
from nucella.ops import functional as _ops
from nucella.ops.functional import (
    abs,
    absolute,
    add,
    broadcast_to,
    ceil,
    cos,
    divide,
    equal,
    exp,
    expand_dims,
    expm1,
    flip,
    floor,
    floor_divide,
    greater,
    greater_equal,
    hypot,
    inner,
    isclose,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logaddexp2,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    matmul,
    maximum,
    minimum,
    moveaxis,
    multiply,
    negative,
    not_equal,
    outer,
    ravel,
    reciprocal,
    remainder,
    reshape,
    roll,
    sign,
    sin,
    sqrt,
    square,
    stack,
    subtract,
    swapaxes,
    tan,
    tanh,
    tile,
    tril,
    triu,
    true_divide,
    trunc,
)

mod = remainder
power = _ops.pow
rint = _ops.round
pi = 3.141592653589793
e = 2.718281828459045
inf = float("inf")
nan = float("nan")
newaxis = None


def _dtype_of(dtype):
    """A dtype by itself, by its name, or by a type of Python or NumPy."""
    if dtype is None or isinstance(dtype, type(_core.float32)):
        return dtype
    if dtype in (float, int, bool):
        return {float: _core.float32, int: _core.int32, bool: _core.bool_}[dtype]
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", None)
    found = getattr(_dtypes, "bool_" if name == "bool" else str(name), None)
    if not isinstance(found, type(_core.float32)):
        raise TypeError(f"nucella.numpy: there is no dtype {dtype!r}")
    return found


def array(obj, dtype=None, copy=True, ndmin=0):
    """A Tensor of numbers, of nested lists of them, of a NumPy array or of a Tensor, with at least `ndmin` axes.

    Examples:
        >>> print(nucella.numpy.array([1, 2], ndmin=2))
        [[1 2]]
    """
    tensor = asarray(obj, dtype)
    if copy and tensor is obj:
        tensor = tensor.copy()
    return reshape(tensor, (1,) * (ndmin - tensor.ndim) + tensor.shape) if ndmin > tensor.ndim else tensor


def asarray(a, dtype=None):
    """A Tensor of numbers, of nested lists of them, of a NumPy array or of a Tensor; a fitting Tensor is itself.

    Examples:
        >>> print(nucella.numpy.asarray([1.5, 2.5]))
        [1.5 2.5]
    """
    dtype = _dtype_of(dtype)
    if not isinstance(a, Tensor):
        return Tensor(a, dtype)
    return a if dtype is None or a.dtype == dtype else a.astype(dtype)


def arange(start, stop=None, step=None, dtype=None):
    """start, start + step, ... up to but without `stop`; with one argument from 0 to it.

    Examples:
        >>> print(nucella.numpy.arange(1, 7, 2))
        [1 3 5]
    """
    return _core.arange(start, stop, 1 if step is None else step, dtype=dtype)


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` evenly spaced numbers from `start` to `stop`, which is among them if `endpoint`.

    NotImplementedError for another `axis` than 0; `retstep` also gives the distance.

    Examples:
        >>> print(nucella.numpy.linspace(0, 1, 3))
        [0.  0.5 1. ]
    """
    if axis != 0:
        raise NotImplementedError(f"linspace: nucella knows the axis 0 only, got {axis}")
    step = (stop - start) / builtins.max(num - endpoint, 1)
    numbers = _core.linspace(start, stop if endpoint else stop - step, num, dtype=dtype)
    return (numbers, step) if retstep else numbers


def full(shape, fill_value, dtype=None):
    """A Tensor of this shape whose elements are all `fill_value`.

    Examples:
        >>> print(nucella.numpy.full((2,), 3))
        [3 3]
    """
    return _core.full(shape, fill_value, dtype=dtype)


def zeros_like(a, dtype=None, shape=None):
    """Zeros in the shape and dtype of `a`, unless others are given.

    Examples:
        >>> print(nucella.numpy.zeros_like(Tensor([1, 2])))
        [0 0]
    """
    return zeros(a.shape if shape is None else shape, dtype or a.dtype)


def ones_like(a, dtype=None, shape=None):
    """Ones in the shape and dtype of `a`, unless others are given.

    Examples:
        >>> print(nucella.numpy.ones_like(Tensor([1, 2])))
        [1 1]
    """
    return ones(a.shape if shape is None else shape, dtype or a.dtype)


def full_like(a, fill_value, dtype=None, shape=None):
    """`fill_value` in the shape and dtype of `a`, unless others are given.

    Examples:
        >>> print(nucella.numpy.full_like(Tensor([1, 2]), 7))
        [7 7]
    """
    return _core.full(a.shape if shape is None else shape, fill_value, dtype=dtype or a.dtype)


def identity(n, dtype=_core.float32):
    """A square matrix with ones on its diagonal.

    Examples:
        >>> print(nucella.numpy.identity(2))
        [[1. 0.]
         [0. 1.]]
    """
    return eye(n, n, dtype)


def sum(a, axis=None, dtype=None, keepdims=False, initial=None):
    """The sum over the axes in `axis` (None: all), from `initial` on.

    Examples:
        >>> print(nucella.numpy.sum(Tensor([1.0, 2.0])))
        3.0
    """
    return a.sum(axis, dtype, keepdims, initial)


def mean(a, axis=None, keepdims=False, dtype=None):
    """The mean over the axes in `axis` (None: all).

    Examples:
        >>> print(nucella.numpy.mean(Tensor([1.0, 2.0])))
        1.5
    """
    return a.mean(axis, keepdims, dtype=dtype)


def std(x, axis=None, ddof=0, keepdims=False):
    """The standard deviation over the axes in `axis` (None: all).

    Examples:
        >>> print(nucella.numpy.std(Tensor([1.0, 3.0])))
        1.0
    """
    return x.std(axis, ddof, keepdims)


def var(x, axis=None, ddof=0, keepdims=False):
    """The variance over the axes in `axis` (None: all).

    Examples:
        >>> print(nucella.numpy.var(Tensor([1.0, 3.0])))
        1.0
    """
    return x.var(axis, ddof, keepdims)


def max(a, axis=None, keepdims=False, initial=None, where=True):
    """The largest elements over the axes in `axis` (None: all); `initial` and `where` as for ops.amax().

    Examples:
        >>> print(nucella.numpy.max(Tensor([1.0, 3.0])))
        3.0
    """
    return _ops.amax(a, axis, keepdims, initial=initial, where=None if where is True else where)


def min(a, axis=None, keepdims=False, initial=None, where=True):
    """The smallest elements over the axes in `axis` (None: all); `initial` and `where` as for ops.amax().

    Examples:
        >>> print(nucella.numpy.min(Tensor([1.0, 3.0])))
        1.0
    """
    return _ops.amin(a, axis, keepdims, initial=initial, where=None if where is True else where)


amax = max
amin = min


def argmax(a, axis=None):
    """The positions of the first largest elements along `axis` (None: of all).

    Examples:
        >>> print(nucella.numpy.argmax(Tensor([1.0, 3.0])))
        1
    """
    return a.argmax(axis)


def argmin(a, axis=None):
    """The positions of the first smallest elements along `axis` (None: of all).

    Examples:
        >>> print(nucella.numpy.argmin(Tensor([1.0, 3.0])))
        0
    """
    return a.argmin(axis)


def cumsum(a, axis=None, dtype=None):
    """Running sums along `axis` (None: over all elements).

    Examples:
        >>> print(nucella.numpy.cumsum(Tensor([1.0, 2.0])))
        [1. 3.]
    """
    return _ops.cumsum(ravel(a), 0, dtype) if axis is None else _ops.cumsum(a, axis, dtype)


def cumprod(a, axis=None, dtype=None):
    """Running products along `axis` (None: over all elements).

    Examples:
        >>> print(nucella.numpy.cumprod(Tensor([2.0, 3.0])))
        [2. 6.]
    """
    return _ops.cumprod(ravel(a), 0, dtype) if axis is None else _ops.cumprod(a, axis, dtype)


def count_nonzero(x, axis=None, keepdims=False):
    """The number of elements that are not 0 over the axes in `axis` (None: all).

    Examples:
        >>> print(nucella.numpy.count_nonzero(Tensor([0, 3])))
        1
    """
    return _ops.count_nonzero(x, () if axis is None else axis, keepdims)


def concatenate(arrays, axis=0):
    """The Tensors behind one another along `axis`; None: as vectors.

    Examples:
        >>> print(nucella.numpy.concatenate([Tensor([1]), Tensor([2])]))
        [1 2]
    """
    return _ops.concat([ravel(a) for a in arrays] if axis is None else arrays, axis or 0)


def vstack(tup):
    """The Tensors one below the other.

    Examples:
        >>> print(nucella.numpy.vstack([Tensor([1]), Tensor([2])]))
        [[1]
         [2]]
    """
    return _ops.vstack(tup)


def hstack(tup):
    """The Tensors side by side.

    Examples:
        >>> print(nucella.numpy.hstack([Tensor([1]), Tensor([2])]))
        [1 2]
    """
    return _ops.hstack(tup)


def split(x, indices_or_sections, axis=0):
    """A tuple of views, cut along `axis` into a number of equal pieces, or in front of the given positions.

    ValueError when the extent is no multiple of the number.

    Examples:
        >>> print(nucella.numpy.split(Tensor([1, 2, 3]), (1,))[1])
        [2 3]
    """
    extent = x.shape[axis]
    if isinstance(indices_or_sections, int):
        if extent % indices_or_sections:
            raise ValueError(f"split: the extent {extent} is no multiple of {indices_or_sections}")
        return _core.split(x, extent // indices_or_sections, axis)
    ends = [0, *indices_or_sections, extent]
    return _core.split(x, [b - a for a, b in zip(ends, ends[1:])], axis)


def transpose(a, axes=None):
    """A view with the axes in this order; without one in the reverse order.

    Examples:
        >>> nucella.numpy.transpose(Tensor([[1, 2]])).shape
        (2, 1)
    """
    return a.transpose() if axes is None else _ops.transpose(a, axes)


def squeeze(a, axis=None):
    """A view without axes of extent 1.

    Examples:
        >>> print(nucella.numpy.squeeze(Tensor([[1, 2]])))
        [1 2]
    """
    return _ops.squeeze(a, axis)


def repeat(a, repeats, axis=None):
    """Every slice along `axis` `repeats` times (None: every element).

    Examples:
        >>> print(nucella.numpy.repeat(Tensor([1, 2]), 2))
        [1 1 2 2]
    """
    return _ops.repeat_interleave(a, repeats, axis)


def where(condition, x=None, y=None):
    """`x` where `condition` is true, else `y`; without them the positions of true elements, a vector for each axis.

    Examples:
        >>> print(nucella.numpy.where(Tensor([True, False]), Tensor([1, 2]), Tensor([3, 4])))
        [1 4]
    """
    return _ops.nonzero(condition, as_tuple=True) if x is None else _ops.where(condition, x, y)


def take(a, indices, axis=None, mode="raise"):
    """The slices along `axis` (None: of the vector of all elements) at `indices`; IndexError outside.

    NotImplementedError for another mode than "raise".

    Examples:
        >>> print(nucella.numpy.take(Tensor([1, 2, 3]), Tensor([2, 0])))
        [3 1]
    """
    if mode != "raise":
        raise NotImplementedError(f"take: nucella knows the mode 'raise' only, got {mode!r}")
    return _ops.gather(ravel(a), indices, 0) if axis is None else _ops.gather(a, indices, axis)


def clip(x, xmin, xmax, dtype=None):
    """`x` brought into [xmin, xmax]; None: no bound.

    Examples:
        >>> print(nucella.numpy.clip(Tensor([1.0, 5.0]), 2.0, 4.0))
        [2. 4.]
    """
    bounded = _ops.clamp(x, xmin, xmax)
    return bounded if dtype is None else bounded.astype(dtype)


def unique(x, return_inverse=False):
    """The different elements in order, and with `return_inverse` where each element stands among them.

    Examples:
        >>> print(nucella.numpy.unique(Tensor([3, 1, 3])))
        [1 3]
    """
    values, inverse = _sorted_unique(x)
    return (values, inverse) if return_inverse else values


def _sorted_unique(x):
    values, inverse = _ops.unique(x)
    ordered, order = _core.sort(values)
    rank = _ops.scatter(order, 0, order, _core.arange(order.size, dtype=order.dtype))
    return ordered, _ops.gather(rank, inverse, 0)


def diag(v, k=0):
    """A matrix with the vector `v` on its `k`-th diagonal, or the `k`-th diagonal of the matrix `v`.

    Examples:
        >>> print(nucella.numpy.diag(Tensor([[1, 2], [3, 4]])))
        [1 4]
    """
    return _ops.diag_embed(v, k) if v.ndim == 1 else _ops.diagonal(v, k)


def diagonal(a, offset=0, axis1=0, axis2=1):
    """The diagonals of the matrices that two axes make, as a new last axis.

    Examples:
        >>> print(nucella.numpy.diagonal(Tensor([[1, 2], [3, 4]])))
        [1 4]
    """
    return _ops.diagonal(a, offset, axis1, axis2)


def trace(a, offset=0, axis1=0, axis2=1, dtype=None):
    """The sums of the diagonals of the matrices that two axes make.

    Examples:
        >>> print(nucella.numpy.trace(Tensor([[1, 2], [3, 4]])))
        5
    """
    return _ops.diagonal(a, offset, axis1, axis2).sum(-1, dtype)


def meshgrid(*xi, sparse=False, indexing="xy"):
    """The coordinates of a grid. NotImplementedError for `sparse`.

    Examples:
        >>> print(nucella.numpy.meshgrid(Tensor([1, 2]), Tensor([3]))[0])
        [[1 2]]
    """
    if sparse:
        raise NotImplementedError("meshgrid: nucella has no sparse grids")
    return _ops.meshgrid(*xi, indexing=indexing)


def dot(a, b):
    """The matrix product; with a scalar the product.

    Examples:
        >>> print(nucella.numpy.dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0])))
        11.0
    """
    return multiply(a, b) if a.ndim == 0 or b.ndim == 0 else _ops.dot(a, b)


def tensordot(a, b, axes=2):
    """The sum of products over pairs of axes, as ops.tensor_dot().

    Examples:
        >>> print(nucella.numpy.tensordot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), 1))
        11.0
    """
    return _ops.tensor_dot(a, b, axes)


def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of vectors or matrices, as ops.norm().

    Examples:
        >>> print(nucella.numpy.norm(Tensor([3.0, 4.0])))
        5.0
    """
    return _ops.norm(x, ord, axis, keepdims)


def rand(*shape, dtype=_core.float32):
    """Numbers drawn evenly from [0, 1).

    Examples:
        >>> nucella.numpy.rand(2, 3).shape
        (2, 3)
    """
    return _ops.rand(*shape, dtype=dtype)


def randn(*shape, dtype=_core.float32):
    """Normal numbers of mean 0 and standard deviation 1.

    Examples:
        >>> nucella.numpy.randn(2, 3).shape
        (2, 3)
    """
    return _ops.randn(*shape, dtype=dtype)


def randint(minval, maxval=None, shape=None, dtype=_core.int32):
    """Integers drawn evenly from [minval, maxval), or with one argument from [0, minval).

    Examples:
        >>> print(nucella.numpy.randint(4, 5, (2,)))
        [4 4]
    """
    low, high = (0, minval) if maxval is None else (minval, maxval)
    return _ops.randint(low, high, () if shape is None else shape, dtype=dtype)


__all__ = [name for name, value in globals().items() if name[0] != "_" and name not in ("builtins", "Tensor")]
