"""The functions of nucella.ops, and primitives that are ready to be called under MindSpore's names."""

import builtins
import functools

from nucella.ops import operations
from nucella.ops._define import public_names
from nucella.ops.function.array_func import *
from nucella.ops.function.clip_func import *
from nucella.ops.function.grad import *
from nucella.ops.function.math_func import *
from nucella.ops.function.nn_func import *
from nucella.ops.function.other_func import *
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


__all__ = public_names(globals())
