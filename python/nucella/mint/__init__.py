"""The functions of nucella.ops under the names and signatures of mindspore.mint."""

import importlib

from nucella import _core
from nucella._core import arange, eye, full, full_like, linspace, ones, ones_like, sum, zeros, zeros_like
from nucella.ops._define import function as _function
from nucella.ops._define import public_names
from nucella.ops.function import random_func as _random
from nucella.ops.function.array_func import (
    broadcast_to,
    flip,
    hstack,
    masked_fill,
    masked_select,
    nonzero,
    numel,
    ravel,
    reshape,
    roll,
    squeeze,
    swapaxes,
    tile,
    tril,
    triu,
    unsqueeze,
    where,
)
from nucella.ops.function.array_func import diag_embed as _diag_embed
from nucella.ops.function.array_func import diagonal as _diagonal
from nucella.ops.function.array_func import meshgrid as _meshgrid
from nucella.ops.function.array_func import repeat_interleave as _repeat_interleave
from nucella.ops.function.clip_func import clamp, clip
from nucella.ops.function.math_func import *
from nucella.ops.function.math_func import isclose
from nucella.ops.function.random_func import rand_like, randn_like
from nucella.ops.function.scatter_func import searchsorted, unique_consecutive


def _mint(signature, op=None):
    return _function(signature, op, module="nucella.mint")


all = _mint("all(input, dim=None, keepdim=False)", "reduce_all")
any = _mint("any(input, dim=None, keepdim=False)", "reduce_any")
amax = _mint("amax(input, dim=(), keepdim=False)", "reduce_max")
amin = _mint("amin(input, dim=(), keepdim=False)", "reduce_min")
argsort = _mint("argsort(input, dim=-1, descending=False)")
bmm = _mint("bmm(input, mat2)", "batch_matmul")
cat = _mint("cat(tensors, dim=0)", "concat")
concat = _mint("concat(tensors, dim=0)")
stack = _mint("stack(tensors, dim=0)")
cummax = _mint("cummax(input, dim:axis)")
cummin = _mint("cummin(input, dim:axis)")
scatter = _mint("scatter(input, dim, index, src:updates)", "scatter_elements")
addcdiv = _mint("addcdiv(input:x, tensor1, tensor2, *, value=None)")
addcmul = _mint("addcmul(input:x, tensor1, tensor2, *, value=None)")
baddbmm = _mint("baddbmm(input:x, batch1:a, batch2:b, *, beta=1, alpha=1)")
bitwise_not = _mint("bitwise_not(input)")
frac = _mint("frac(input)")
index_add = _mint("index_add(input:x, dim:axis, index:indices, source:y, *, alpha=1)")
_scatter_elements = _mint("scatter_add(input, dim, index, src:updates, reduction)", "scatter_elements")
_unique = _mint("unique(input, sorted)")
_median = _mint("median(input, dim:axis, keepdim:keep_dims)")
gather = _mint("gather(input, dim, index)", "gather_elements")
index_select = _mint("index_select(input, dim:axis, index:indices)", "gather")
permute = _mint("permute(input, dims)", "transpose")
softmax = _mint("softmax(input, dim)")
log_softmax = _mint("log_softmax(input, dim=-1)")
sigmoid = _mint("sigmoid(input)")
flatten = _mint("flatten(input, start_dim=0, end_dim=-1)")
std = _mint("std(input, dim:axis=None, *, correction:ddof=1, keepdim:keep_dims=False)")
var = _mint("var(input, dim:axis=None, *, correction:ddof=1, keepdim:keep_dims=False)")


