"""Who says by how much a loss is scaled up, so that small gradients survive in float16."""

import abc

from nucella._core import DynamicLossScaleUpdateCell, FixedLossScaleUpdateCell
from nucella.common.checks import check_int

__all__ = ["DynamicLossScaleManager", "FixedLossScaleManager", "LossScaleManager"]


class LossScaleManager(abc.ABC):
    """Base of loss scale managers.

    Examples:
        >>> class Fixed(nucella.amp.LossScaleManager):
        ...     def get_loss_scale(self):
        ...         return 8.0
        ...     def update_loss_scale(self, overflow):
        ...         pass
        ...     def get_update_cell(self):
        ...         return None
        >>> Fixed().get_loss_scale()
        8.0
    """

    @abc.abstractmethod
    def get_loss_scale(self):
        """The scale."""

    @abc.abstractmethod
    def update_loss_scale(self, overflow):
        """Takes note of a step in which gradients overflowed, or did not."""

    @abc.abstractmethod
    def get_update_cell(self):
        """The cell that changes the scale within a training step, or None."""


class FixedLossScaleManager(LossScaleManager):
    """A scale that stays.

    Args:
        loss_scale (float): At least 1. Default: 128.0.
        drop_overflow_update (bool): Whether steps that overflow are left out. Default: True.

    Raises:
        ValueError: `loss_scale` is less than 1.

    Examples:
        >>> nucella.amp.FixedLossScaleManager(8.0).get_loss_scale()
        8.0
    """

    def __init__(self, loss_scale=128.0, drop_overflow_update=True):
        if loss_scale < 1:
            raise ValueError(f"FixedLossScaleManager: 'loss_scale' must be at least 1, got {loss_scale}")
        self._loss_scale = loss_scale
        self._drop_overflow_update = drop_overflow_update

    def get_loss_scale(self):
        """The scale."""
        return self._loss_scale

    def get_drop_overflow_update(self):
        """Whether steps that overflow are left out."""
        return self._drop_overflow_update

    def update_loss_scale(self, overflow):
        """Nothing: the scale stays."""

    def get_update_cell(self):
        """A FixedLossScaleUpdateCell with drop_overflow_update, else None."""
        return FixedLossScaleUpdateCell(float(self._loss_scale)) if self._drop_overflow_update else None


class DynamicLossScaleManager(LossScaleManager):
    """A scale that grows while nothing overflows and shrinks when something does.

    Args:
        init_loss_scale (float): At least 1. Default: 2**24.
        scale_factor (int): What the scale is multiplied or divided by, greater than 0. Default: 2.
        scale_window (int): Steps without overflow after which the scale grows. Default: 2000.

    Raises:
        ValueError: An argument is out of range.
        TypeError: `scale_window` is no int.

    Examples:
        >>> manager = nucella.amp.DynamicLossScaleManager(init_loss_scale=8.0, scale_factor=2)
        >>> manager.update_loss_scale(overflow=True)
        >>> manager.get_loss_scale()
        4.0
    """

    def __init__(self, init_loss_scale=2**24, scale_factor=2, scale_window=2000):
        if init_loss_scale < 1:
            raise ValueError(f"DynamicLossScaleManager: 'init_loss_scale' must be at least 1, got {init_loss_scale}")
        if scale_factor <= 0:
            raise ValueError(f"DynamicLossScaleManager: 'scale_factor' must be greater than 0, got {scale_factor}")
        self.loss_scale = init_loss_scale
        self.scale_factor = scale_factor
        self.scale_window = check_int("DynamicLossScaleManager", "scale_window", scale_window, 1)
        self._step = 1
        self._last_overflow = 0

    def get_loss_scale(self):
        """The scale."""
        return self.loss_scale

    def update_loss_scale(self, overflow):
        """Divides the scale (down to 1) after an overflow, multiplies it after scale_window steps without one."""
        if overflow:
            self.loss_scale = max(self.loss_scale / self.scale_factor, 1)
            self._last_overflow = self._step
        elif (self._step - self._last_overflow) % self.scale_window == 0:
            self.loss_scale *= self.scale_factor
        self._step += 1

    def get_drop_overflow_update(self):
        """True: steps that overflow are left out."""
        return True

    def get_update_cell(self):
        """A DynamicLossScaleUpdateCell."""
        return DynamicLossScaleUpdateCell(float(self.loss_scale), self.scale_factor, self.scale_window)
