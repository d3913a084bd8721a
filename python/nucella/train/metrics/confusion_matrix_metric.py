"""Rates that follow from how often something was found, missed, and taken for something."""

import numpy

from nucella.common.checks import check_bool, check_str
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["ConfusionMatrixMetric"]

_ALIASES = {
    "tpr": ("sensitivity", "recall", "hit_rate", "true_positive_rate"),
    "tnr": ("specificity", "selectivity", "true_negative_rate"),
    "ppv": ("precision", "positive_predictive_value"),
    "npv": ("negative_predictive_value",),
    "fnr": ("miss_rate", "false_negative_rate"),
    "fpr": ("fall_out", "false_positive_rate"),
    "fdr": ("false_discovery_rate",),
    "for": ("false_omission_rate",),
    "pt": ("prevalence_threshold",),
    "ts": ("threat_score", "critical_success_index", "csi"),
    "acc": ("accuracy",),
    "ba": ("balanced_accuracy",),
    "f1": ("f1_score",),
    "mcc": ("matthews_correlation_coefficient",),
    "fm": ("fowlkes_mallows_index",),
    "bm": ("informedness", "bookmaker_informedness"),
    "mk": ("markedness", "deltap"),
}
_NAMES = {alias: name for name, aliases in _ALIASES.items() for alias in (name, *aliases)}
_DECREASES = ("none", "mean", "sum", "mean_batch", "sum_batch", "mean_channel", "sum_channel")


class ConfusionMatrixMetric(Metric):
    """A rate of true and false positives (tp, fp) and negatives (tn, fn), for things that are there or not.

    Args:
        skip_channel (bool): False leaves out the first of several channels; True, as in MindSpore 2.10, does not.
            Default: True.
        metric_name (str): "sensitivity" tp / (tp + fn), "specificity" tn / (tn + fp), "precision" tp / (tp + fp),
            "negative predictive value" tn / (tn + fn), "miss rate" fn / (tp + fn), "fall out" fp / (tn + fp), "false
            discovery rate" fp / (tp + fp), "false omission rate" fn / (tn + fn), "prevalence threshold", "threat score"
            tp / (tp + fn + fp), "accuracy", "balanced accuracy", "f1 score", "matthews correlation coefficient",
            "fowlkes mallows index", "informedness" or "markedness"; or a usual abbreviation. Default: "sensitivity".
        calculation_method (bool): True: the rate of each sample and channel of images, brought together as `decrease`
            says; else that of all counts together. Default: False.
        decrease (str): "mean" over channels and then samples, "mean_batch" or "mean_channel" over one of both, "sum",
            "sum_batch" or "sum_channel", or "none"; rates that are no number (0 / 0) are left out. Default: "mean".

    Raises:
        TypeError: An argument is of another type.
        ValueError: `decrease` is another.
        NotImplementedError: There is no metric of that name.

    Examples:
        >>> metric = nucella.train.ConfusionMatrixMetric(metric_name="tpr")
        >>> metric([[[0], [1]], [[1], [0]]], [[[0], [1]], [[0], [1]]]).tolist()
        [0.5]
    """

    def __init__(self, skip_channel=True, metric_name="sensitivity", calculation_method=False, decrease="mean"):
        super().__init__()
        who = "ConfusionMatrixMetric"
        self.skip_channel = check_bool(who, "skip_channel", skip_channel)
        self.calculation_method = check_bool(who, "calculation_method", calculation_method)
        self.decrease = check_str(who, "decrease", decrease, _DECREASES)
        if not isinstance(metric_name, str):
            raise TypeError(f"{who}: 'metric_name' must be a str, got {type(metric_name).__name__}")
        self.metric_name = metric_name
        self._rate = _NAMES.get(metric_name.replace(" ", "_").lower())
        if self._rate is None:
            raise NotImplementedError(f"{who}: there is no metric {metric_name!r}; one of {sorted(_NAMES)}")
        self.clear()

    def clear(self):
        """Forgets all batches."""
        self._counts = numpy.zeros(4)
        self._weighted, self._weights = 0.0, 0.0
        self._updated = False

    @rearrange_inputs
    def update(self, *inputs):
        """Takes two arrays (N, C, ...) of 0 and 1: what was found, and what is there.

        Raises:
            ValueError: Another number of inputs, fewer than two dimensions, other shapes, or a true value that is not
                0 or 1.
        """
        predicted, true = self._arrays(inputs, 2, "predicted value, true value")
        who = "ConfusionMatrixMetric.update"
        if predicted.ndim < 2 or predicted.shape != true.shape:
            raise ValueError(
                f"{who}: predicted and true value must have one shape (N, C, ...), "
                f"got {predicted.shape} and {true.shape}"
            )
        if not numpy.isin(true, (0, 1)).all():
            raise ValueError(f"{who}: the true value must be 0 or 1 throughout")
        counts = self._count(predicted.astype(float), true.astype(float))
        is_picture = predicted.ndim > 3 or (predicted.ndim == 3 and predicted.shape[-1] != 1)
        if self.calculation_method and is_picture:
            score, weight = _decreased(_rates(self._rate, counts), self.decrease)
            self._weighted, self._weights = self._weighted + score * weight, self._weights + weight
        else:
            self._counts += counts.sum(axis=(0, 1))
        self._updated = True

    def eval(self):
        """The rate: an array of one element, or, with `calculation_method`, the mean of the batches' values, weighted
        by how many numbers they were made of. RuntimeError when there were no samples."""
        self._require(self._updated)
        if self._counts.any() or not numpy.any(self._weights):
            return _rates(self._rate, self._counts[None])
        return self._weighted / self._weights

    def _count(self, predicted, true):
        """Counts (N, C, 4): tp, fp, tn, fn."""
        if not self.skip_channel and true.shape[1] > 1:
            predicted, true = predicted[:, 1:], true[:, 1:]
        places = tuple(range(2, true.ndim))
        both = predicted + true
        tp, tn = (both == 2).sum(axis=places), (both == 0).sum(axis=places)
        positive = true.sum(axis=places)
        negative = numpy.prod(true.shape[2:]) - positive
        return numpy.stack([tp, negative - tn, tn, positive - tp], axis=-1)


