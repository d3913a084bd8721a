"""Writing at positions, joining at positions, counting and finding elements."""

from nucella import _core
from nucella._core import Parameter, Tensor
from nucella.ops._define import function, public_names
from nucella.ops.function.array_func import expand_dims, scatter_nd, zeros
from nucella.ops.function.other_func import assign

tensor_scatter_elements = function(
    "tensor_scatter_elements(input_x, indices:index, updates, axis:dim=0, reduction='none')", "scatter_elements"
)
index_select = function("index_select(input, axis, index:indices)", "gather")
_index_add = function("index_add(x, indices, y, axis)")
index_fill = function("index_fill(x, axis, index, value)")
_tensor_scatter = function("tensor_scatter(input_x, indices, updates, reduction)")
_join = function("scatter_nd_reduce(input_x, indices, updates, reduction)")
_write = function("scatter_nd_update(input_x, indices, updates)")
_scatter_elements = function("scatter(input, axis:dim, index, src:updates, reduction)", "scatter_elements")
_unique = function("unique(input, sorted)")
_unique_consecutive = function("unique_consecutive(input)")
_searchsorted = function("searchsorted(sorted_sequence, values, right, dtype)")
bincount = function("bincount(input, weights=None, minlength=0)")


def scatter(input, axis, index, src):
    """A copy of `input` with `src` written at the positions in `index` along `axis`.

    `src` is a Tensor of the shape of `index`, or a number. IndexError for a position outside of the axis.

    Examples:
        >>> print(ops.scatter(Tensor([1.0, 2.0, 3.0]), 0, Tensor([0, 2]), Tensor([5.0, 6.0])))
        [5. 2. 6.]
    """
    if not isinstance(src, Tensor):
        src = _core.full(index.shape, src, dtype=input.dtype)
    return _scatter_elements(input, axis, index, src, "none")


def _tensor_scatter_function(name, reduction, what, example):
    def tensor_scatter(input_x, indices, updates):
        return _tensor_scatter(input_x, indices, updates, reduction)

    tensor_scatter.__name__ = tensor_scatter.__qualname__ = name
    tensor_scatter.__doc__ = f"""A copy of `input_x` whose elements at `indices` (laid out as in gather_nd()) {what}.

    Of several updates for one place each counts, in order. IndexError for a position outside of `input_x`.

    Examples:
        >>> print(ops.{name}(Tensor([4.0, 6.0]), Tensor([[0], [0]]), Tensor([2.0, 4.0])))
        {example}
    """
    return tensor_scatter


tensor_scatter_update = _tensor_scatter_function("tensor_scatter_update", "update", "are `updates`", "[4. 6.]")
tensor_scatter_add = _tensor_scatter_function("tensor_scatter_add", "add", "have `updates` added", "[10.  6.]")
tensor_scatter_sub = _tensor_scatter_function("tensor_scatter_sub", "sub", "have `updates` subtracted", "[-2.  6.]")
tensor_scatter_mul = _tensor_scatter_function("tensor_scatter_mul", "mul", "are multiplied by `updates`", "[32.  6.]")
tensor_scatter_div = _tensor_scatter_function("tensor_scatter_div", "div", "are divided by `updates`", "[0.5 6. ]")
tensor_scatter_max = _tensor_scatter_function("tensor_scatter_max", "max", "are at least `updates`", "[4. 6.]")
tensor_scatter_min = _tensor_scatter_function("tensor_scatter_min", "min", "are at most `updates`", "[2. 6.]")


def _scatter_nd_function(name, reduction, what, example):
    def scatter_nd_join(input_x, indices, updates, use_locking=False):
        return _join(input_x, indices, updates, reduction)

    scatter_nd_join.__name__ = scatter_nd_join.__qualname__ = name
    scatter_nd_join.__doc__ = f"""{what} in place at `indices` (laid out as in gather_nd()); returns the new values.

    Of several updates for one place each counts, in order. IndexError, and nothing is written, for a position
    outside of `input_x`.

    Examples:
        >>> print(ops.{name}(Parameter(Tensor([4.0, 6.0])), Tensor([[0], [0]]), Tensor([2.0, 4.0])))
        {example}
    """
    return scatter_nd_join


scatter_nd_add = _scatter_nd_function("scatter_nd_add", "add", "Adds `updates` to `input_x`", "[10.  6.]")
scatter_nd_sub = _scatter_nd_function("scatter_nd_sub", "sub", "Takes `updates` from `input_x`", "[-2.  6.]")
scatter_nd_mul = _scatter_nd_function("scatter_nd_mul", "mul", "Multiplies `input_x` by `updates`", "[32.  6.]")
scatter_nd_div = _scatter_nd_function("scatter_nd_div", "div", "Divides `input_x` by `updates`", "[0.5 6. ]")
scatter_nd_max = _scatter_nd_function("scatter_nd_max", "max", "Raises `input_x` to `updates`", "[4. 6.]")
scatter_nd_min = _scatter_nd_function("scatter_nd_min", "min", "Lowers `input_x` to `updates`", "[2. 6.]")


def _scatter_function(name, reduction, what, example):
    def scatter_rows(input_x, indices, updates, use_locking=False):
        places = expand_dims(indices, -1)
        return _join(input_x, places, updates, reduction) if reduction else _write(input_x, places, updates)

    scatter_rows.__name__ = scatter_rows.__qualname__ = name
    scatter_rows.__doc__ = f"""{what} in place, at the positions `indices` of axis 0; returns the new values.

    `updates` has the shape of `indices` followed by that of a slice. IndexError, and nothing is written, for a
    position outside of the axis.

    Examples:
        >>> print(ops.{name}(Parameter(Tensor([4.0, 6.0])), Tensor([0, 0]), Tensor([2.0, 4.0])))
        {example}
    """
    return scatter_rows


