"""Shapes, pieces, positions and dtypes of tensors, and tensors from nothing."""

import builtins

from nucella import _core
from nucella._core import (
    Tensor,
    arange,
    chunk,
    eye,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    split,
    topk,
    unstack,
    zeros,
    zeros_like,
)
from nucella.ops._define import function, public_names

_range = builtins.range

cast = function("cast(input, dtype)")
reshape = function("reshape(input, shape)")
expand_dims = function("expand_dims(input_x, axis)")
unsqueeze = function("unsqueeze(input, dim)", "expand_dims")
squeeze = function("squeeze(input, axis=None)")
transpose = function("transpose(input, dims)")
permute = function("permute(input, axis)", "transpose")
broadcast_to = function("broadcast_to(input, shape)")
tile = function("tile(input, dims)")
concat = function("concat(tensors, axis=0)")
cat = function("cat(tensors, axis=0)", "concat")
stack = function("stack(tensors, axis=0)")
swapaxes = function("swapaxes(input, axis0, axis1)")
swapdims = function("swapdims(input, dim0:axis0, dim1:axis1)", "swapaxes")
movedim = function("movedim(x, source, destination)")
moveaxis = function("moveaxis(x, source, destination)", "movedim")
diag = function("diag(input)")
diagonal = function("diagonal(input, offset=0, dim1=0, dim2=1)")
diag_embed = function("diag_embed(input, offset=0, dim1=-2, dim2=-1)")
select = function("select(condition, input, other)")
where = function("where(condition, input, other)")
masked_fill = function("masked_fill(input_x, mask, value)")
gather = function("gather(input_params, input_indices, axis)")
gather_nd = function("gather_nd(input_x, indices)")
scatter_nd = function("scatter_nd(indices, updates, shape)")
masked_select = function("masked_select(input, mask)")
argwhere = function("argwhere(input)", "nonzero")
_nonzero = function("nonzero(input)")
gather_elements = function("gather_elements(input, dim, index)")
gather_d = function("gather_d(x, dim, index)", "gather_elements")
flip = function("flip(input, dims)")
roll = function("roll(input, shifts, dims=None)")
triu = function("triu(input, diagonal=0)")
tril = function("tril(input, diagonal=0)")
_repeat_interleave = function("repeat_interleave(input, repeats, axis)")
_one_hot = function("one_hot(indices, depth, on_value, off_value, axis, dtype)")


def one_hot(indices, depth, on_value=1, off_value=0, axis=-1):
    """`on_value` where the new axis of extent `depth` at position `axis` meets the index, else `off_value`.

    The dtype is that of `on_value`: int64 for an int, float32 for a float, or that of a Tensor.

    Examples:
        >>> print(ops.one_hot(Tensor([0, 2]), 3))
        [[1 0 0]
         [0 0 1]]
    """
    return one_hot_values(indices, depth, on_value, off_value, axis)


def one_hot_values(indices, depth, on_value, off_value, axis):
    """As one_hot(), without defaults.

    Examples:
        >>> print(ops.one_hot_values(Tensor([0, 2]), 3, 1.0, 0.0, -1))
        [[1. 0. 0.]
         [0. 0. 1.]]
    """
    dtype = Tensor(on_value).dtype
    return _one_hot(indices, depth, float(on_value), float(off_value), axis, dtype)


def repeat_interleave(input, repeats, axis=None):
    """Every slice along `axis` `repeats` times, one after the other; without `axis` every element.

    Examples:
        >>> print(ops.repeat_interleave(Tensor([[1, 2], [3, 4]]), 2, 0))
        [[1 2]
         [1 2]
         [3 4]
         [3 4]]
    """
    if axis is None:
        return _repeat_interleave(input.ravel(), repeats, 0)
    return _repeat_interleave(input, repeats, axis)


def repeat_elements(x, rep, axis=0):
    """Every slice of `x` along `axis` `rep` times, one after the other.

    Examples:
        >>> print(ops.repeat_elements(Tensor([1, 2]), 2))
        [1 1 2 2]
    """
    return _repeat_interleave(x, rep, axis)


def unbind(input, dim=0):
    """A tuple of the views of `input` at each position of `dim`, which is dropped.

    Examples:
        >>> print(ops.unbind(Tensor([[1, 2], [3, 4]]))[1])
        [3 4]
    """
    return unstack(input, dim)


def flatten(input, order="C", *, start_dim=1, end_dim=-1):
    """The axes from `start_dim` to `end_dim` as one; with order 'F' those of the transposed Tensor.

    Examples:
        >>> ops.flatten(ops.ones((2, 3, 4), nucella.float32), start_dim=1).shape
        (2, 12)
    """
    return _checked(input, "flatten").flatten(order, start_dim=start_dim, end_dim=end_dim)


def nonzero(input, *, as_tuple=False):
    """The positions (int64) of the elements that are not 0: a row for each, or a vector for each axis.

    Examples:
        >>> print(ops.nonzero(Tensor([0, 3, 4])))
        [[1]
         [2]]
    """
    places = _nonzero(input)
    return unstack(places, 1) if as_tuple else places


def diagflat(input, offset=0):
    """A matrix with the elements of `input` on its diagonal, `offset` above the main one, and zeros elsewhere.

    Examples:
        >>> print(ops.diagflat(Tensor([1, 2])))
        [[1 0]
         [0 2]]
    """
    return diag_embed(reshape(input, (-1,)), offset)


