"""Primitives of shapes, pieces and positions."""

from nucella import _core
from nucella.ops._define import function, primitive, public_names, required
from nucella.ops.function import array_func, piece_func, scatter_func
from nucella.ops.primitive import Primitive, prim_attr_register

Cast = primitive("Cast", "cast(input_x, dtype)")
Reshape = primitive("Reshape", "reshape(input, shape)")
Flatten = primitive("Flatten", "flatten(input_x)")
ExpandDims = primitive("ExpandDims", "expand_dims(input_x, axis)")
Squeeze = primitive("Squeeze", "squeeze(input)", axis=())
Transpose = primitive("Transpose", "transpose(input, dims)")
BroadcastTo = primitive("BroadcastTo", "broadcast_to(input)", shape=required)
Tile = primitive("Tile", "tile(input, dims)")
Concat = primitive("Concat", "concat(tensors)", axis=0)
Stack = primitive("Stack", "stack(input_x)", axis=0)
Unstack = primitive("Unstack", _core.unstack, axis=0)
Select = primitive("Select", "select(condition, input, other)")
GatherNd = primitive("GatherNd", "gather_nd(input_x, indices)")
ScatterNd = primitive("ScatterNd", "scatter_nd(indices, updates, shape)")
ScatterNdUpdate = primitive(
    "ScatterNdUpdate", "scatter_nd_update(input_x, indices, updates)", use_locking=True
)
MaskedSelect = primitive("MaskedSelect", "masked_select(input, mask)")
MaskedFill = primitive("MaskedFill", "masked_fill(input_x, mask, value)")
GatherD = primitive("GatherD", "gather_elements(x, dim, index)")
ReverseV2 = primitive("ReverseV2", "flip(input)", axis=required)
Triu = primitive("Triu", "triu(x)", diagonal=0)
Tril = primitive("Tril", "tril(x)", diagonal=0)
NonZero = primitive("NonZero", "nonzero(input)")
Diag = primitive("Diag", "diag(input)")
IndexFill = primitive("IndexFill", "index_fill(x, dim:axis, index, value)")
MaskedScatter = primitive("MaskedScatter", "masked_scatter(input, mask, source)")
Sort = primitive("Sort", "sort(x)", axis=-1, descending=False)
_ARG_NAMES = {"output_type": "dtype"}
Argmax = primitive("Argmax", "argmax(input_x)", _ARG_NAMES, axis=-1, output_type=None)
Argmin = primitive("Argmin", "argmin(input_x)", _ARG_NAMES, axis=-1, output_type=None)

TensorScatterElements = primitive(
    "TensorScatterElements",
    "scatter_elements(data, indices:index, updates)",
    {"axis": "dim"},
    axis=0,
    reduction="none",
)
TensorScatterUpdate = primitive("TensorScatterUpdate", scatter_func.tensor_scatter_update)
TensorScatterAdd = primitive("TensorScatterAdd", scatter_func.tensor_scatter_add)
TensorScatterSub = primitive("TensorScatterSub", scatter_func.tensor_scatter_sub)
TensorScatterMul = primitive("TensorScatterMul", scatter_func.tensor_scatter_mul)
TensorScatterDiv = primitive("TensorScatterDiv", scatter_func.tensor_scatter_div)
TensorScatterMax = primitive("TensorScatterMax", scatter_func.tensor_scatter_max)
TensorScatterMin = primitive("TensorScatterMin", scatter_func.tensor_scatter_min)
ScatterUpdate = primitive("ScatterUpdate", scatter_func.scatter_update, use_locking=True)
ScatterAdd = primitive("ScatterAdd", scatter_func.scatter_add, use_locking=False)
ScatterSub = primitive("ScatterSub", scatter_func.scatter_sub, use_locking=False)
ScatterMul = primitive("ScatterMul", scatter_func.scatter_mul, use_locking=False)
ScatterDiv = primitive("ScatterDiv", scatter_func.scatter_div, use_locking=False)
ScatterMax = primitive("ScatterMax", scatter_func.scatter_max, use_locking=False)
ScatterMin = primitive("ScatterMin", scatter_func.scatter_min, use_locking=False)
ScatterNdAdd = primitive("ScatterNdAdd", scatter_func.scatter_nd_add, use_locking=False)
ScatterNdSub = primitive("ScatterNdSub", scatter_func.scatter_nd_sub, use_locking=False)
ScatterNdMul = primitive("ScatterNdMul", scatter_func.scatter_nd_mul, use_locking=False)
ScatterNdDiv = primitive("ScatterNdDiv", scatter_func.scatter_nd_div, use_locking=False)
ScatterNdMax = primitive("ScatterNdMax", scatter_func.scatter_nd_max, use_locking=False)
ScatterNdMin = primitive("ScatterNdMin", scatter_func.scatter_nd_min, use_locking=False)
IndexAdd = primitive("IndexAdd", scatter_func.index_add, axis=required, use_lock=True, check_index_bound=True)
Unique = primitive("Unique", scatter_func.unique)
UniqueConsecutive = primitive(
    "UniqueConsecutive", scatter_func.unique_consecutive, return_inverse=False, return_counts=False, dim=None
)
UnsortedSegmentSum = primitive("UnsortedSegmentSum", scatter_func.unsorted_segment_sum)

