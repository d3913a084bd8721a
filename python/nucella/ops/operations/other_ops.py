"""Primitives that write, order and print."""

import functools

from nucella.ops._define import primitive, public_names
from nucella.ops.function import other_func
from nucella.ops.primitive import Primitive

Assign = primitive("Assign", "assign(variable, value)")
AssignAdd = primitive("AssignAdd", "assign_add(variable, value)")
AssignSub = primitive("AssignSub", "assign_sub(variable, value)")
StopGradient = primitive("StopGradient", other_func.stop_gradient)
Depend = primitive("Depend", other_func.depend)
Print = primitive("Print", other_func.print_)


class Load(Primitive):
    """The value of a variable, as it is after `u`.

    Examples:
        >>> print(ops.Load()(Parameter(Tensor([1.0]))))
        [1.]
    """

    def __init__(self):
        super().__init__("Load")

    def __call__(self, variable, u=None):
        return variable.value()


class Identity(Primitive):
    """A Tensor with the values of its input.

    Examples:
        >>> print(ops.Identity()(Tensor([1.0])))
        [1.]
    """

    def __init__(self):
        super().__init__("Identity")

    def __call__(self, input_x):
        return input_x.copy()


class Partial(Primitive):
    """A function with its first arguments, and keyword arguments, fixed.

    Examples:
        >>> ops.Partial()(max, 3)(2)
        3
    """

    def __init__(self):
        super().__init__("Partial")

    def __call__(self, func, *args, **kwargs):
        return functools.partial(func, *args, **kwargs)


__all__ = public_names(globals())
