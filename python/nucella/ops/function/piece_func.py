"""Pieces of tensors, and tensors put together from pieces: what the ops of the core compose."""

import builtins
import itertools

from nucella import _core
from nucella._core import Tensor, full, full_like, ones, zeros
from nucella.ops._define import function, public_names
from nucella.ops.function.array_func import (
    argwhere,
    concat,
    expand_dims,
    flip,
    gather,
    meshgrid,
    reshape,
    stack,
    swapaxes,
    tril,
    triu,
    where,
)
from nucella.ops.function.math_func import logical_xor
from nucella.ops.function.other_func import stop_gradient

_plain_strided_slice = function("strided_slice(input_x, begin, end, strides)")


def _cut(x, axis, start, stop):
    return x[(builtins.slice(None),) * (axis % x.ndim) + (builtins.slice(start, stop),)]


def strided_slice(
    input_x,
    begin,
    end,
    strides,
    begin_mask=0,
    end_mask=0,
    ellipsis_mask=0,
    new_axis_mask=0,
    shrink_axis_mask=0,
):
    """begin:end:step of the leading axes as a view, as Python slices them.

    Bit i of a mask changes what stands at place i: from the very start, to the very end, `...`, a new axis, or
    one element instead of a stretch.

    Examples:
        >>> print(ops.strided_slice(Tensor([[1, 2, 3], [4, 5, 6]]), (1, 0), (2, 3), (1, 2)))
        [[4 6]]
        >>> print(ops.strided_slice(Tensor([[1, 2, 3], [4, 5, 6]]), (1, 0), (2, 2), (1, 1), shrink_axis_mask=1))
        [4 5]
    """
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    if not builtins.any(masks):
        return _plain_strided_slice(input_x, begin, end, strides)

    def place(i):
        no_begin, no_end, ellipsis, new_axis, shrink = (mask >> i & 1 for mask in masks)
        if ellipsis:
            return ...
        if new_axis:
            return None
        if shrink:
            return begin[i]
        return builtins.slice(None if no_begin else begin[i], None if no_end else end[i], strides[i])

    return input_x[tuple(place(i) for i in range(len(begin)))]


def slice(input_x, begin, size):
    """`size` elements of each axis from `begin` on; -1 stands for all that follow.

    Examples:
        >>> print(ops.slice(Tensor([[1, 2, 3], [4, 5, 6]]), (0, 1), (2, -1)))
        [[2 3]
         [5 6]]
    """
    end = [extent if count == -1 else first + count for first, count, extent in zip(begin, size, input_x.shape)]
    for axis, (first, last) in enumerate(zip(begin, end)):
        if not 0 <= first <= last <= input_x.shape[axis]:
            raise ValueError(
                f"slice: axis {axis} has {input_x.shape[axis]} elements, got begin {first} and size {size[axis]}"
            )
    return input_x[tuple(builtins.slice(first, last) for first, last in zip(begin, end))]


def narrow(input, axis, start, length):
    """`length` elements along an axis from `start` on.

    Examples:
        >>> print(ops.narrow(Tensor([1, 2, 3, 4]), 0, 1, 2))
        [2 3]
    """
    if not -input.ndim <= axis < input.ndim:
        raise ValueError(f"narrow: 'axis' must be in [{-input.ndim}, {input.ndim}), got {axis}")
    extent = input.shape[axis]
    if not 0 <= start <= start + length <= extent:
        raise ValueError(f"narrow: {start} and {length} more do not fit into axis {axis} of {extent} elements")
    return _cut(input, axis, start, start + length)


def tensor_split(input, indices_or_sections, axis=0):
    """Pieces along an axis: so many of about the same size, the larger first, or cut before the given places.

    Examples:
        >>> [piece.shape for piece in ops.tensor_split(ops.ones(7), 3)]
        [(3,), (2,), (2,)]
        >>> [piece.shape for piece in ops.tensor_split(ops.ones(7), (1, 5))]
        [(1,), (4,), (2,)]
    """
    extent = input.shape[axis]
    if isinstance(indices_or_sections, int):
        if indices_or_sections <= 0:
            raise ValueError(f"tensor_split: the number of pieces must be positive, got {indices_or_sections}")
        small, larger = divmod(extent, indices_or_sections)
        sizes = [small + 1] * larger + [small] * (indices_or_sections - larger)
        cuts = [0, *itertools.accumulate(sizes)]
    else:
        cuts = [0, *indices_or_sections, extent]
    return tuple(_cut(input, axis, first, last) for first, last in itertools.pairwise(cuts))


