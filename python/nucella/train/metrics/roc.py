"""The ROC curve and the area under a curve."""

import numpy

from nucella.common.checks import check_type
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["ROC", "auc"]


class ROC(Metric):
    """Receiver operating characteristic: false against true positive rate, for every threshold.

    Args:
        class_num (int): Number of classes; None or 1: one score per sample. Default: None.
        pos_label (int): The label that counts as positive with one score per sample; None: 1. Default: None.

    Raises:
        TypeError: An argument is no int.

    Examples:
        >>> fpr, tpr, thresholds = ROC()(numpy.array([0.1, 0.4, 0.35, 0.8]), numpy.array([0, 0, 1, 1]))
        >>> fpr.tolist(), tpr.tolist()
        ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0])
    """

    def __init__(self, class_num=None, pos_label=None):
        super().__init__()
        self.class_num = check_type("ROC", "class_num", class_num, (int, type(None)))
        self.pos_label = check_type("ROC", "pos_label", pos_label, (int, type(None)))
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._scores = []
        self._labels = []

    @rearrange_inputs
    def update(self, *inputs):
        """Takes scores (N,) or (N, C), and labels (N,).

        Raises:
            ValueError: Another number of inputs, or shapes that do not fit.
        """
        scores, labels = self._arrays(inputs, 2, "predicted value, true value")
        many = self.class_num not in (None, 1)
        if labels.ndim != 1 or scores.shape != (len(labels), *([self.class_num] if many else [])):
            expected = f"(N, {self.class_num})" if many else "(N,)"
            raise ValueError(f"ROC.update: expected shapes {expected} and (N,), got {scores.shape} and {labels.shape}")
        self._scores.append(scores)
        self._labels.append(labels)

    def eval(self):
        """Arrays of false positive rates, true positive rates and thresholds; with several classes, lists of these.

        Raises:
            RuntimeError: There were no samples.
        """
        self._require(self._scores)
        scores, labels = numpy.concatenate(self._scores), numpy.concatenate(self._labels)
        if self.class_num in (None, 1):
            return _curve(scores, labels == (1 if self.pos_label is None else self.pos_label))
        curves = [_curve(scores[:, c], labels == c) for c in range(self.class_num)]
        return tuple(list(part) for part in zip(*curves))


def _curve(scores, positive):
    order = numpy.argsort(-scores, kind="stable")
    scores, positive = scores[order], positive[order]
    last_of_equals = numpy.append(numpy.flatnonzero(numpy.diff(scores)), scores.size - 1)
    right = numpy.append(0.0, numpy.cumsum(positive)[last_of_equals])
    wrong = numpy.append(0.0, 1 + last_of_equals) - right
    thresholds = numpy.append(scores[0] + 1, scores[last_of_equals]).astype(scores.dtype)
    return _rate(wrong), _rate(right), thresholds


def _rate(counts):
    return counts / counts[-1] if counts[-1] else numpy.zeros_like(counts)


def auc(x, y, reorder=False):
    """The area under the curve through the points (x, y), by the trapezoidal rule.

    Args:
        x (numpy.ndarray): At least two abscissas, increasing or decreasing.
        y (numpy.ndarray): As many ordinates.
        reorder (bool): Sorts the points first. Default: False.

    Raises:
        TypeError: `x` or `y` is no array.
        ValueError: They differ in length, have fewer than two points, or are neither increasing nor decreasing.

    Examples:
        >>> auc(numpy.array([0.0, 0.5, 1.0]), numpy.array([0.0, 0.7, 1.0]))
        0.6
    """
    if not isinstance(x, numpy.ndarray) or not isinstance(y, numpy.ndarray):
        raise TypeError(f"auc: 'x' and 'y' must be arrays, got {type(x).__name__} and {type(y).__name__}")
    if len(x) != len(y):
        raise ValueError(f"auc: 'x' and 'y' must have one length, got {len(x)} and {len(y)}")
    if len(x) < 2:
        raise ValueError(f"auc: expected at least 2 points, got {len(x)}")
    if reorder:
        order = numpy.lexsort((y, x))
        x, y = x[order], y[order]
    steps = numpy.diff(x)
    if (steps < 0).any() and (steps > 0).any():
        raise ValueError("auc: 'x' must be increasing or decreasing")
    area = float((steps * (y[1:] + y[:-1]) / 2).sum())
    return -area if (steps < 0).any() else area
