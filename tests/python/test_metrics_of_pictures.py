"""Metrics of pictures: against their definitions, values of MindSpore 2.10, and errors."""

import itertools

import numpy as np
import pytest

from nucella import Tensor, nn
from nucella.train import (
    ConfusionMatrixMetric,
    HausdorffDistance,
    MeanSurfaceDistance,
    OcclusionSensitivity,
    RootMeanSquareDistance,
    get_metric_fn,
)

random = np.random.RandomState(5)
LENGTHS = {
    "euclidean": lambda d: np.sqrt((d**2).sum(-1)),
    "taxicab": lambda d: np.abs(d).sum(-1),
    "chessboard": lambda d: np.abs(d).max(-1),
}


def edges(mask):
    """The places that a neighbour outside of the mask, or of the picture, has made edges: one by one."""
    steps = np.concatenate([np.eye(mask.ndim, dtype=int), -np.eye(mask.ndim, dtype=int)])
    out = []
    for place in zip(*mask.nonzero()):
        around = [np.add(place, step) for step in steps]
        inside = [all(0 <= i < n for i, n in zip(p, mask.shape)) and mask[tuple(p)] for p in around]
        if not all(inside):
            out.append(place)
    return np.array(out)


def one_way(a, b, metric):
    return LENGTHS[metric](edges(a)[:, None] - edges(b)[None]).min(axis=1)


@pytest.mark.parametrize(("shape", "metric"), list(itertools.product([(12,), (9, 8), (4, 5, 6)], LENGTHS)))
def test_distances_of_surfaces_are_those_of_all_pairs(shape, metric):
    a, b = random.rand(*shape) > 0.4, random.rand(*shape) > 0.7
    there, back = one_way(a, b, metric), one_way(b, a, metric)
    inputs = (Tensor(a.astype(np.int32)), b.astype(int), 1)
    assert HausdorffDistance(metric, crop=False)(*inputs) == pytest.approx(max(there.max(), back.max()))
    assert HausdorffDistance(metric, directed=True, crop=False)(*inputs) == pytest.approx(there.max())
    percentile = HausdorffDistance(metric, 70.0, True, False)(*inputs)
    assert percentile == pytest.approx(np.percentile(there, 70))
    assert MeanSurfaceDistance(False, metric)(*inputs) == pytest.approx(there.mean())
    assert MeanSurfaceDistance(True, metric)(*inputs) == pytest.approx((there.mean() + back.mean()) / 2)
    assert RootMeanSquareDistance(False, metric)(*inputs) == pytest.approx((there**2).mean())
    both = np.sqrt(((there**2).mean() + (back**2).mean()) / 2)
    assert RootMeanSquareDistance(True, metric)(*inputs) == pytest.approx(both)


def test_hausdorff_distance_crops_to_what_is_there():
    a, b = np.zeros((6, 6), int), np.zeros((6, 6), int)
    a[2:5, 2:5], b[3, 3] = 1, 1
    assert HausdorffDistance()(a, b, 1) == pytest.approx(np.sqrt(2))
    assert HausdorffDistance()(a, np.zeros((6, 6), int), 1) == np.inf


@pytest.mark.parametrize("kind", [HausdorffDistance, MeanSurfaceDistance, RootMeanSquareDistance])
@pytest.mark.parametrize(
    ("inputs", "error", "text"),
    [
        (([1], [1]), ValueError, "expected 3 inputs"),
        (([[1]], [1], 1), ValueError, r"got \(1, 1\) and \(1,\)"),
        (([1], [1], 2), ValueError, "the label 2 is neither"),
        (([1], [1], "1"), TypeError, "the label must be an int or float, got str"),
        ((1, [1], 1), TypeError, "got int"),
    ],
)
def test_wrong_pictures_of_surfaces(kind, inputs, error, text):
    with pytest.raises(error, match=text):
        kind().update(*inputs)


def test_wrong_settings_of_surfaces():
    with pytest.raises(ValueError, match="'distance_metric'"):
        MeanSurfaceDistance(distance_metric="miles")
    with pytest.raises(ValueError, match="'percentile'"):
        HausdorffDistance(percentile=101.0)
    with pytest.raises(TypeError, match="'symmetric'"):
        RootMeanSquareDistance(symmetric=1)
    with pytest.raises(RuntimeError, match="there are no samples"):
        HausdorffDistance().eval()


FOUND = np.array([[[1, 1, 0, 0], [1, 0, 1, 0]], [[0, 0, 0, 0], [1, 1, 1, 1]]])
THERE = np.array([[[1, 0, 0, 1], [1, 0, 0, 0]], [[0, 0, 0, 0], [1, 1, 1, 0]]])


