"""Metrics: how good a net is on data it is shown."""

from nucella.train.metrics.accuracy import Accuracy
from nucella.train.metrics.confusion_matrix import ConfusionMatrix
from nucella.train.metrics.confusion_matrix_metric import ConfusionMatrixMetric
from nucella.train.metrics.error import MAE, MSE
from nucella.train.metrics.loss import Loss
from nucella.train.metrics.metric import EvaluationBase, Metric, rearrange_inputs
from nucella.train.metrics.occlusion import OcclusionSensitivity
from nucella.train.metrics.precision import F1, Fbeta, Precision, Recall
from nucella.train.metrics.roc import ROC, auc
from nucella.train.metrics.similarity import CosineSimilarity, Dice
from nucella.train.metrics.surface_distance import HausdorffDistance, MeanSurfaceDistance, RootMeanSquareDistance
from nucella.train.metrics.text import BleuScore, Perplexity
from nucella.train.metrics.topk import (
    Top1CategoricalAccuracy,
    Top5CategoricalAccuracy,
    TopKCategoricalAccuracy,
)

__all__ = [
    "Accuracy",
    "BleuScore",
    "ConfusionMatrix",
    "ConfusionMatrixMetric",
    "CosineSimilarity",
    "Dice",
    "F1",
    "Fbeta",
    "HausdorffDistance",
    "Loss",
    "MAE",
    "MSE",
    "MeanSurfaceDistance",
    "Metric",
    "OcclusionSensitivity",
    "Perplexity",
    "Precision",
    "ROC",
    "Recall",
    "RootMeanSquareDistance",
    "Top1CategoricalAccuracy",
    "Top5CategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "auc",
    "get_metric_fn",
    "get_metrics",
    "names",
    "rearrange_inputs",
]

_FACTORIES = {
    "F1": F1,
    "acc": Accuracy,
    "accuracy": Accuracy,
    "auc": auc,
    "bleu_score": BleuScore,
    "confusion_matrix": ConfusionMatrix,
    "confusion_matrix_metric": ConfusionMatrixMetric,
    "cosine_similarity": CosineSimilarity,
    "dice": Dice,
    "hausdorff_distance": HausdorffDistance,
    "loss": Loss,
    "mae": MAE,
    "mean_surface_distance": MeanSurfaceDistance,
    "mse": MSE,
    "occlusion_sensitivity": OcclusionSensitivity,
    "perplexity": Perplexity,
    "precision": Precision,
    "recall": Recall,
    "roc": ROC,
    "root_mean_square_distance": RootMeanSquareDistance,
    "top_1_accuracy": Top1CategoricalAccuracy,
    "top_5_accuracy": Top5CategoricalAccuracy,
    "topk": TopKCategoricalAccuracy,
}


def __getattr__(name):
    raise AttributeError(f"nucella.train.metrics has no '{name}'")


def names():
    """The names that get_metric_fn() knows, sorted.

    Examples:
        >>> "accuracy" in nucella.train.names()
        True
    """
    return sorted(_FACTORIES)


def get_metric_fn(name, *args, **kwargs):
    """The metric of that name, made with the other arguments.

    Raises:
        KeyError: There is none.

    Examples:
        >>> get_metric_fn("accuracy", "multilabel")([[1, 0]], [[1, 0]])
        1.0
    """
    if name not in _FACTORIES:
        raise KeyError(f"get_metric_fn: there is no metric '{name}'; names() lists them")
    return _FACTORIES[name](*args, **kwargs)


def get_metrics(metrics):
    """A dict from names to metrics, as Model takes them.

    Args:
        metrics (None, dict, set): A dict from any names to metrics, or a set of names of get_metric_fn().

    Raises:
        TypeError: `metrics` is of another type, or a value no Metric.
        KeyError: A name of the set is unknown.

    Examples:
        >>> list(nucella.train.get_metrics({"mae", "mae"}))
        ['mae']
    """
    if metrics is None:
        return metrics
    if isinstance(metrics, dict):
        for name, metric in metrics.items():
            if not isinstance(name, str) or not isinstance(metric, Metric):
                raise TypeError(
                    f"Model: 'metrics' must map str to Metric, got {type(name).__name__} and {type(metric).__name__}"
                )
        return metrics
    if isinstance(metrics, set):
        return {name: get_metric_fn(name) for name in sorted(metrics)}
    raise TypeError(f"Model: 'metrics' must be None, a dict or a set, got {type(metrics).__name__}")