def meshgrid(*inputs, indexing="xy"):
    """The coordinates of a grid: each vector along an axis of its own, repeated along the others.

    With indexing "xy" the first two axes are exchanged. ValueError for another word than "xy" and "ij", or for what is
    no vector or scalar.

    Examples:
        >>> print(ops.meshgrid(Tensor([1, 2]), Tensor([3, 4, 5]))[0])
        [[1 2]
         [1 2]
         [1 2]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: 'indexing' must be 'xy' or 'ij', got {indexing!r}")
    if len(inputs) == 1 and isinstance(inputs[0], tuple | list):
        inputs = tuple(inputs[0])
    if any(_checked(vector, "meshgrid").ndim > 1 for vector in inputs):
        raise ValueError("meshgrid: expected vectors")
    extents = tuple(vector.size for vector in inputs)
    alone = [tuple(n if i == k else 1 for i, n in enumerate(extents)) for k in _range(len(extents))]
    grids = [broadcast_to(reshape(vector, own), extents) for vector, own in zip(inputs, alone, strict=True)]
    if indexing == "xy" and len(grids) > 1:
        grids = [swapaxes(grid, 0, 1) for grid in grids]
    return tuple(grids)


def expand_as(input, other):
    """`input`, broadcast to the shape of `other`, without a copy.

    Examples:
        >>> print(ops.expand_as(Tensor([1, 2]), ops.ones((2, 2))))
        [[1 2]
         [1 2]]
    """
    return broadcast_to(input, _checked(other, "expand_as").shape)


def view_as(input, other):
    """`input` in the shape of `other`.

    Examples:
        >>> print(ops.view_as(Tensor([1, 2]), ops.ones((2, 1))))
        [[1]
         [2]]
    """
    return reshape(input, _checked(other, "view_as").shape)


def _at_least(x, ndim):
    for _ in _range(ndim - x.ndim):
        x = expand_dims(x, 0)
    return x


def hstack(tensors):
    """The Tensors side by side: joined along axis 1, vectors along their only axis.

    Examples:
        >>> print(ops.hstack([Tensor([1, 2]), Tensor([3])]))
        [1 2 3]
    """
    tensors = [_at_least(x, 1) for x in tensors]
    return concat(tensors, 0 if tensors[0].ndim == 1 else 1)


def vstack(inputs):
    """The Tensors one below the other: joined along axis 0, vectors as rows.

    Examples:
        >>> print(ops.vstack([Tensor([1, 2]), Tensor([3, 4])]))
        [[1 2]
         [3 4]]
    """
    return concat([_at_least(x, 2) for x in inputs], 0)


def numel(input):
    """The number of elements of a Tensor.

    Examples:
        >>> ops.numel(Tensor([[1, 2, 3]]))
        3
    """
    return _checked(input, "numel").size


def ravel(input):
    """The elements as one vector.

    Examples:
        >>> print(ops.ravel(Tensor([[1, 2], [3, 4]])))
        [1 2 3 4]
    """
    return reshape(input, (-1,))


def logspace(start, end, steps, base=10, *, dtype=_core.float32):
    """`base` to the powers of `steps` evenly spaced numbers from `start` to `end`.

    Examples:
        >>> print(ops.logspace(0, 2, 3))
        [  1.  10. 100.]
    """
    exponents = linspace(float(start), float(end), steps, dtype=_core.float64)
    return cast(float(base) ** exponents, dtype)


def shape(input_x):
    """The extents of a Tensor, as a tuple of ints.

    Examples:
        >>> ops.shape(Tensor([[1, 2, 3]]))
        (1, 3)
    """
    return _checked(input_x, "shape").shape


def rank(input_x):
    """The number of axes of a Tensor.

    Examples:
        >>> ops.rank(Tensor([[1, 2, 3]]))
        2
    """
    return _checked(input_x, "rank").ndim


def size(input_x):
    """The number of elements of a Tensor.

    Examples:
        >>> ops.size(Tensor([[1, 2, 3]]))
        3
    """
    return _checked(input_x, "size").size


def dtype(input_x):
    """The element type of a Tensor.

    Examples:
        >>> ops.dtype(Tensor([1.5]))
        mindspore.float32
    """
    return _checked(input_x, "dtype").dtype


def _checked(tensor, who):
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{who}: 'input_x' must be a Tensor, got {type(tensor).__name__}")
    return tensor


def top_k(input_x, k, sorted=True):
    """The `k` largest elements along the last axis, and their positions (int32): in order, or as they stand.

    Examples:
        >>> values, positions = ops.top_k(Tensor([1.0, 5.0, 3.0]), 2)
        >>> print(values, positions)
        [5. 3.] [1 2]
    """
    return topk(input_x, k, sorted=sorted)


def range(start, end, step, maxlen=1000000):
    """start, start + step, ... up to but without `end`; ValueError for more than `maxlen` numbers.

    Examples:
        >>> print(ops.range(0, 6, 2))
        [0 2 4]
    """
    result = arange(start, end, step)
    if result.size > maxlen:
        raise ValueError(f"range: at most {maxlen} numbers are allowed, got {result.size}")
    return result


def scalar_to_tensor(input_x, dtype=_core.float32):
    """A 0-d Tensor of a number.

    Examples:
        >>> ops.scalar_to_tensor(2)
        Tensor(shape=[], dtype=Float32, value= 2)
    """
    return Tensor(input_x, dtype)


def tuple_to_array(input_x):
    """A 1-D Tensor of a tuple of numbers.

    Examples:
        >>> print(ops.tuple_to_array((1, 2, 3)))
        [1 2 3]
    """
    return Tensor(input_x)


__all__ = public_names(globals())
