"""The functions of nucella.ops, and primitives that are ready to be called under MindSpore's names."""

import builtins
import functools

from nucella._core import Tensor
from nucella.common.mutable import _List, _Tuple
from nucella.ops import operations
from nucella.ops._define import public_names
from nucella.ops.function.array_func import *
from nucella.ops.function.clip_func import *
from nucella.ops.function.grad import *
from nucella.ops.function.image_func import *
from nucella.ops.function.math_func import *
from nucella.ops.function.nn_func import *
from nucella.ops.function.number_func import *
from nucella.ops.function.other_func import *
from nucella.ops.function.piece_func import *
from nucella.ops.function.random_func import *
from nucella.ops.function.scatter_func import *
from nucella.ops.function.vmap_func import *

tensor_add = operations.Add()
tensor_sub = operations.Sub()
tensor_mul = operations.Mul()
tensor_div = operations.RealDiv()
tensor_floordiv = operations.FloorDiv()
tensor_mod = operations.FloorMod()
tensor_pow = operations.Pow()
tensor_exp = operations.Exp()
tensor_gt = operations.Greater()
tensor_ge = operations.GreaterEqual()
tensor_lt = operations.Less()
tensor_le = operations.LessEqual()
reduce_prod = operations.ReduceProd()
reduce_sum = operations.ReduceSum()
reduce_mean = operations.ReduceMean()
reduce_max = operations.ReduceMax()
reduce_min = operations.ReduceMin()
scatter_nd_update = operations.ScatterNdUpdate()
partial = functools.partial
tuple_len = len


def make_range(*bounds):
    """The ints of range(*bounds) as a tuple.

    Examples:
        >>> ops.make_range(1, 4)
        (1, 2, 3)
    """
    return tuple(builtins.range(*bounds))


def isconstant(input_object):
    """Whether a compiled function may take the value as a constant: no Tensor, and not marked by mutable().

    Examples:
        >>> ops.functional.isconstant((1, 2)), ops.functional.isconstant(nucella.mutable(1))
        (True, False)
    """
    if isinstance(input_object, tuple | list) and not hasattr(input_object, "__ms_mutable__"):
        return builtins.all(isconstant(item) for item in input_object)
    return not (isinstance(input_object, Tensor) or hasattr(input_object, "__ms_mutable__"))


def is_sequence_value_unknown(input_object):
    """Whether a tuple or list is marked by mutable(): its items are known only when it is used.

    Examples:
        >>> ops.functional.is_sequence_value_unknown(nucella.mutable((1, 2)))
        True
    """
    return isinstance(input_object, _Tuple | _List)


def is_sequence_shape_unknown(input_object):
    """Whether a tuple or list is marked by mutable(..., dynamic_len=True): its length is known only when it is used.

    Examples:
        >>> ops.functional.is_sequence_shape_unknown(nucella.mutable((1, 2), True))
        True
    """
    return getattr(input_object, "__ms_dynamic_len__", False)


def is_dynamic_sequence_element_unknown(input_object):
    """Whether a sequence of varying length is empty, so that nothing is known of its items.

    Examples:
        >>> ops.functional.is_dynamic_sequence_element_unknown(nucella.mutable((), True))
        True
    """
    return is_sequence_shape_unknown(input_object) and len(input_object) == 0


def switch(condition, x, y):
    """`x` when the condition (a Tensor of one element, or a bool) is true, else `y`.

    Examples:
        >>> ops.functional.switch(Tensor(True), 1, 2)
        1
    """
    return x if bool(condition) else y


def make_tuple(*items):
    """The arguments as a tuple.

    Examples:
        >>> ops.functional.make_tuple(1, 2)
        (1, 2)
    """
    return items


def switch_layer(index, layers):
    """The one of `layers` that the integer `index` (a Tensor or int) names.

    Examples:
        >>> ops.functional.switch_layer(Tensor(1), (abs, len))
        <built-in function len>
    """
    return layers[int(index)]


def mixed_precision_cast(dst_type, x):
    """`x` with its floating-point Tensors, in tuples, lists and dicts too, cast to `dst_type`.

    Examples:
        >>> ops.functional.mixed_precision_cast(nucella.float16, Tensor([1.0])).dtype
        mindspore.float16
    """
    if isinstance(x, tuple | list):
        return type(x)(mixed_precision_cast(dst_type, item) for item in x)
    if isinstance(x, dict):
        return {key: mixed_precision_cast(dst_type, item) for key, item in x.items()}
    return x.astype(dst_type) if isinstance(x, Tensor) and x.is_floating_point() else x


__all__ = public_names(globals())
