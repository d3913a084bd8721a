"""Automatic mixed precision: 16-bit cells, and losses scaled so that small gradients survive."""

import abc

import numpy

from nucella import _core
from nucella.common import dtype as mstype
from nucella.common.checks import check_int, check_number
from nucella.common.parameter import Parameter
from nucella.common.tensor import Tensor
from nucella.train.amp import (
    auto_mixed_precision,
    build_train_network,
    custom_mixed_precision,
    get_black_list,
    get_white_list,
)
from nucella.train.loss_scale_manager import DynamicLossScaleManager, FixedLossScaleManager, LossScaleManager

__all__ = [
    "DynamicLossScaleManager",
    "DynamicLossScaler",
    "FixedLossScaleManager",
    "LossScaleManager",
    "LossScaler",
    "StaticLossScaler",
    "all_finite",
    "auto_mixed_precision",
    "build_train_network",
    "custom_mixed_precision",
    "get_black_list",
    "get_white_list",
]


_LARGEST = float(numpy.finfo(numpy.float32).max)


def all_finite(inputs):
    """Whether no element of any of the tensors is infinite or NaN.

    Args:
        inputs (tuple[Tensor], list[Tensor]): The gradients.

    Returns:
        A bool Tensor of shape ().

    Raises:
        TypeError: `inputs` is no tuple or list of Tensors.
        ValueError: It is empty.

    Examples:
        >>> all_finite((Tensor([1.0]), Tensor([float("inf")])))
        Tensor(shape=[], dtype=Bool, value= False)
    """
    if not isinstance(inputs, (tuple, list)):
        raise TypeError(f"all_finite: 'inputs' must be a tuple or list of Tensors, got {type(inputs).__name__}")
    return _core.all_finite(list(inputs))


class LossScaler(abc.ABC):
    """Base of loss scalers, for training steps of one's own.

    Examples:
        >>> class Doubling(nucella.amp.LossScaler):
        ...     def scale(self, inputs):
        ...         return 2 * inputs
        ...     def unscale(self, inputs):
        ...         return inputs / 2
        ...     def adjust(self, grads_finite):
        ...         return False
        >>> print(Doubling().scale(Tensor([1.5])))
        [3.]
    """

    @abc.abstractmethod
    def scale(self, inputs):
        """The loss, scaled up."""

    @abc.abstractmethod
    def unscale(self, inputs):
        """The gradients, scaled back."""

    @abc.abstractmethod
    def adjust(self, grads_finite):
        """Changes the scale, once the gradients are known."""


def _scaled(inputs, factor):
    """Tensors, and tuples and lists of them, times a factor in their own dtype."""
    if isinstance(inputs, (tuple, list)):
        return type(inputs)(_scaled(element, factor) for element in inputs)
    return inputs * Tensor(factor, inputs.dtype)


def _check_scale(who, scale_value):
    if check_number(who, "scale_value", scale_value) < 1:
        raise ValueError(f"{who}: 'scale_value' must be at least 1, got {scale_value}")
    return Parameter(Tensor(scale_value, mstype.float32), name="scale_value")


class StaticLossScaler(LossScaler):
    """A scale that stays.

    Args:
        scale_value (int, float): At least 1.

    Raises:
        TypeError: `scale_value` is no number.
        ValueError: It is less than 1.

    Examples:
        >>> StaticLossScaler(2.0).scale(Tensor([1.5])).asnumpy()
        array([3.], dtype=float32)
    """

    def __init__(self, scale_value):
        self.scale_value = _check_scale("StaticLossScaler", scale_value)

    def scale(self, inputs):
        """`inputs` times the scale: Tensors, or tuples and lists of them."""
        return _scaled(inputs, float(self.scale_value.asnumpy()))

    def unscale(self, inputs):
        """`inputs` divided by the scale: Tensors, or tuples and lists of them."""
        return _scaled(inputs, 1 / float(self.scale_value.asnumpy()))

    def adjust(self, grads_finite):
        """False: nothing has changed."""
        return False


class DynamicLossScaler(LossScaler):
    """A scale that grows while gradients are finite and shrinks when one is not.

    Args:
        scale_value (int, float): The scale to begin with, at least 1.
        scale_factor (int): What it is multiplied or divided by, at least 1.
        scale_window (int): Steps with finite gradients after which it grows, at least 1.

    Raises:
        TypeError, ValueError: An argument is of another type or out of range.

    Examples:
        >>> scaler = nucella.amp.DynamicLossScaler(scale_value=8, scale_factor=2, scale_window=1)
        >>> scaler.adjust(Tensor(False))
        True
        >>> print(scaler.scale(Tensor([1.5])))
        [6.]
    """

    def __init__(self, scale_value, scale_factor, scale_window):
        who = "DynamicLossScaler"
        self.scale_value = _check_scale(who, scale_value)
        self.scale_window = check_int(who, "scale_window", scale_window, 1)
        self.scale_factor = check_int(who, "scale_factor", scale_factor, 1)
        self.counter = Parameter(Tensor(0, mstype.int32), name="counter")

    scale = StaticLossScaler.scale
    unscale = StaticLossScaler.unscale

    def adjust(self, grads_finite):
        """Divides the scale (down to 1) or, after `scale_window` times, multiplies it.

        Args:
            grads_finite (Tensor): What all_finite() says of the gradients.

        Returns:
            True.

        Raises:
            TypeError: `grads_finite` is no Tensor.
        """
        if not isinstance(grads_finite, Tensor):
            raise TypeError(
                f"DynamicLossScaler.adjust: 'grads_finite' must be Tensor, got {type(grads_finite).__name__}"
            )
        scale, count = self.scale_value.asnumpy().item(), self.counter.asnumpy().item() + 1
        if not grads_finite.asnumpy().item():
            scale, count = max(scale / self.scale_factor, 1), 0
        elif count == self.scale_window:
            grown = scale * self.scale_factor
            scale, count = (grown if grown < _LARGEST else scale), 0
        self.scale_value.set_data(Tensor(scale, mstype.float32))
        self.counter.set_data(Tensor(count, mstype.int32))
        return True
