"""Writing into variables, order of calls, printing, gradients that stop."""

import sys

from nucella._core import Parameter, Tensor
from nucella.ops._define import function, public_names

assign = function("assign(variable, value)")
assign_add = function("assign_add(variable, value)")
assign_sub = function("assign_sub(variable, value)")

_depend = function("depend(value, expr)")
_stop_gradient = function("stop_gradient(value)")


def depend(value, expr):
    """`value` itself; in a graph whatever made `expr` runs before whoever uses the result.

    Gradients flow to `value` only. `expr` may be anything.

    Examples:
        >>> x = Tensor([1.0])
        >>> ops.depend(x, Tensor([2.0])) is x
        True
    """
    if not isinstance(value, Tensor):
        return value
    return _depend(value, [expr] if isinstance(expr, Tensor) else [])


def stop_gradient(value):
    """`value` for the forward pass; no gradient flows back through it. Anything but a Tensor is itself.

    Examples:
        >>> print(nucella.grad(lambda x: ops.stop_gradient(x) * x)(Tensor([3.0])))
        [3.]
    """
    return _stop_gradient(value) if isinstance(value, Tensor) else value


def print_(*input_x):
    """Prints every argument on a line of its own: Tensors and the values of Parameters as repr(), others as str().

    Examples:
        >>> ops.print_("loss", Tensor([1, 2]))
        loss
        Tensor(shape=[2], dtype=Int64, value= [1, 2])
    """
    for item in input_x:
        if isinstance(item, Parameter):
            item = item.value()
        sys.stdout.write(f"{item!r}\n" if isinstance(item, Tensor) else f"{item}\n")


__all__ = public_names(globals())