def _rates(name, counts):
    """The rate of that name for counts (..., 4): NaN where it has none."""
    tp, fp, tn, fn = numpy.moveaxis(counts, -1, 0)
    share = {
        "tpr": lambda: _share(tp, tp + fn),
        "tnr": lambda: _share(tn, tn + fp),
        "ppv": lambda: _share(tp, tp + fp),
        "npv": lambda: _share(tn, tn + fn),
        "fnr": lambda: _share(fn, tp + fn),
        "fpr": lambda: _share(fp, tn + fp),
        "fdr": lambda: _share(fp, tp + fp),
        "for": lambda: _share(fn, tn + fn),
        "pt": lambda: _prevalence_threshold(_share(tp, tp + fn), _share(tn, tn + fp)),
        "ts": lambda: _share(tp, tp + fn + fp),
        "acc": lambda: _share(tp + tn, tp + fp + tn + fn),
        "ba": lambda: (_share(tp, tp + fn) + _share(tn, tn + fp)) / 2,
        "f1": lambda: _share(2 * tp, 2 * tp + fn + fp),
        "mcc": lambda: _share(tp * tn - fp * fn, numpy.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))),
        "fm": lambda: numpy.sqrt(_share(tp, tp + fp) * _share(tp, tp + fn)),
        "bm": lambda: _share(tp, tp + fn) + _share(tn, tn + fp) - 1,
        "mk": lambda: _share(tp, tp + fp) + _share(tn, tn + fn) - 1,
    }
    return share[name]()


def _share(part, whole):
    return numpy.divide(part, whole, out=numpy.full_like(whole, numpy.nan, dtype=float), where=whole != 0)


def _prevalence_threshold(tpr, tnr):
    return _share(numpy.sqrt(tpr * (1 - tnr)) + tnr - 1, tpr + tnr - 1)


def _decreased(rates, decrease):
    """Rates (N, C) brought together, and how many numbers went in; these may be arrays."""
    numbers = ~numpy.isnan(rates)
    rates, numbers = numpy.where(numbers, rates, 0.0), numbers.astype(float)
    if decrease == "none":
        return rates, numbers
    how, _, axis = decrease.partition("_")
    if how == "sum":
        axes = {"": (0, 1), "batch": 0, "channel": 1}[axis]
        return rates.sum(axis=axes), numbers.sum(axis=axes)
    if axis == "batch":
        return _mean(rates, numbers, 0), numbers.sum(axis=0)
    per_sample, counts = _mean(rates, numbers, 1), numbers.sum(axis=1)
    if axis == "channel":
        return per_sample, counts
    filled = (counts > 0).astype(float)
    return _mean(per_sample, filled, 0), filled.sum()


def _mean(rates, numbers, axis):
    count = numbers.sum(axis=axis)
    return numpy.divide(rates.sum(axis=axis), count, out=numpy.zeros_like(count), where=count > 0)
