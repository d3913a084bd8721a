"""Metric: what every metric has, and how it picks its inputs."""

import abc
import functools

import numpy

from nucella.common.checks import check_type
from nucella.common.tensor import Tensor

__all__ = ["EvaluationBase", "Metric", "rearrange_inputs"]

_EVAL_TYPES = ("classification", "multilabel")


def rearrange_inputs(func):
    """Decorates `update`: with set_indexes() it gets only the inputs chosen, in that order.

    Examples:
        >>> class Last(nucella.train.MAE):
        ...     @nucella.train.rearrange_inputs
        ...     def update(self, *inputs):
        ...         super().update(*inputs)
        >>> metric = Last().set_indexes([1, 0])
        >>> metric.update(Tensor([1.0]), Tensor([3.0]))
        >>> metric.eval()
        2.0
    """

    @functools.wraps(func)
    def update(self, *inputs):
        if self.indexes is not None:
            inputs = [inputs[i] for i in self.indexes]
        return func(self, *inputs)

    return update


class Metric(abc.ABC):
    """Base of metrics: clear() at the start, update() with each batch, eval() at the end.

    Calling a metric does all three.

    Examples:
        >>> class Count(nucella.train.Metric):
        ...     def clear(self):
        ...         self.rows = 0
        ...     def update(self, *inputs):
        ...         self.rows += len(inputs[0])
        ...     def eval(self):
        ...         return self.rows
        >>> count = Count()
        >>> count.clear()
        >>> count.update(Tensor([1.0, 2.0]))
        >>> count.eval()
        2
    """

    def __init__(self):
        self._indexes = None

    @property
    def indexes(self):
        """The indexes given to set_indexes(), or None."""
        return getattr(self, "_indexes", None)

    def set_indexes(self, indexes):
        """Chooses which of its inputs update() takes, and in which order; returns the metric.

        Args:
            indexes (list[int]): Positions among the inputs.

        Raises:
            ValueError: `indexes` is no list of ints.
        """
        if not isinstance(indexes, list) or not all(isinstance(i, int) for i in indexes):
            raise ValueError(f"set_indexes: 'indexes' must be a list of ints, got {indexes!r}")
        self._indexes = indexes
        return self

    def __call__(self, *inputs):
        """The value for these inputs alone."""
        self.clear()
        self.update(*inputs)
        return self.eval()

    @abc.abstractmethod
    def clear(self):
        """Forgets all batches."""

    @abc.abstractmethod
    def update(self, *inputs):
        """Takes the outputs of a net for one batch, and the labels."""

    @abc.abstractmethod
    def eval(self):
        """The value over all batches since clear()."""

    def _arrays(self, inputs, count, meaning):
        """Inputs as NumPy arrays. ValueError unless there are `count`."""
        if len(inputs) != count:
            raise ValueError(f"{type(self).__name__}.update: expected {count} inputs ({meaning}), got {len(inputs)}")
        return [self._convert_data(data) for data in inputs]

    def _convert_data(self, data):
        """A NumPy array of a Tensor, list or array. TypeError for anything else."""
        if isinstance(data, Tensor):
            return data.asnumpy()
        if isinstance(data, list):
            return numpy.array(data)
        if isinstance(data, numpy.ndarray):
            return data
        raise TypeError(
            f"{type(self).__name__}: inputs must be Tensors, lists or NumPy arrays, got {type(data).__name__}"
        )

    def _require(self, condition):
        """RuntimeError when there is nothing to evaluate."""
        if not condition:
            raise RuntimeError(f"{type(self).__name__}.eval: there are no samples; was update() called before?")


class EvaluationBase(Metric):
    """Base of metrics that compare predicted classes with labels.

    Args:
        eval_type (str): "classification": scores (N, C, ...) against class numbers (N, ...) or one-hot rows.
            "multilabel": 0 or 1 for each class, in both inputs.

    Raises:
        TypeError: `eval_type` is another.
    """

    def __init__(self, eval_type):
        super().__init__()
        if eval_type not in _EVAL_TYPES:
            raise TypeError(f"{type(self).__name__}: 'eval_type' must be one of {_EVAL_TYPES}, got {eval_type!r}")
        self._type = eval_type

    def _predictions(self, inputs):
        """Checked scores and labels, with one-hot labels as class numbers."""
        scores, labels = self._arrays(inputs, 2, "predicted value, true value")
        who = type(self).__name__
        if self._type == "multilabel":
            _check_multilabel(who, scores, labels)
            return scores, labels
        if scores.ndim == labels.ndim and scores.ndim > 1 and _is_one_hot(labels):
            labels = labels.argmax(axis=1)
        if scores.ndim != labels.ndim + 1:
            raise ValueError(
                f"{who}: the predicted value must have one dimension more than the true value, "
                f"got shapes {scores.shape} and {labels.shape}"
            )
        if labels.shape != scores.shape[:1] + scores.shape[2:]:
            raise ValueError(
                f"{who}: the shape of the true value must be that of the predicted value without axis 1, "
                f"got {labels.shape} and {scores.shape}"
            )
        return scores, labels

    def _same_classes(self, known, scores):
        """The number of classes. ValueError when it was another in an earlier batch."""
        if known not in (0, scores.shape[1]):
            raise ValueError(
                f"{type(self).__name__}.update: the predicted value has {scores.shape[1]} classes, "
                f"earlier ones had {known}"
            )
        return scores.shape[1]


def _is_one_hot(labels):
    return bool(((labels == 0) | (labels == 1)).all()) and bool((labels.sum(axis=1) == 1).all())


def _check_multilabel(who, scores, labels):
    if scores.shape != labels.shape:
        raise ValueError(f"{who}: predicted and true value must have one shape, got {scores.shape} and {labels.shape}")
    for array in (scores, labels):
        if not numpy.isin(array, (0, 1)).all():
            raise ValueError(f"{who}: predicted and true value must be 0 or 1 throughout for 'multilabel'")


def check_average(metric, average):
    """TypeError unless a bool."""
    return check_type(f"{type(metric).__name__}.eval", "average", average, bool)
