"""The confusion matrix."""

import numpy

from nucella.common.checks import check_int, check_type
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["ConfusionMatrix"]

_AXES = {"target": 1, "label": 1, "prediction": 0}


class ConfusionMatrix(Metric):
    """How often each class (row) was taken for each class (column).

    Args:
        num_classes (int): Number of classes.
        normalize (str): "no_norm" for counts; "target" or "prediction" divide by the sum of a row or column, "all" by
            the sum of all. Default: "no_norm".
        threshold (float): Scores above it are class 1, where there is one score per sample. Default: 0.5.

    Raises:
        TypeError: `num_classes` is no int or `threshold` no float.
        ValueError: `normalize` is another.

    Examples:
        >>> ConfusionMatrix(2)([1.0, 0.0, 1.0, 0.0], [1, 0, 0, 1]).tolist()
        [[1.0, 1.0], [1.0, 1.0]]
    """

    def __init__(self, num_classes, normalize="no_norm", threshold=0.5):
        super().__init__()
        self.num_classes = check_int("ConfusionMatrix", "num_classes", num_classes)
        if normalize not in (*_AXES, "all", "no_norm", None):
            raise ValueError(
                f"ConfusionMatrix: 'normalize' must be 'target', 'prediction', 'all' or 'no_norm', got {normalize!r}"
            )
        self.normalize = normalize
        self.threshold = check_type("ConfusionMatrix", "threshold", threshold, float)
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._matrix = numpy.zeros((self.num_classes, self.num_classes))
        self._updated = False

    @rearrange_inputs
    def update(self, *inputs):
        """Takes scores (N, C, ...) with class numbers (N, ...), or two arrays of one shape: scores or classes.

        Raises:
            ValueError: Another number of inputs, shapes that do not fit, or a class out of range.
        """
        predicted, true = self._arrays(inputs, 2, "predicted value, true value")
        if predicted.ndim == true.ndim + 1:
            predicted = predicted.argmax(axis=1)
        elif predicted.ndim != true.ndim:
            raise ValueError(
                "ConfusionMatrix.update: the predicted value must have as many dimensions as the true value "
                f"or one more, got shapes {predicted.shape} and {true.shape}"
            )
        elif predicted.dtype.kind == "f":
            predicted = predicted > self.threshold
        cells = true.reshape(-1).astype(numpy.int64) * self.num_classes + predicted.reshape(-1).astype(numpy.int64)
        counts = numpy.bincount(cells, minlength=self.num_classes**2)
        if counts.size > self.num_classes**2:
            raise ValueError(f"ConfusionMatrix.update: expected classes below {self.num_classes}")
        self._matrix += counts.reshape(self._matrix.shape)
        self._updated = True

    def eval(self):
        """An array (num_classes, num_classes). RuntimeError when there were no samples."""
        self._require(self._updated)
        if self.normalize in (None, "no_norm"):
            return self._matrix.copy()
        whole = (
            self._matrix.sum() if self.normalize == "all" else self._matrix.sum(_AXES[self.normalize], keepdims=True)
        )
        return numpy.divide(self._matrix, whole, out=numpy.zeros_like(self._matrix), where=whole != 0)
