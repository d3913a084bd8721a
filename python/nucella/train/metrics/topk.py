"""Accuracy where any of the k best guesses may be right."""

import numpy

from nucella.common.checks import check_int
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["Top1CategoricalAccuracy", "Top5CategoricalAccuracy", "TopKCategoricalAccuracy"]


class TopKCategoricalAccuracy(Metric):
    """The share of samples whose label is among the k classes of the largest scores.

    Args:
        k (int): At least 1.

    Raises:
        TypeError: `k` is no int.
        ValueError: `k` is less than 1.

    Examples:
        >>> TopKCategoricalAccuracy(2)([[0.1, 0.5, 0.3], [0.6, 0.3, 0.1]], [2, 2])
        0.5
    """

    def __init__(self, k):
        super().__init__()
        self.k = check_int(type(self).__name__, "k", k, 1)
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._right = 0
        self._samples = 0

    @rearrange_inputs
    def update(self, *inputs):
        """Takes scores (N, C) and labels: class numbers (N,) or one-hot rows (N, C).

        Raises:
            ValueError: Another number of inputs, other shapes, or fewer than k classes.
        """
        scores, labels = self._arrays(inputs, 2, "predicted value, true value")
        who = f"{type(self).__name__}.update"
        if scores.ndim != 2 or labels.ndim not in (1, 2) or len(scores) != len(labels):
            raise ValueError(f"{who}: expected shapes (N, C) and (N,) or (N, C), got {scores.shape} and {labels.shape}")
        if scores.shape[1] < self.k:
            raise ValueError(f"{who}: expected at least {self.k} classes, got {scores.shape[1]}")
        if labels.ndim == 2:
            labels = labels.argmax(axis=1)
        best = numpy.argsort(-scores, axis=1, kind="stable")[:, : self.k]
        self._right += int((best == labels[:, None]).any(axis=1).sum())
        self._samples += len(labels)

    def eval(self):
        """A float in [0, 1]. RuntimeError when there were no samples."""
        self._require(self._samples)
        return self._right / self._samples


class Top1CategoricalAccuracy(TopKCategoricalAccuracy):
    """TopKCategoricalAccuracy with k = 1.

    Examples:
        >>> metric = nucella.train.Top1CategoricalAccuracy()
        >>> metric.update(Tensor([[0.1, 0.9], [0.8, 0.2]]), Tensor([1, 1]))
        >>> metric.eval()
        0.5
    """

    def __init__(self):
        super().__init__(1)


class Top5CategoricalAccuracy(TopKCategoricalAccuracy):
    """TopKCategoricalAccuracy with k = 5.

    Examples:
        >>> metric = nucella.train.Top5CategoricalAccuracy()
        >>> metric.update(Tensor(numpy.eye(6, dtype="float32")), Tensor([0, 1, 2, 3, 4, 5]))
        >>> metric.eval()
        1.0
    """

    def __init__(self):
        super().__init__(5)