def scatter_add(input, dim, index, src):
    """A copy of `input` with `src` added at the positions in `index` along `dim`.

    Examples:
        >>> print(nucella.mint.scatter_add(Tensor([1.0, 2.0]), 0, Tensor([0, 0]), Tensor([3.0, 4.0])))
        [8. 2.]
    """
    return _scatter_elements(input, dim, index, src, "add")


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements, in order unless `sorted` is False.

    Args:
        input (Tensor): Any.
        sorted (bool): False: in the order in which they first occur. Default: True.
        return_inverse (bool): Also where each element stands among them (int64). Default: False.
        return_counts (bool): Also how often each occurs (int64). Default: False.
        dim (int): Only None, or 0 for a vector; NotImplementedError for another one. Default: None.

    Examples:
        >>> print(nucella.mint.unique(Tensor([3, 1, 3])))
        [1 3]
    """
    if dim is not None and (input.ndim != 1 or dim not in (0, -1)):
        raise NotImplementedError(f"unique: nucella knows no 'dim' of more than one axis, got {dim!r}")
    values, inverse, counts = _unique(input, sorted)
    results = (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))
    return results if len(results) > 1 else values


def median(input, dim=None, keepdim=False):
    """The middle element in order (the lower of two); with `dim` those along it and where they stand, as a tuple.

    Examples:
        >>> print(nucella.mint.median(Tensor([3.0, 1.0, 2.0])))
        2.0
    """
    return _median(input.ravel(), 0, False)[0] if dim is None else _median(input, dim, keepdim)


def topk(input, k, dim=-1, largest=True, sorted=True):
    """The `k` largest (or smallest) elements along `dim`, and where they stand.

    Examples:
        >>> print(nucella.mint.topk(Tensor([3.0, 1.0, 2.0]), 2)[0])
        [3. 2.]
    """
    return _core.topk(input, k, dim, largest, sorted)


def norm(input, p="fro", dim=None, keepdim=False, *, dtype=None):
    """The norm of order `p` of the vectors along `dim`, or of all elements taken as one vector.

    Examples:
        >>> print(nucella.mint.norm(Tensor([[3.0], [4.0]])))
        5.0
    """
    order = 2 if p == "fro" else p
    if dim is None:
        flat = _core.norm(input.ravel(), order, 0, False, dtype=dtype)
        return flat.reshape((1,) * input.ndim) if keepdim else flat
    return _core.norm(input, order, dim, keepdim, dtype=dtype)


def count_nonzero(input, dim=None):
    """The number (int64) of elements that are not 0, over the axes `dim` (None: all).

    Examples:
        >>> print(nucella.mint.count_nonzero(Tensor([0.0, 3.0])))
        1
    """
    return input.count_nonzero(() if dim is None else dim, False, _core.int64)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether all elements are close, as isclose() has it.

    Examples:
        >>> nucella.mint.allclose(Tensor([1.0]), Tensor([1.0]))
        True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).all())


def diag(input, diagonal=0):
    """A matrix with the vector `input` on its diagonal, or the diagonal of the matrix `input`.

    Examples:
        >>> print(nucella.mint.diag(Tensor([[1, 2], [3, 4]])))
        [1 4]
    """
    return _diag_embed(input, diagonal) if input.ndim == 1 else _diagonal(input, diagonal)


def meshgrid(*tensors, indexing="ij"):
    """The coordinates of a grid: each vector along an axis of its own, repeated along the others.

    Examples:
        >>> print(nucella.mint.meshgrid(Tensor([1, 2]), Tensor([3, 4]))[0])
        [[1 1]
         [2 2]]
    """
    return _meshgrid(*tensors, indexing=indexing or "ij")


def mv(input, vec):
    """The product of a matrix and a vector.

    Examples:
        >>> print(nucella.mint.mv(Tensor([[1.0, 2.0]]), Tensor([3.0, 4.0])))
        [11.]
    """
    return input.matmul(vec)


def var_mean(input, dim=None, *, correction=1, keepdim=False):
    """Variance and mean over the axes in `dim` (None: all).

    Examples:
        >>> print(nucella.mint.var_mean(Tensor([1.0, 3.0]))[0])
        2.0
    """
    return var(input, dim, correction=correction, keepdim=keepdim), mean(input, dim, keepdim)


def std_mean(input, dim=None, *, correction=1, keepdim=False):
    """Standard deviation and mean over the axes in `dim` (None: all).

    Examples:
        >>> print(nucella.mint.std_mean(Tensor([1.0, 3.0]))[1])
        2.0
    """
    return std(input, dim, correction=correction, keepdim=keepdim), mean(input, dim, keepdim)


def _without_generator(generator, who):
    if generator is not None:
        raise NotImplementedError(f"{who}: nucella has one generator, which set_seed() starts anew")


def rand(*size, generator=None, dtype=None, device=None):
    """Numbers drawn evenly from [0, 1). NotImplementedError for a `generator`.

    Examples:
        >>> nucella.mint.rand(2, 3).shape
        (2, 3)
    """
    _without_generator(generator, "rand")
    return _random.rand(*size, dtype=dtype)


def randn(*size, generator=None, dtype=None, device=None):
    """Normal numbers of mean 0 and standard deviation 1. NotImplementedError for a `generator`.

    Examples:
        >>> nucella.mint.randn(2, 3).shape
        (2, 3)
    """
    _without_generator(generator, "randn")
    return _random.randn(*size, dtype=dtype)


def randint(*args, generator=None, dtype=None, device=None):
    """randint(low, high, size) or randint(high, size): integers drawn evenly from [low, high), or from 0 on.

    Examples:
        >>> print(nucella.mint.randint(4, 5, (2,)))
        [4 4]
    """
    _without_generator(generator, "randint")
    low, high, size = args if len(args) == 3 else (0, *args)
    return _random.randint(low, high, size, dtype=dtype)


def randperm(n, *, generator=None, dtype=_core.int64):
    """The numbers 0, 1, ..., n - 1 in a random order. NotImplementedError for a `generator`.

    Examples:
        >>> print(nucella.mint.randperm(3).sort()[0])
        [0 1 2]
    """
    _without_generator(generator, "randperm")
    return _random.randperm(n, dtype=dtype)


def normal(mean=0.0, std=1.0, size=None, generator=None):
    """Normal numbers; `mean` and `std` are numbers or Tensors, which broadcast with `size`.

    Examples:
        >>> nucella.mint.normal(0.0, 1.0, (2, 3)).shape
        (2, 3)
    """
    _without_generator(generator, "normal")
    shapes = [value.shape for value in (mean, std) if isinstance(value, _core.Tensor)]
    if size is None:
        size = (_core.zeros(shapes[0]) + _core.zeros(shapes[-1])).shape if shapes else ()
    return _random.normal(size, mean, std)


def bernoulli(input, *, generator=None):
    """1 with the probability that stands in `input`, else 0.

    Examples:
        >>> print(nucella.mint.bernoulli(Tensor([0.0, 1.0])))
        [0. 1.]
    """
    _without_generator(generator, "bernoulli")
    return _random.bernoulli(input, input)


def multinomial(input, num_samples, replacement=False, *, generator=None):
    """Positions (int64) along the last axis, drawn as often as the weights there say.

    Examples:
        >>> print(nucella.mint.multinomial(Tensor([0.0, 1.0]), 1))
        [1]
    """
    _without_generator(generator, "multinomial")
    return _random.multinomial(input, num_samples, replacement).astype(_core.int64)


def mean(input, dim=None, keepdim=False, *, dtype=None):
    """Mean over the axes in `dim` (None: all), in `dtype`.

    Examples:
        >>> print(nucella.mint.mean(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0))
        [2. 3.]
    """
    return input.mean(dim, keepdim, dtype=dtype)


def prod(input, dim=None, keepdim=False, *, dtype=None):
    """Product over the axes in `dim` (None: all), in `dtype`.

    Examples:
        >>> print(nucella.mint.prod(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1))
        [ 2. 12.]
    """
    return input.prod(dim, keepdim, dtype)


def max(input, dim=None, keepdim=False):
    """The largest element; with `dim` the largest along it and where they stand, as a tuple.

    Examples:
        >>> values, positions = nucella.mint.max(Tensor([[1.0, 5.0], [3.0, 2.0]]), 1)
        >>> print(values, positions)
        [5. 3.] [1 0]
    """
    return input.max() if dim is None else input.max(dim, keepdim)


def min(input, dim=None, keepdim=False):
    """The smallest element; with `dim` the smallest along it and where they stand, as a tuple.

    Examples:
        >>> print(nucella.mint.min(Tensor([1.0, 5.0])))
        1.0
    """
    return input.min() if dim is None else input.min(dim, keepdim)


def sort(input, *, dim=-1, descending=False, stable=False):
    """The elements in order along `dim`, and where they come from; always stable.

    Examples:
        >>> values, positions = nucella.mint.sort(Tensor([3.0, 1.0, 2.0]))
        >>> print(values, positions)
        [1. 2. 3.] [1 2 0]
    """
    return _core.sort(input, dim, descending)


def split(tensor, split_size_or_sections, dim=0):
    """A tuple of views of `tensor`, cut along `dim`.

    Examples:
        >>> [part.shape for part in nucella.mint.split(Tensor([1, 2, 3]), 2)]
        [(2,), (1,)]
    """
    return _core.split(tensor, split_size_or_sections, dim)


def chunk(input, chunks, dim=0):
    """A tuple of at most `chunks` views of `input`, cut along `dim`.

    Examples:
        >>> [part.shape for part in nucella.mint.chunk(Tensor([1, 2, 3, 4]), 2)]
        [(2,), (2,)]
    """
    return _core.chunk(input, chunks, dim)


def unbind(input, dim=0):
    """A tuple of the views of `input` at each position of `dim`, which is dropped.

    Examples:
        >>> [print(row) for row in nucella.mint.unbind(Tensor([[1, 2], [3, 4]]))]
        [1 2]
        [3 4]
        [None, None]
    """
    return _core.unstack(input, dim)


def narrow(input, dim, start, length):
    """A view of `length` positions of the axis `dim` from `start` on.

    Examples:
        >>> print(nucella.mint.narrow(Tensor([1, 2, 3, 4]), 0, 1, 2))
        [2 3]
    """
    return input.narrow(dim, start, length)


def transpose(input, dim0, dim1):
    """A view with two axes exchanged.

    Examples:
        >>> print(nucella.mint.transpose(Tensor([[1, 2], [3, 4]]), 0, 1))
        [[1 3]
         [2 4]]
    """
    return input.swapaxes(dim0, dim1)


def clone(input):
    """A Tensor with a copy of the elements; gradients flow through.

    Examples:
        >>> x = Tensor([1, 2])
        >>> y = nucella.mint.clone(x)
        >>> y[0] = 5
        >>> print(x, y)
        [1 2] [5 2]
    """
    return input.copy()


def repeat_interleave(input, repeats, dim=None):
    """Every slice along `dim` `repeats` times, one after the other; without `dim` every element.

    Examples:
        >>> print(nucella.mint.repeat_interleave(Tensor([1, 2]), 2))
        [1 1 2 2]
    """
    return _repeat_interleave(input, repeats, dim)


__all__ = public_names(globals())


def __getattr__(name):
    if name == "nn":
        return importlib.import_module("nucella.mint.nn")
    raise AttributeError(f"nucella.mint has no '{name}': nucella does not have this part of MindSpore yet")
