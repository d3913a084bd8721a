"""Mean absolute and mean squared error."""

import abc

import numpy

from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["MAE", "MSE"]


class _MeanError(Metric):
    """The sum of an error over all elements divided by the number of samples (the length of axis 0)."""

    def __init__(self):
        super().__init__()
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._sum = 0.0
        self._samples = 0

    @rearrange_inputs
    def update(self, *inputs):
        """Takes the predicted and the true value, of one shape.

        Raises:
            ValueError: Another number of inputs, or shapes that differ.
        """
        predicted, true = self._arrays(inputs, 2, "predicted value, true value")
        if predicted.size != true.size:
            raise ValueError(
                f"{type(self).__name__}.update: predicted and true value must have one shape, "
                f"got {predicted.shape} and {true.shape}"
            )
        self._sum += self._error(true.reshape(predicted.shape) - predicted)
        self._samples += len(true)

    def eval(self):
        """The mean over all batches. RuntimeError when there were no samples."""
        self._require(self._samples)
        return float(self._sum / self._samples)

    @abc.abstractmethod
    def _error(self, difference):
        """The error of a batch, summed."""


class MAE(_MeanError):
    """Mean absolute error: sum(abs(true - predicted)) / samples.

    Examples:
        >>> MAE()([1.0, 2.0], [1.0, 4.0])
        1.0
    """

    def _error(self, difference):
        return numpy.abs(difference).sum()


class MSE(_MeanError):
    """Mean squared error: sum((true - predicted)^2) / samples.

    Examples:
        >>> MSE()([1.0, 2.0], [1.0, 4.0])
        2.0
    """

    def _error(self, difference):
        return numpy.square(difference).sum()
