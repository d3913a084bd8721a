"""How far the outlines of what was found lie from those of what is there."""

import numpy

from nucella.common.checks import check_bool, check_str, check_type
from nucella.train.metrics.metric import Metric, rearrange_inputs

__all__ = ["HausdorffDistance", "MeanSurfaceDistance", "RootMeanSquareDistance"]

# How far it is to something at `step` along a further axis, of which only the distance along others was known.
_JOINS = {
    "euclidean": lambda square, step: square + step * step,
    "taxicab": lambda distance, step: distance + step,
    "chessboard": numpy.maximum,
}


def _distances_to(edges, metric):
    """For every place the distance to the nearest one that is True, axis by axis; infinity where there is none."""
    join = _JOINS[metric]
    out = numpy.where(edges, 0.0, numpy.inf)
    for axis in range(out.ndim):
        lines = numpy.moveaxis(out, axis, 0)
        best = lines.copy()
        for step in range(1, lines.shape[0]):
            if join(0.0, step) >= best.max():
                break
            numpy.minimum(best[step:], join(lines[:-step], step), out=best[step:])
            numpy.minimum(best[:-step], join(lines[step:], step), out=best[:-step])
        out = numpy.moveaxis(best, 0, axis)
    return numpy.sqrt(out) if metric == "euclidean" else out


def _edges_of(mask):
    """The places of a mask that have a neighbour along an axis outside of it; the rim counts as outside."""
    padded = numpy.pad(mask, 1)
    inside = mask.copy()
    middle = [slice(1, -1)] * mask.ndim
    for axis in range(mask.ndim):
        for side in (slice(0, -2), slice(2, None)):
            inside &= padded[(*middle[:axis], side, *middle[axis + 1 :])]
    return mask & ~inside


def _cropped(*masks):
    """The masks within the smallest box that holds all of them, without the axes along which that is one wide."""
    either = numpy.logical_or.reduce(masks)
    if not either.any():
        return masks
    box = tuple(slice(places.min(), places.max() + 1) for places in either.nonzero())
    return [mask[box].squeeze() for mask in masks]


class _SurfaceMetric(Metric):
    """Keeps the edges of the last update()."""

    def __init__(self, distance_metric):
        super().__init__()
        self.distance_metric = check_str(type(self).__name__, "distance_metric", distance_metric, tuple(_JOINS))
        self.clear()

    def clear(self):
        """Forgets what was there."""
        self._edges = None

    @rearrange_inputs
    def update(self, *inputs):
        """Takes two arrays of labels, of one shape, and the label whose outlines are compared; forgets earlier ones.

        Raises:
            ValueError: Another number of inputs, other shapes, nothing in them, or a label that is in neither.
            TypeError: The label is no number.
        """
        who = f"{type(self).__name__}.update"
        if len(inputs) != 3:
            raise ValueError(f"{who}: expected 3 inputs (predicted value, true value, label), got {len(inputs)}")
        predicted, true = self._arrays(inputs[:2], 2, "predicted value, true value")
        label = inputs[2]
        if not isinstance(label, (int, float)):
            raise TypeError(f"{who}: the label must be an int or float, got {type(label).__name__}")
        if predicted.size == 0 or predicted.shape != true.shape:
            raise ValueError(
                f"{who}: predicted and true value must have one shape and elements, "
                f"got {predicted.shape} and {true.shape}"
            )
        if label not in predicted and label not in true:
            raise ValueError(f"{who}: the label {label} is neither in the predicted nor in the true value")
        self._edges = [_edges_of(mask) for mask in self._masks(predicted == label, true == label)]

    def _masks(self, predicted, true):
        return predicted, true

    def _surface_distances(self, one, other):
        """From each edge of `one`, 0 for the predicted and 1 for the true value, to the nearest of `other`."""
        return _distances_to(self._edges[other], self.distance_metric)[self._edges[one]]


