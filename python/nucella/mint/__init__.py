"""The functions of nucella.ops under the names and signatures of mindspore.mint."""

import importlib

from nucella import _core
from nucella._core import arange, eye, full, full_like, linspace, ones, ones_like, sum, zeros, zeros_like
from nucella.ops._define import function as _function
from nucella.ops._define import public_names
from nucella.ops.function.array_func import (
    broadcast_to,
    flip,
    masked_fill,
    masked_select,
    nonzero,
    reshape,
    roll,
    squeeze,
    tile,
    tril,
    triu,
    unsqueeze,
    where,
)
from nucella.ops.function.array_func import repeat_interleave as _repeat_interleave
from nucella.ops.function.clip_func import clamp, clip
from nucella.ops.function.math_func import *


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
cumsum = _mint("cumsum(input, dim)")
gather = _mint("gather(input, dim, index)", "gather_elements")
index_select = _mint("index_select(input, dim:axis, index:indices)", "gather")
permute = _mint("permute(input, dims)", "transpose")
softmax = _mint("softmax(input, dim)")
log_softmax = _mint("log_softmax(input, dim=-1)")
sigmoid = _mint("sigmoid(input)")
flatten = _mint("flatten(input, start_dim=0, end_dim=-1)")
std = _mint("std(input, dim:axis=None, *, correction:ddof=1, keepdim:keep_dims=False)")
var = _mint("var(input, dim:axis=None, *, correction:ddof=1, keepdim:keep_dims=False)")


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