scatter_update = _scatter_function("scatter_update", None, "Writes `updates` into `input_x`", "[4. 6.]")
scatter_add = _scatter_function("scatter_add", "add", "Adds `updates` to `input_x`", "[10.  6.]")
scatter_sub = _scatter_function("scatter_sub", "sub", "Takes `updates` from `input_x`", "[-2.  6.]")
scatter_mul = _scatter_function("scatter_mul", "mul", "Multiplies `input_x` by `updates`", "[32.  6.]")
scatter_div = _scatter_function("scatter_div", "div", "Divides `input_x` by `updates`", "[0.5 6. ]")
scatter_max = _scatter_function("scatter_max", "max", "Raises `input_x` to `updates`", "[4. 6.]")
scatter_min = _scatter_function("scatter_min", "min", "Lowers `input_x` to `updates`", "[2. 6.]")


def index_add(x, indices, y, axis, use_lock=True, check_index_bound=True):
    """`x` with the slices of `y` along `axis` added at the positions `indices`; a Parameter is changed in place.

    What falls on one place adds up. Positions are always checked: IndexError outside of the axis.

    Examples:
        >>> print(ops.index_add(Tensor([1.0, 2.0, 3.0]), Tensor([0, 2]), Tensor([5.0, 6.0]), 0))
        [6. 2. 9.]
    """
    added = _index_add(x, indices, y, axis)
    return assign(x, added) if isinstance(x, Parameter) else added


def unique(input):
    """The different elements in the order in which they first occur, and where each element stands among them.

    Returns:
        A vector, and positions of the shape of `input` (int64 for int64 elements, else int32).

    Examples:
        >>> values, positions = ops.unique(Tensor([5, 1, 5]))
        >>> print(values, positions)
        [5 1] [0 1 0]
    """
    values, inverse, _ = _unique(input, False)
    return values, inverse if input.dtype == _core.int64 else inverse.astype(_core.int32)


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """The elements without those that repeat the one before.

    Args:
        input (Tensor): Taken as a vector.
        return_inverse (bool): Also where each element has gone. Default: False.
        return_counts (bool): Also how many each stands for. Default: False.
        dim (int): Only None, or 0 for a vector; NotImplementedError for another one. Default: None.

    Examples:
        >>> print(ops.unique_consecutive(Tensor([1, 1, 2, 1])))
        [1 2 1]
    """
    if dim is not None and (input.ndim != 1 or dim not in (0, -1)):
        raise NotImplementedError(f"unique_consecutive: nucella knows no 'dim' of more than one axis, got {dim!r}")
    values, inverse, counts = _unique_consecutive(input)
    results = (values, *([inverse] if return_inverse else []), *([counts] if return_counts else []))
    return results if len(results) > 1 else values


def searchsorted(sorted_sequence, values, *, out_int32=False, right=False, side=None, sorter=None):
    """Where each of `values` would be put into the rising numbers along the last axis of `sorted_sequence`.

    Args:
        sorted_sequence (Tensor): A vector, or of the shape of `values` but for its last axis.
        values (Tensor, number): What is looked for.
        out_int32 (bool): int32 in place of int64. Default: False.
        right (bool): Behind equal numbers in place of before them. Default: False.
        side (str): "left" or "right", another way to say `right`. Default: None.
        sorter (Tensor): The order that makes `sorted_sequence` rise. Default: None.

    Raises:
        ValueError: `side` is another word or contradicts `right`.

    Examples:
        >>> print(ops.searchsorted(Tensor([1.0, 3.0, 5.0]), Tensor([0.0, 3.0, 9.0])))
        [0 1 3]
    """
    if side not in (None, "left", "right") or (side == "left" and right):
        raise ValueError(f"searchsorted: 'side' must be 'left' or 'right' and agree with 'right', got {side!r}")
    if not isinstance(values, Tensor):
        values = Tensor(values, sorted_sequence.dtype)
    if sorter is not None:
        sorted_sequence = sorted_sequence.gather_elements(-1, sorter)
    dtype = _core.int32 if out_int32 else _core.int64
    return _searchsorted(sorted_sequence, values, right or side == "right", dtype)


def bucketize(input, boundaries, *, right=False):
    """The number of the interval between rising `boundaries` (a list) that each element falls into.

    Examples:
        >>> print(ops.bucketize(Tensor([0.5, 1.0, 9.0]), [1.0, 5.0]))
        [0 0 2]
    """
    return _searchsorted(Tensor(boundaries, input.dtype), input, right, _core.int32)


def unsorted_segment_sum(input_x, segment_ids, num_segments):
    """The sums of the slices of `input_x` that have one number in `segment_ids`: `num_segments` slices.

    Slices with a negative number are left out.

    Examples:
        >>> print(ops.unsorted_segment_sum(Tensor([1.0, 2.0, 3.0]), Tensor([0, 1, 0]), 2))
        [4. 2.]
    """
    kept = segment_ids >= 0
    if not bool(kept.all()):
        places = kept.nonzero()
        input_x, segment_ids = input_x.gather_nd(places), segment_ids.gather_nd(places)
    shape = (num_segments, *input_x.shape[segment_ids.ndim :])
    if segment_ids.size == 0:
        return zeros(shape, input_x.dtype)
    return scatter_nd(expand_dims(segment_ids, -1), input_x, shape)


__all__ = public_names(globals())