TopK = primitive("TopK", array_func.top_k, sorted=True)
Shape = primitive("Shape", array_func.shape)
Rank = primitive("Rank", array_func.rank)
Size = primitive("Size", array_func.size)
DType = primitive("DType", array_func.dtype)
Ones = primitive("Ones", _core.ones)
Zeros = primitive("Zeros", _core.zeros)
OnesLike = primitive("OnesLike", _core.ones_like)
ZerosLike = primitive("ZerosLike", _core.zeros_like)
Eye = primitive("Eye", _core.eye)
Range = primitive("Range", array_func.range, maxlen=1000000)
TupleToArray = primitive("TupleToArray", array_func.tuple_to_array)
ScalarToTensor = primitive("ScalarToTensor", array_func.scalar_to_tensor)


class Gather(Primitive):
    """The slices of `input_params` along `axis` at `input_indices`.

    Examples:
        >>> print(ops.Gather()(Tensor([[1, 2], [3, 4]]), Tensor([1]), 0))
        [[3 4]]
    """

    @prim_attr_register
    def __init__(self, batch_dims=0):
        """NotImplementedError unless `batch_dims` is 0."""
        if batch_dims != 0:
            raise NotImplementedError(f"Gather: nucella knows 'batch_dims' 0 only, got {batch_dims!r}")

    def __call__(self, input_params, input_indices, axis):
        return array_func.gather(input_params, input_indices, axis)


class Split(Primitive):
    """Cuts a Tensor along `axis` into `output_num` views of one size; ValueError when that does not go.

    Examples:
        >>> [part.shape for part in ops.Split(axis=1, output_num=2)(Tensor([[1, 2, 3, 4]]))]
        [(1, 2), (1, 2)]
    """

    @prim_attr_register
    def __init__(self, axis=0, output_num=1):
        """ValueError unless output_num >= 1."""
        if output_num < 1:
            raise ValueError(f"Split: 'output_num' must be >= 1, got {output_num}")

    def __call__(self, input_x):
        extent = input_x.shape[self.axis]
        if extent % self.output_num:
            raise ValueError(
                f"Split: the extent {extent} along axis {self.axis} is no multiple of {self.output_num}"
            )
        return _core.split(input_x, extent // self.output_num, self.axis)


class StridedSlice(Primitive):
    """begin:end:step of the leading axes as a view, as Python slices them.

    Examples:
        >>> print(ops.StridedSlice()(Tensor([1, 2, 3, 4]), (0,), (4,), (2,)))
        [1 3]
    """

    @prim_attr_register
    def __init__(self, begin_mask=0, end_mask=0, ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=0):
        """See ops.strided_slice."""
        self._masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)

    def __call__(self, input_x, begin, end, strides):
        return piece_func.strided_slice(input_x, begin, end, strides, *self._masks)


class OneHot(Primitive):
    """`on_value` where the new axis of extent `depth` meets the index, `off_value` elsewhere.

    Examples:
        >>> print(ops.OneHot()(Tensor([0, 2]), 3, Tensor(1.0), Tensor(0.0)))
        [[1. 0. 0.]
         [0. 0. 1.]]
    """

    @prim_attr_register
    def __init__(self, axis=-1):
        """`axis` is the position of the new axis; -1 is the last."""

    def __call__(self, indices, depth, on_value, off_value):
        return array_func.one_hot_values(indices, depth, on_value, off_value, self.axis)



class SearchSorted(Primitive):
    """Where each of `values` would be put into the rising numbers of `sorted_sequence`, as searchsorted().

    Examples:
        >>> print(ops.SearchSorted()(Tensor([1.0, 3.0]), Tensor([2.0])))
        [1]
    """

    @prim_attr_register
    def __init__(self, dtype=_core.int64, right=False):
        """`dtype` of the positions: int32 or int64. `right`: behind equal numbers."""

    def __call__(self, sorted_sequence, values, sorter=None):
        narrow = self.dtype == _core.int32
        return scatter_func.searchsorted(
            sorted_sequence, values, out_int32=narrow, right=self.right, sorter=sorter
        )


class Meshgrid(Primitive):
    """The coordinates of a grid, as meshgrid().

    Examples:
        >>> print(ops.Meshgrid(indexing="ij")((Tensor([1, 2]), Tensor([3, 4])))[0])
        [[1 1]
         [2 2]]
    """

    @prim_attr_register
    def __init__(self, indexing="xy"):
        """`indexing` is "xy" or "ij"."""

    def __call__(self, inputs):
        return array_func.meshgrid(*inputs, indexing=self.indexing)


__all__ = public_names(globals())