def hsplit(input, indices_or_sections):
    """tensor_split along axis 1, of vectors along their only axis.

    Examples:
        >>> [piece.shape for piece in ops.hsplit(ops.ones((2, 4)), 2)]
        [(2, 2), (2, 2)]
    """
    return tensor_split(input, indices_or_sections, 0 if input.ndim == 1 else 1)


def vsplit(input, indices_or_sections):
    """tensor_split along axis 0.

    Examples:
        >>> [piece.shape for piece in ops.vsplit(ops.ones((2, 4)), 2)]
        [(1, 4), (1, 4)]
    """
    return tensor_split(input, indices_or_sections, 0)


def dsplit(input, indices_or_sections):
    """tensor_split along axis 2.

    Examples:
        >>> [piece.shape for piece in ops.dsplit(ops.ones((1, 2, 4)), 2)]
        [(1, 2, 2), (1, 2, 2)]
    """
    return tensor_split(input, indices_or_sections, 2)


def dstack(tensors):
    """The Tensors one behind the other: joined along axis 2; vectors become (1, n, 1), matrices (m, n, 1).

    Examples:
        >>> print(ops.dstack([Tensor([1, 2]), Tensor([3, 4])]))
        [[[1 3]
          [2 4]]]
    """

    def with_depth(x):
        x = reshape(x, (1, -1)) if x.ndim < 2 else x
        return expand_dims(x, 2) if x.ndim == 2 else x

    return concat([with_depth(x) for x in tensors], 2)


def column_stack(tensors):
    """The Tensors side by side, vectors as columns.

    Examples:
        >>> print(ops.column_stack([Tensor([1, 2]), Tensor([3, 4])]))
        [[1 3]
         [2 4]]
    """
    return concat([reshape(x, (-1, 1)) if x.ndim < 2 else x for x in tensors], 1)


def fliplr(input):
    """Columns in reverse order: axis 1.

    Examples:
        >>> print(ops.fliplr(Tensor([[1, 2], [3, 4]])))
        [[2 1]
         [4 3]]
    """
    return flip(input, (1,))


def flipud(input):
    """Rows in reverse order: axis 0.

    Examples:
        >>> print(ops.flipud(Tensor([[1, 2], [3, 4]])))
        [[3 4]
         [1 2]]
    """
    return flip(input, (0,))


def rot90(input, k, dims):
    """Turned by 90 degrees `k` times in the plane of two axes, from the first to the second.

    Examples:
        >>> print(ops.rot90(Tensor([[1, 2], [3, 4]]), 1, (0, 1)))
        [[2 4]
         [1 3]]
    """
    first, second = dims
    if (first - second) % input.ndim == 0:
        raise ValueError(f"rot90: 'dims' must be two different axes, got {tuple(dims)}")
    if k % 4 == 0:
        return input
    if k % 4 == 2:
        return flip(input, (first, second))
    if k % 4 == 1:
        return swapaxes(flip(input, (second,)), first, second)
    return flip(swapaxes(input, first, second), (second,))


def block_diag(*inputs):
    """A matrix with the given ones along its diagonal; vectors count as rows.

    Examples:
        >>> print(ops.block_diag(Tensor([[1], [2]]), Tensor([3])))
        [[1 0]
         [2 0]
         [0 3]]
    """
    matrices = [reshape(x, (1, -1)) if x.ndim < 2 else x for x in inputs]
    width = builtins.sum(x.shape[1] for x in matrices)
    rows, before = [], 0
    for x in matrices:
        left = zeros((x.shape[0], before), x.dtype)
        right = zeros((x.shape[0], width - before - x.shape[1]), x.dtype)
        rows.append(concat((left, x, right), 1))
        before += x.shape[1]
    return concat(rows, 0)


