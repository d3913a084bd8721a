"""Tensor and what makes one."""

from nucella._core import Tensor, from_numpy
from nucella.common import _tensor_methods

__all__ = ["Tensor", "from_numpy", "is_tensor", "tensor"]


def tensor(input_data=None, dtype=None, shape=None, init=None, const_arg=False, device=None):
    """A new Tensor; the arguments and errors are those of Tensor().

    Examples:
        >>> nucella.tensor([1, 2])
        Tensor(shape=[2], dtype=Int64, value= [1, 2])
    """
    return Tensor(input_data, dtype, shape, init, const_arg, device)


def is_tensor(obj):
    """Whether `obj` is a Tensor (or a Parameter).

    Examples:
        >>> nucella.is_tensor(Parameter(1.0)), nucella.is_tensor(1.0)
        (True, False)
    """
    return isinstance(obj, Tensor)