class HausdorffDistance(_SurfaceMetric):
    """The largest distance from an edge of one of two pictures to the nearest edge of the other.

    Args:
        distance_metric (str): "euclidean", "chessboard" (the largest difference along an axis) or "taxicab" (the sum of
            them). Default: "euclidean".
        percentile (float): In place of the largest distance the one that this percentage does not exceed; None and 0:
            the largest. Default: None.
        directed (bool): True: only from the predicted to the true value. Default: False.
        crop (bool): False: the rim of the pictures, not of the box around what is in them, ends shapes. Default: True.

    Raises:
        TypeError: An argument is of another type.
        ValueError: `distance_metric` is another, or `percentile` not in [0, 100].

    Examples:
        >>> metric = nucella.train.HausdorffDistance()
        >>> float(metric([[3, 0, 1], [1, 3, 0], [1, 0, 2]], [[0, 2, 1], [1, 2, 1], [0, 0, 1]], 0))
        1.4142135623730951
    """

    def __init__(self, distance_metric="euclidean", percentile=None, directed=False, crop=True):
        super().__init__(distance_metric)
        who = "HausdorffDistance"
        self.percentile = check_type(who, "percentile", percentile, (float, type(None)))
        if percentile is not None and not 0 <= percentile <= 100:
            raise ValueError(f"{who}: 'percentile' must be in [0, 100], got {percentile}")
        self.directed = check_type(who, "directed", directed, (bool, type(None)))
        self.crop = check_type(who, "crop", crop, (bool, type(None)))

    def eval(self):
        """The distance; infinity if there are no edges. RuntimeError when update() was not called."""
        self._require(self._edges is not None)
        there = self._one_way(0, 1)
        return there if self.directed else max(there, self._one_way(1, 0))

    def _one_way(self, one, other):
        distances = self._surface_distances(one, other)
        if distances.size == 0:
            return numpy.inf
        return numpy.percentile(distances, self.percentile) if self.percentile else distances.max()

    def _masks(self, predicted, true):
        return _cropped(predicted, true) if self.crop else (predicted, true)


class MeanSurfaceDistance(_SurfaceMetric):
    """The mean distance from the edges of the predicted value to the nearest of the true value.

    Args:
        symmetric (bool): True: the mean of that and of the one from the true to the predicted value. Default: False.
        distance_metric (str): See :class:`HausdorffDistance`. Default: "euclidean".

    Raises:
        TypeError, ValueError: As there.

    Examples:
        >>> metric = nucella.train.MeanSurfaceDistance()
        >>> float(metric([[3, 0, 1], [1, 3, 0], [1, 0, 2]], [[0, 2, 1], [1, 2, 1], [0, 0, 1]], 0))
        0.8047378541243649
    """

    def __init__(self, symmetric=False, distance_metric="euclidean"):
        super().__init__(distance_metric)
        self.symmetric = check_bool(type(self).__name__, "symmetric", symmetric)

    def eval(self):
        """The mean; infinity if there are no edges. RuntimeError when update() was not called."""
        ways = self._ways()
        return numpy.inf if ways is None else numpy.mean([way.mean() for way in ways])

    def _ways(self):
        """The distances of the one or two directions; None if one of them has none."""
        self._require(self._edges is not None)
        ways = [self._surface_distances(*way) for way in [(0, 1), (1, 0)][: 1 + self.symmetric]]
        return ways if all(way.size for way in ways) else None


class RootMeanSquareDistance(MeanSurfaceDistance):
    """The mean of the squared distances from the edges of the predicted value to the nearest of the true value.

    Args:
        symmetric (bool): True: the root of the mean of that and of the one from the true to the predicted value;
            without it no root is taken, as in MindSpore 2.10. Default: False.
        distance_metric (str): See :class:`HausdorffDistance`. Default: "euclidean".

    Raises:
        TypeError, ValueError: As there.

    Examples:
        >>> metric = nucella.train.RootMeanSquareDistance()
        >>> round(float(metric([[3, 0, 1], [1, 3, 0], [1, 0, 2]], [[0, 2, 1], [1, 2, 1], [0, 0, 1]], 0)), 6)
        1.0
    """

    def eval(self):
        """The value; infinity if there are no edges. RuntimeError when update() was not called."""
        ways = self._ways()
        if ways is None:
            return numpy.inf
        squares = numpy.mean([(way**2).mean() for way in ways])
        return numpy.sqrt(squares) if self.symmetric else squares
