"""Precision, recall and what is made of both."""

import numpy

from nucella.train.metrics.metric import EvaluationBase, check_average, rearrange_inputs

__all__ = ["F1", "Fbeta", "Precision", "Recall"]


def _ratio(part, whole):
    """part / whole, and 0 where there is nothing."""
    return numpy.divide(part, whole, out=numpy.zeros(numpy.shape(part)), where=numpy.asarray(whole) != 0)


class _Counts:
    """How often each class was predicted, was true, and was both; of multilabel data, for each sample."""

    def __init__(self):
        self.classes = 0
        self.predicted = numpy.zeros(0)
        self.true = numpy.zeros(0)
        self.right = numpy.zeros(0)

    def add_classes(self, who, scores, labels):
        """One more batch of classification data."""
        if labels.size and labels.max() >= scores.shape[1]:
            raise ValueError(
                f"{who}.update: the true value must be below the number of classes {scores.shape[1]}, "
                f"got {labels.max()}"
            )
        labels = labels.reshape(-1).astype(numpy.int64)
        predicted = scores.argmax(axis=1).reshape(-1)
        right = labels[predicted == labels]
        for name, array in (("predicted", predicted), ("true", labels), ("right", right)):
            count = numpy.bincount(array, minlength=scores.shape[1])
            setattr(self, name, getattr(self, name) + count if self.classes else count)
        self.classes = scores.shape[1]

    def add_samples(self, scores, labels):
        """One more batch of multilabel data."""
        scores, labels = (numpy.moveaxis(a, 1, -1).reshape(-1, a.shape[1]) for a in (scores, labels))
        for name, array in (("predicted", scores), ("true", labels), ("right", scores * labels)):
            setattr(self, name, numpy.concatenate([getattr(self, name), array.sum(axis=1)]))
        self.classes = scores.shape[1]


class _ClassRatio(EvaluationBase):
    """A ratio for each class, or for each sample of multilabel data."""

    def __init__(self, eval_type="classification"):
        super().__init__(eval_type)
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._counts = _Counts()

    @rearrange_inputs
    def update(self, *inputs):
        """Takes scores (N, C, ...) and labels: class numbers (N, ...), or (N, C, ...) one-hot or multilabel.

        Raises:
            ValueError: Another number of inputs, shapes that do not fit, or another number of classes than before.
        """
        scores, labels = self._predictions(inputs)
        self._same_classes(self._counts.classes, scores)
        if self._type == "multilabel":
            self._counts.add_samples(scores, labels)
        else:
            self._counts.add_classes(type(self).__name__, scores, labels)

    def eval(self, average=False):
        """An array with the ratio of each class (multilabel: each sample), or with `average` their mean.

        Raises:
            RuntimeError: There were no samples.
            TypeError: `average` is no bool.
        """
        self._require(self._counts.classes)
        check_average(self, average)
        ratios = self._ratios()
        return float(ratios.mean()) if average else ratios


class Precision(_ClassRatio):
    """True positives / predicted positives.

    Args:
        eval_type (str): "classification" or "multilabel". Default: "classification".

    Raises:
        TypeError: `eval_type` is another.

    Examples:
        >>> Precision()([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]], [1, 0, 1]).tolist()
        [0.5, 1.0]
    """

    def _ratios(self):
        return _ratio(self._counts.right, self._counts.predicted)


class Recall(_ClassRatio):
    """True positives / actual positives.

    Args:
        eval_type (str): "classification" or "multilabel". Default: "classification".

    Raises:
        TypeError: `eval_type` is another.

    Examples:
        >>> Recall()([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]], [1, 0, 1]).tolist()
        [1.0, 0.5]
    """

    def _ratios(self):
        return _ratio(self._counts.right, self._counts.true)


class Fbeta(_ClassRatio):
    """(1 + beta^2) * precision * recall / (beta^2 * precision + recall), for each class.

    Args:
        beta (int, float): Weight of recall against precision, greater than 0.

    Raises:
        ValueError: `beta` is not greater than 0.

    Examples:
        >>> Fbeta(1)([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]], [1, 0, 1]).round(3).tolist()
        [0.667, 0.667]
    """

    def __init__(self, beta):
        super().__init__()
        if not beta > 0:
            raise ValueError(f"{type(self).__name__}: 'beta' must be greater than 0, got {beta}")
        self.beta = beta

    def _ratios(self):
        square = self.beta**2
        return (1 + square) * _ratio(self._counts.right, square * self._counts.true + self._counts.predicted)


class F1(Fbeta):
    """Fbeta with beta 1: the harmonic mean of precision and recall, for each class.

    Examples:
        >>> F1()([[0.2, 0.5], [0.3, 0.1], [0.9, 0.6]], [1, 0, 1]).round(3).tolist()
        [0.667, 0.667]
    """

    def __init__(self):
        super().__init__(1.0)