@pytest.mark.parametrize(
    ("name", "value"),  # with tp, fp, tn, fn = 5, 3, 7, 1
    [
        ("sensitivity", 5 / 6),
        ("specificity", 7 / 10),
        ("precision", 5 / 8),
        ("negative predictive value", 7 / 8),
        ("miss rate", 1 / 6),
        ("fall out", 3 / 10),
        ("fdr", 3 / 8),
        ("for", 1 / 8),
        ("prevalence threshold", (0.25**0.5 - 0.3) / (5 / 6 + 0.7 - 1)),
        ("csi", 5 / 9),
        ("accuracy", 12 / 16),
        ("balanced accuracy", (5 / 6 + 7 / 10) / 2),
        ("F1 score", 10 / 14),
        ("mcc", 32 / (8 * 6 * 10 * 8) ** 0.5),
        ("fowlkes mallows index", (25 / 48) ** 0.5),
        ("informedness", 5 / 6 + 7 / 10 - 1),
        ("markedness", 5 / 8 + 7 / 8 - 1),
    ],
)
def test_rates_of_all_counts(name, value):
    metric = ConfusionMatrixMetric(metric_name=name)
    assert metric(FOUND, THERE) == pytest.approx(value)
    metric.clear()
    metric.update(FOUND[:1], THERE[:1])
    metric.update(Tensor(FOUND[1:]), THERE[1:].tolist())
    assert metric.eval() == pytest.approx(value)


@pytest.mark.parametrize(
    ("decrease", "value"),  # of [[1/2, 1/2], [nan, 3/4]]
    [
        ("mean", (1 / 2 + 3 / 4) / 2),
        ("sum", 7 / 4),
        ("mean_batch", [1 / 2, 5 / 8]),
        ("mean_channel", [1 / 2, 3 / 4]),
        ("sum_batch", [1 / 2, 5 / 4]),
        ("sum_channel", [1, 3 / 4]),
    ],
)
def test_rates_of_each_sample(decrease, value):
    metric = ConfusionMatrixMetric(True, "precision", True, decrease)
    assert np.asarray(metric(FOUND, THERE)).tolist() == pytest.approx(value)


def test_the_first_channel_can_be_left_out():
    assert ConfusionMatrixMetric(False, "precision")(FOUND, THERE) == pytest.approx(4 / 6)


def test_wrong_rates():
    with pytest.raises(NotImplementedError, match="no metric 'luck'"):
        ConfusionMatrixMetric(metric_name="luck")
    with pytest.raises(ValueError, match="'decrease'"):
        ConfusionMatrixMetric(decrease="less")
    with pytest.raises(ValueError, match="0 or 1"):
        ConfusionMatrixMetric().update(FOUND, 2 * THERE)
    with pytest.raises(ValueError, match="one shape"):
        ConfusionMatrixMetric().update(FOUND, THERE[:1])
    with pytest.raises(RuntimeError, match="there are no samples"):
        ConfusionMatrixMetric().eval()


class Sums(nn.Cell):
    """Two scores: the sum of a picture, and three times its last row's."""

    def construct(self, x):
        last = 3 * x[:, -1:].sum(axis=(1, 2))
        return Tensor(np.stack([x.sum(axis=(1, 2)).asnumpy(), last.asnumpy()], 1))


def test_occlusion_shows_what_counts():
    picture = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    assert OcclusionSensitivity(margin=1)(Sums(), picture, 0).tolist() == [[0, 1, 3], [3, 8, 12]]
    assert OcclusionSensitivity(margin=1, n_batch=4)(Sums(), picture, [1]).tolist() == [[0, 0, 0], [9, 21, 27]]
    wide = OcclusionSensitivity()(Sums(), Tensor(picture), np.array([0]))
    assert wide.tolist() == [[8, 15, 15], [8, 15, 15]]
    box = OcclusionSensitivity(margin=1, pad_val=1.0, b_box=[1, -1, 0, 1])(Sums(), picture, 0)
    assert box.tolist() == [1, 4]


@pytest.mark.parametrize(
    ("settings", "inputs", "error", "text"),
    [
        ({}, (Sums(), np.ones((1, 2, 2))), ValueError, "expected 3 inputs"),
        ({}, (len, np.ones((1, 2, 2)), 0), TypeError, "'model' must be Cell"),
        ({}, (Sums(), np.ones((2, 2, 2)), 0), RuntimeError, "got 2 pictures"),
        ({}, (Sums(), np.ones((1, 2, 2)), [0, 1]), RuntimeError, "2 labels"),
        ({"b_box": [0, 1]}, (Sums(), np.ones((1, 2, 2)), 0), ValueError, "two numbers for each of 2 axes"),
        ({"b_box": [0, 2, 0, 1]}, (Sums(), np.ones((1, 2, 2)), 0), ValueError, "'b_box' must lie within"),
    ],
)
def test_wrong_occlusions(settings, inputs, error, text):
    metric = OcclusionSensitivity(**settings)
    with pytest.raises(error, match=text):
        metric.update(*inputs)
    with pytest.raises(RuntimeError, match="there are no samples"):
        metric.eval()


def test_names_of_metrics_of_pictures():
    assert isinstance(get_metric_fn("hausdorff_distance"), HausdorffDistance)
    assert isinstance(get_metric_fn("confusion_matrix_metric", metric_name="acc"), ConfusionMatrixMetric)