def take(input, index):
    """Elements by their places in row-major order, in the shape of `index`.

    Examples:
        >>> print(ops.take(Tensor([[1, 2], [3, 4]]), Tensor([3, 0])))
        [4 1]
    """
    return gather(reshape(input, (-1,)), index, 0)


def tril_indices(row, col, offset=0, *, dtype=_core.int64):
    """Rows and columns of what lies on and below a diagonal of a matrix: (2, n).

    Examples:
        >>> print(ops.tril_indices(2, 2))
        [[0 1 1]
         [0 0 1]]
    """
    return argwhere(tril(ones((row, col), _core.int32), offset)).T.astype(dtype)


def triu_indices(row, col, offset=0, *, dtype=_core.int64):
    """Rows and columns of what lies on and above a diagonal of a matrix: (2, n).

    Examples:
        >>> print(ops.triu_indices(2, 2))
        [[0 0 1]
         [0 1 1]]
    """
    return argwhere(triu(ones((row, col), _core.int32), offset)).T.astype(dtype)


def fill(type, shape, value):
    """A Tensor of one value.

    Examples:
        >>> print(ops.fill(nucella.float32, (1, 2), 3))
        [[3. 3.]]
    """
    return full(shape, value, dtype=type)


def fills(x, value):
    """A Tensor of one value, in the shape and type of `x`.

    Examples:
        >>> print(ops.fills(Tensor([1, 2]), 3))
        [3 3]
    """
    return full_like(x, value)


def cartesian_prod(*inputs):
    """All tuples with one element of each vector, the last changing fastest: (tuples, vectors).

    Examples:
        >>> print(ops.cartesian_prod(Tensor([1, 2]), Tensor([3, 4])))
        [[1 3]
         [1 4]
         [2 3]
         [2 4]]
    """
    grids = meshgrid(*inputs, indexing="ij") if len(inputs) > 1 else inputs
    return stack([reshape(grid, (-1,)) for grid in grids], -1)


def combinations(input, r=2, with_replacement=False):
    """All choices of `r` elements of a vector, in their order: (choices, r), (0,) when there are none.

    Examples:
        >>> print(ops.combinations(Tensor([1, 2, 3])))
        [[1 2]
         [1 3]
         [2 3]]
    """
    if input.ndim != 1:
        raise ValueError(f"combinations: 'input' must be a vector, got shape {input.shape}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    places = list(choose(range(input.size), r))
    if not places:
        return zeros((0,), input.dtype)
    return gather(input, Tensor(places), 0)


def diff(x, n=1, axis=-1, prepend=None, append=None):
    """Differences of neighbours along an axis, `n` times over; of truths whether they differ.

    Examples:
        >>> print(ops.diff(Tensor([1, 3, 6])))
        [2 3]
    """
    x = concat([piece for piece in (prepend, x, append) if piece is not None], axis)
    for _ in range(n):
        before, after = _cut(x, axis, None, -1), _cut(x, axis, 1, None)
        x = logical_xor(before, after) if x.dtype == _core.bool_ else after - before
    return x


def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False):
    """Rows of `weight` (rows, features) for each index of `input`: (..., features).

    The row `padding_idx` gets no gradient. NotImplementedError for `max_norm`, which would change `weight`, and
    for `scale_grad_by_freq`.

    Examples:
        >>> print(ops.embedding(Tensor([1, 0]), Tensor([[1.0, 2.0], [3.0, 4.0]])))
        [[3. 4.]
         [1. 2.]]
    """
    if max_norm is not None or scale_grad_by_freq:
        raise NotImplementedError("embedding: nucella has neither 'max_norm' nor 'scale_grad_by_freq'")
    rows = gather(weight, input, 0)
    if padding_idx is None:
        return rows
    if not -weight.shape[0] <= padding_idx < weight.shape[0]:
        raise ValueError(f"embedding: 'padding_idx' must be a row of {weight.shape[0]}, got {padding_idx}")
    padded = expand_dims(input == padding_idx % weight.shape[0], -1)
    return where(padded, stop_gradient(rows), rows)


def is_tensor(obj):
    """Whether this is a Tensor.

    Examples:
        >>> ops.is_tensor(Tensor(1)), ops.is_tensor(1)
        (True, False)
    """
    return isinstance(obj, Tensor)


__all__ = public_names(globals())
